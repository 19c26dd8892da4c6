import type { EChartsType } from "echarts/core";
import { colorsOf, type Colors } from "./colors";

/** Points of the picture to one of the page, and the room above a chart for what it shows. */
const FINE = 2;
const MARGIN = 16 * FINE;
const TITLE = 16 * FINE;
const ABOUT = 12 * FINE;

/** Whether a click asks for the picture of this chart: on an element whose `data-chart-picture` finds it. */
export function asksForPicture(event: Event, host: HTMLElement): boolean {
  const asked = (event.target as Element).closest<HTMLElement>("[data-chart-picture]");
  return asked !== null && host.matches(asked.dataset.chartPicture!);
}

/**
 * Saves what a chart shows as a PNG, twice as fine, on the page's own ground. Away from the page nothing else says what it is, so
 * its title stands above it, and what it is about (`data-about`): the period, and what it was narrowed to.
 */
export function save(chart: EChartsType, host: HTMLElement): void {
  const colors = colorsOf(host);
  const drawn = chart.renderToCanvas({ pixelRatio: FINE, backgroundColor: colors.ground });
  const link = document.createElement("a");
  link.href = headed(drawn, host, colors).toDataURL("image/png");
  link.download = `${host.dataset.name ?? "chart"}.png`;
  link.click();
}

function headed(drawn: HTMLCanvasElement, host: HTMLElement, colors: Colors): HTMLCanvasElement {
  const lines = [
    { text: host.ariaLabel ?? "", size: TITLE, weight: 600, color: colors.text },
    { text: host.dataset.about ?? "", size: ABOUT, weight: 400, color: colors.muted },
  ].filter((line) => line.text !== "");
  const top = lines.reduce((sum, line) => sum + line.size * 1.5, MARGIN);
  const whole = document.createElement("canvas");
  whole.width = drawn.width;
  whole.height = drawn.height + top;
  const paint = whole.getContext("2d")!;
  paint.fillStyle = colors.ground;
  paint.fillRect(0, 0, whole.width, whole.height);
  let at = MARGIN;
  for (const line of lines) {
    at += line.size;
    paint.font = `${line.weight} ${line.size}px ${getComputedStyle(host).fontFamily}`;
    paint.fillStyle = line.color;
    paint.fillText(line.text, MARGIN, at, whole.width - 2 * MARGIN);
    at += line.size / 2;
  }
  paint.drawImage(drawn, 0, top);
  return whole;
}
