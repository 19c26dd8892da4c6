import { say } from "../text/say";

/**
 * Ticks in a table: all of a page, ranges with Shift, and the bar that says how many there are. Those that are to be carried
 * stay with their form while one pages and searches: as hidden fields, until their row is there again.
 */
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
      for (const one of carried()) one.remove();
    } else return;
    count();
  });
  document.addEventListener("htmx:beforeSwap", ({ target }) => {
    carry(target as Element);
  });
  const arrive = (): void => {
    settle();
    count();
  };
  document.addEventListener("htmx:afterSettle", arrive);
  arrive();
  addEventListener("pageshow", arrive);
}

function carried(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("[data-carried] > input")];
}

function carry(part: Element): void {
  for (const tick of part.querySelectorAll<HTMLInputElement>("[data-carry]:checked")) {
    const { name, value } = tick;
    const place = tick.form?.querySelector("[data-carried]");
    place?.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
}

function settle(): void {
  const held = new Map(carried().map((one) => [one.value, one]));
  if (held.size === 0) return;
  for (const tick of document.querySelectorAll<HTMLInputElement>("[data-carry]")) {
    const one = held.get(tick.value);
    if (one === undefined) continue;
    tick.checked = true;
    one.remove();
  }
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
    const chosen = ticked + carried().length;
    bar.hidden = chosen === 0;
    bar.querySelector("[data-selection-count]")!.textContent = say("selected", { count: chosen });
  }
}
