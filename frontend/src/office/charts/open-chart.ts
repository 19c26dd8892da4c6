import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GeoComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { getMap, init, registerMap, use as draws, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import type { Topology } from "../map/topology";
import { colorsOf } from "./colors";
import { optionsOf } from "./options";
import type { AreaChart, Chart } from "./payload";
import { asksForPicture, save } from "./picture";
import { outlinesFor } from "./outlines";

draws([
  BarChart,
  LineChart,
  ScatterChart,
  GeoComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  CanvasRenderer,
]);

/** Draws what a host tells of into it, and again when the theme or its width change. Returns what takes it away. */
export async function openChart(host: HTMLElement): Promise<() => void> {
  const told = JSON.parse(host.querySelector("script")!.textContent) as Chart;
  if (told.kind === "map" || told.kind === "areas")
    await readOutlines(host.dataset.outlines!, told.kind === "map" ? "states" : told.level);
  const canvas = document.createElement("div");
  canvas.className = "chart-canvas";
  canvas.style.height = `${heightOf(told, host)}px`;
  host.append(canvas);
  const chart = init(canvas, null, { renderer: "canvas" });
  const draw = (): void => {
    chart.resize();
    chart.setOption(optionsOf(told, colorsOf(host), host.clientWidth, canvas.clientHeight), true);
  };
  draw();
  if (told.kind === "map") openAccounts(chart, told.account, told.points);
  if (told.kind === "areas" && told.into !== "") openAreas(chart, told);
  const theme = new MutationObserver(draw);
  theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", draw);
  const width = new ResizeObserver(draw);
  width.observe(host);
  const picture = (event: Event): void => {
    if (asksForPicture(event, host)) save(chart, host);
  };
  document.addEventListener("click", picture);
  host.dataset.opened = "yes";
  return () => {
    theme.disconnect();
    scheme.removeEventListener("change", draw);
    width.disconnect();
    document.removeEventListener("click", picture);
    chart.dispose();
  };
}

function heightOf(told: Chart, host: HTMLElement): number {
  if (told.kind === "bridge") return 40 * told.labels.length;
  if (told.kind === "series") {
    if (told.over === "time") return 280;
    return 44 + told.labels.length * Math.min(76, 18 + 15 * told.series.length);
  }
  if (told.kind === "bars") return 44 + 38 * told.labels.length;
  if (told.kind === "areas") return Math.min(520, Math.max(260, 0.68 * host.clientWidth));
  if (told.kind === "map") return Math.min(420, Math.max(260, 0.66 * host.clientWidth));
  return 260;
}

/** States and counties are called by their numbers. */
async function readOutlines(address: string, level: "states" | "counties"): Promise<void> {
  if (getMap(level)) return;
  const topology = (await (await fetch(address)).json()) as Topology;
  const outlines = outlinesFor(topology, level, ({ id }) => id ?? "");
  registerMap(level, outlines as Parameters<typeof registerMap>[1]);
}

function openAreas(chart: EChartsType, { rows, into }: AreaChart): void {
  const keys = new Map(rows.map(([name, , , , key]) => [name, key]));
  chart.on("click", ({ name }) => {
    const key = keys.get(name);
    if (key !== undefined) location.assign(into.replace("{}", encodeURIComponent(key)));
  });
}

function openAccounts(chart: EChartsType, address: string, points: unknown[][]): void {
  chart.on("click", ({ dataIndex }) => {
    location.assign(`${address}${String(points[dataIndex][5])}/`);
  });
}
