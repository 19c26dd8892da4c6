import { announce } from "../text/announce";
import { say } from "../text/say";

/** After a change of page the reader is at its heading, at the top, and hears its title, as after a full load. */
export function keepFocus(): void {
  document.addEventListener("htmx:afterSettle", (event) => {
    const { target } = (event as CustomEvent<{ target: Element }>).detail;
    if (target !== document.body) return;
    const wrong = document.querySelector<HTMLElement>("main [autofocus], main [aria-invalid='true']");
    const heading = document.querySelector<HTMLElement>("main h1") ?? document.getElementById("main");
    if (!location.hash) {
      if (!wrong) scrollTo({ top: 0, behavior: "instant" });
      (wrong ?? heading)?.focus({ preventScroll: !wrong });
    }
    announce(say("loaded", { title: document.title.split(" · ")[0] ?? "" }));
  });
}
