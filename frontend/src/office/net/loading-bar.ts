const AFTER_MS = 300;

interface Detail {
  target: Element;
}

/** A bar at the top of the page while an answer is awaited for longer than a moment. */
export function keepLoadingBar(): void {
  let running = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target } = (event as CustomEvent<Detail>).detail;
    running += 1;
    target.setAttribute("aria-busy", "true");
    timer ??= setTimeout(() => {
      show(true);
      if (target !== document.body) target.classList.add("is-slow");
    }, AFTER_MS);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { target } = (event as CustomEvent<Detail>).detail;
    target.removeAttribute("aria-busy");
    target.classList.remove("is-slow");
    running = Math.max(0, running - 1);
    if (running > 0) return;
    clearTimeout(timer);
    timer = undefined;
    show(false);
  });
}

function show(on: boolean): void {
  document.getElementById("loading-bar")?.classList.toggle("is-on", on);
}
