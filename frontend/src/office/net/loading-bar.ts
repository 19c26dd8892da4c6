const AFTER_MS = 300;

interface Sent {
  target: Element;
  xhr: XMLHttpRequest;
}

/** A bar at the top of the page while an answer is awaited for longer than a moment. */
export function keepLoadingBar(): void {
  let running = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("htmx:beforeSend", (event) => {
    const { target, xhr } = (event as CustomEvent<Sent>).detail;
    running += 1;
    target.setAttribute("aria-busy", "true");
    timer ??= setTimeout(() => {
      show(true);
      if (target !== document.body) target.classList.add("is-slow");
    }, AFTER_MS);
    // The request itself is listened to: htmx tells nobody of the end of one whose element has left the page.
    xhr.addEventListener("loadend", () => {
      target.removeAttribute("aria-busy");
      target.classList.remove("is-slow");
      running -= 1;
      if (running > 0) return;
      clearTimeout(timer);
      timer = undefined;
      show(false);
    });
  });
}

function show(on: boolean): void {
  document.getElementById("loading-bar")?.classList.toggle("is-on", on);
}
