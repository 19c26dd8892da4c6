import type { EChartsType } from "echarts/core";
import { colorsOf } from "./colors";

/** Whether a click asks for the picture of this chart: on an element whose `data-chart-picture` finds it. */
export function asksForPicture(event: Event, host: HTMLElement): boolean {
  const asked = (event.target as Element).closest<HTMLElement>("[data-chart-picture]");
  return asked !== null && host.matches(asked.dataset.chartPicture!);
}

/** Saves what a chart shows as a PNG, twice as fine, on the page's own ground. */
export function save(chart: EChartsType, host: HTMLElement): void {
  const link = document.createElement("a");
  link.href = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: colorsOf(host).ground });
  link.download = `${host.dataset.name ?? "chart"}.png`;
  link.click();
}
