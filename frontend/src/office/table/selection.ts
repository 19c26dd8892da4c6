import { say } from "../text/say";

/** Ticks in a table: all of a page, ranges with Shift, and the bar that says how many there are. */
export function keepSelection(): void {
  let last: HTMLInputElement | undefined;
  document.addEventListener("click", (event) => {
    const clicked = event.target as HTMLInputElement;
    if (clicked.matches("[data-tick]")) {
      if (event.shiftKey && last) tickBetween(last, clicked);
      last = clicked;
    } else if (clicked.matches("[data-tick-all]")) {
      for (const tick of ticksOf(clicked.closest("table")!)) tick.checked = clicked.checked;
    } else if (clicked.closest("[data-tick-none]")) {
      for (const tick of ticksOf(document)) tick.checked = false;
    } else return;
    count();
  });
  document.addEventListener("htmx:afterSettle", count);
  addEventListener("pageshow", count);
}

function ticksOf(part: ParentNode): HTMLInputElement[] {
  return [...part.querySelectorAll<HTMLInputElement>("[data-tick]")];
}

function tickBetween(from: HTMLInputElement, to: HTMLInputElement): void {
  const ticks = ticksOf(to.closest("table") ?? document);
  const [start, end] = [ticks.indexOf(from), ticks.indexOf(to)].sort((a, b) => a - b) as [number, number];
  if (start < 0) return;
  for (const tick of ticks.slice(start, end + 1)) tick.checked = to.checked;
}

function count(): void {
  const ticks = ticksOf(document);
  const ticked = ticks.filter((tick) => tick.checked).length;
  for (const all of document.querySelectorAll<HTMLInputElement>("[data-tick-all]")) {
    all.checked = ticked > 0 && ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
  }
  for (const bar of document.querySelectorAll<HTMLElement>("[data-selection]")) {
    bar.hidden = ticked === 0;
    bar.querySelector("[data-selection-count]")!.textContent = say("selected", { count: ticked });
  }
}
