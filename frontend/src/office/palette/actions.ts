import { say } from "../text/say";
import type { Hit } from "./hit";

const CONTROLS = "main [data-key], main [data-action]";

/** What can be done on this page: each control with a key of its own or marked `data-action="Its name"`. */
export function actions(): Hit[] {
  return [...document.querySelectorAll<HTMLElement>(CONTROLS)].map((control) => ({
    title: nameOf(control),
    url: "",
    group: say("actions"),
    icon: "command",
    note: control.dataset.key ?? "",
  }));
}

/** Does an action: the click on its control. */
export function doAction(title: string): void {
  [...document.querySelectorAll<HTMLElement>(CONTROLS)].find((control) => nameOf(control) === title)?.click();
}

function nameOf(control: HTMLElement): string {
  return control.dataset.action ?? control.getAttribute("aria-label") ?? control.textContent.trim();
}
