import { render } from "preact";
import { speak } from "../../size/messages";
import { HeadCountCurve } from "./HeadCountCurve";
import type { HeadCount } from "./payload";

/** Draws the curve of a head count wherever a page holds one, also when htmx brings it in. */
export function keepHeadCounts(): void {
  draw();
  document.addEventListener("htmx:afterSettle", draw);
}

function draw(): void {
  const host = document.querySelector<HTMLElement>("[data-head-count]:empty");
  const told = document.getElementById("head-count-curve");
  if (!host || !told) return;
  const size = JSON.parse(told.textContent) as HeadCount;
  speak(size.texts);
  render(<HeadCountCurve size={size} />, host);
}
