import type { EChartsCoreOption } from "echarts/core";
import { bridgeSteps, floorOf } from "./bridge-steps";
import type { Colors } from "./colors";
import { change, short, whole } from "./money";
import { framed, widened } from "./framed";
import type { AreaChart, Bars, Bridge, Chart, PlaceChart, SeriesChart, Trend } from "./payload";
import { seriesColors, told } from "./series";

/** What ECharts is to draw. wide : whether there is room for all labels. */
export function optionsOf(chart: Chart, colors: Colors, width: number, height: number): EChartsCoreOption {
  const common = {
    animation: false,
    textStyle: { fontFamily: "Inter Variable, system-ui, sans-serif", color: colors.text },
  };
  switch (chart.kind) {
    case "trend":
      return { ...common, ...trend(chart, colors, width) };
    case "bridge":
      return { ...common, ...bridge(chart, colors, width) };
    case "bars":
      return { ...common, ...bars(chart, colors, width) };
    case "map":
      return { ...common, ...place(chart, colors, width, height) };
    case "areas":
      return { ...common, ...areas(chart, colors, width / height) };
    case "series":
      return { ...common, ...series(chart, colors, width) };
  }
}

function tooltip(colors: Colors): object {
  return {
    renderMode: "richText",
    confine: true,
    backgroundColor: colors.ground,
    borderColor: colors.line,
    borderWidth: 1,
    padding: [8, 12],
    textStyle: { color: colors.text, fontSize: 12, lineHeight: 18 },
  };
}

function legend(names: string[], colors: Colors): object {
  return {
    data: names,
    left: 0,
    top: 0,
    icon: "roundRect",
    itemWidth: 10,
    itemHeight: 10,
    textStyle: { color: colors.muted, fontSize: 12 },
  };
}

function amounts(currency: string, colors: Colors): object {
  return {
    type: "value",
    axisLabel: { color: colors.muted, fontSize: 11, formatter: (value: number) => short(value, currency) },
    splitLine: { lineStyle: { color: colors.line } },
    splitNumber: 4,
  };
}

function names(labels: string[], colors: Colors, more: object = {}): object {
  return {
    type: "category",
    data: labels,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colors.line } },
    axisLabel: { color: colors.muted, fontSize: 11, ...more },
  };
}

function both(
  label: string,
  now: number,
  was: number | null,
  told: { names: string[]; currency: string },
): string {
  if (was === null) return `${label}\n${told.names[0]}: ${whole(now, told.currency)}`;
  const grown = change(now, was);
  return `${label}\n${told.names[0]}: ${whole(now, told.currency)}${grown && ` (${grown})`}\n${told.names[1]}: ${whole(was, told.currency)}`;
}

/** The names of what is drawn: a year before only where there is any of it. */
function drawn(chart: Trend | Bars): string[] {
  return chart.was.some((one) => one !== null) ? chart.names : chart.names.slice(0, 1);
}

function trend(chart: Trend, colors: Colors, width: number): object {
  return {
    grid: { left: 4, right: 8, top: 34, bottom: 4, containLabel: true },
    legend: legend(drawn(chart), colors),
    tooltip: {
      ...tooltip(colors),
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: colors.land, opacity: 0.6 } },
      formatter: (points: { dataIndex: number }[]) => {
        const at = points[0].dataIndex;
        return both(chart.full[at], chart.now[at], chart.was[at], chart);
      },
    },
    xAxis: names(chart.labels, colors, { interval: width < 360 ? 1 : 0 }),
    yAxis: amounts(chart.currency, colors),
    series: [
      {
        name: chart.names[0],
        type: "bar",
        data: chart.now,
        itemStyle: { color: colors.main, borderRadius: [3, 3, 0, 0] },
        barMaxWidth: 26,
      },
      {
        name: chart.names[1],
        type: "line",
        data: chart.was,
        symbol: "circle",
        symbolSize: 5,
        lineStyle: { color: colors.muted, width: 1.5 },
        itemStyle: { color: colors.muted },
      },
    ],
  };
}

function bridge(chart: Bridge, colors: Colors, width: number): object {
  const steps = bridgeSteps(chart.values);
  const last = chart.values.length - 1;
  const sign = (at: number): string => (at > 0 && at < last && chart.values[at] > 0 ? "+" : "");
  const bar = (name: "total" | "up" | "down", color: string): object => ({
    type: "bar",
    stack: "all",
    barMaxWidth: 30,
    itemStyle: { color, borderRadius: 3 },
    data: steps.map((step) => (step[name] === 0 ? "-" : step[name])),
    label: {
      show: true,
      position: "right",
      color: colors.text,
      fontSize: 11,
      formatter: ({ dataIndex: at }: { dataIndex: number }) =>
        `${sign(at)}${short(chart.values[at], chart.currency)}`,
    },
  });
  const floor = floorOf(chart.values);
  return {
    grid: { left: 4, right: 56, top: 4, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltip(colors),
      trigger: "axis",
      axisPointer: { type: "none" },
      formatter: (points: { dataIndex: number }[]) => {
        const at = points[0].dataIndex;
        return `${chart.labels[at]}\n${sign(at)}${whole(chart.values[at], chart.currency)}`;
      },
    },
    xAxis: {
      ...amounts(chart.currency, colors),
      min: floor,
      splitNumber: width < 420 ? 2 : 3,
      axisLabel: { show: false },
    },
    yAxis: {
      ...names(chart.labels, colors, { width: width < 420 ? 96 : 150, overflow: "break" }),
      inverse: true,
    },
    series: [
      {
        type: "bar",
        stack: "all",
        silent: true,
        itemStyle: { color: "transparent" },
        data: steps.map((step) => step.base),
      },
      bar("total", colors.before),
      bar("up", colors.good),
      bar("down", colors.bad),
    ],
  };
}

function bars(chart: Bars, colors: Colors, width: number): object {
  return {
    grid: { left: 4, right: 16, top: 34, bottom: 4, containLabel: true },
    legend: legend(drawn(chart), colors),
    tooltip: {
      ...tooltip(colors),
      trigger: "axis",
      axisPointer: { type: "none" },
      formatter: (points: { dataIndex: number }[]) => {
        const at = points[0].dataIndex;
        return both(chart.labels[at], chart.now[at], chart.was[at], chart);
      },
    },
    xAxis: { ...amounts(chart.currency, colors), splitNumber: width < 420 ? 2 : 4 },
    yAxis: { ...names(chart.labels, colors, { width: 130, overflow: "truncate" }), inverse: true },
    series: [
      {
        name: chart.names[0],
        type: "bar",
        data: chart.now,
        itemStyle: { color: colors.main, borderRadius: [0, 3, 3, 0] },
        barMaxWidth: 12,
      },
      {
        name: chart.names[1],
        type: "bar",
        data: chart.was,
        itemStyle: { color: colors.before, borderRadius: [0, 3, 3, 0] },
        barMaxWidth: 12,
      },
    ],
  };
}

function series(chart: SeriesChart, colors: Colors, width: number): object {
  const overTime = chart.over === "time";
  const room = width < 420 ? 96 : 170;
  const values = {
    type: "value",
    axisLabel: { color: colors.muted, fontSize: 11, formatter: (value: number) => told(value, chart, true) },
    splitLine: { lineStyle: { color: colors.line } },
    splitNumber: width < 420 ? 2 : 4,
  };
  const labels = overTime
    ? names(chart.labels, colors, { hideOverlap: true })
    : names(chart.labels, colors, { width: room, overflow: "truncate" });
  return {
    grid: { left: 4, right: 16, top: 34, bottom: 4, containLabel: true },
    legend: {
      ...legend(
        chart.series.map((one) => one.name),
        colors,
      ),
      type: "scroll",
    },
    tooltip: {
      ...tooltip(colors),
      trigger: "axis",
      axisPointer: { type: overTime ? "line" : "none" },
      formatter: (points: { dataIndex: number }[]) => {
        const at = points[0].dataIndex;
        const lines = chart.series.map(({ name, data }) => `${name}: ${told(data[at], chart, false)}`);
        return [chart.labels[at], ...lines].join("\n");
      },
    },
    xAxis: overTime ? labels : values,
    yAxis: overTime ? values : { ...labels, inverse: true },
    series: chart.series.map(({ name, data }, at) => ({
      name,
      type: overTime ? "line" : "bar",
      data,
      symbol: "circle",
      symbolSize: 5,
      barMaxWidth: 14,
      lineStyle: { width: 2 },
      itemStyle: {
        color: seriesColors(colors, chart.compares)[at],
        borderRadius: overTime ? 0 : [0, 3, 3, 0],
      },
    })),
  };
}

function place(chart: PlaceChart, colors: Colors, width: number, height: number): object {
  const largest = Math.max(1, ...chart.points.map((one) => Math.max(one[2], one[3] ?? 0)));
  const size = width < 420 ? 14 : 20;
  const [west, east] = extent(chart.points.map((one) => one[0]));
  const [south, north] = extent(chart.points.map((one) => one[1]));
  return {
    tooltip: {
      ...tooltip(colors),
      trigger: "item",
      formatter: ({ dataIndex: at }: { dataIndex: number }) => {
        const [, , now, was, name] = chart.points[at];
        return both(name, now, was, chart);
      },
    },
    geo: {
      map: "states",
      roam: false,
      silent: true,
      boundingCoords: widened(
        [
          [west, north],
          [east, south],
        ],
        width / height,
      ),
      left: 4,
      right: 4,
      top: 4,
      bottom: 4,
      itemStyle: { areaColor: colors.land, borderColor: colors.line, borderWidth: 1 },
    },
    series: [
      {
        type: "scatter",
        coordinateSystem: "geo",
        data: chart.points,
        symbolSize: (one: number[]) => 3 + size * Math.sqrt(Math.max(one[2], one[3], 0) / largest),
        itemStyle: {
          opacity: 0.62,
          color: ({ data }: { data: number[] }) => (data[2] >= (data[3] ?? 0) ? colors.good : colors.bad),
        },
      },
    ],
  };
}

/** States or counties in shades, as close as those that are told of allow. */
function areas(chart: AreaChart, colors: Colors, aspect: number): object {
  const told = new Map(chart.rows.map((row) => [row[0], row]));
  return {
    tooltip: { ...tooltip(colors), trigger: "item" },
    geo: {
      map: chart.level,
      roam: false,
      boundingCoords: framed(chart.level, [...told.keys()], aspect),
      left: 4,
      right: 4,
      top: 4,
      bottom: 4,
      itemStyle: {
        areaColor: colors.land,
        borderColor: colors.ground,
        // Many small areas would be all borders.
        borderWidth: told.size > 400 ? 0.15 : 0.6,
      },
      emphasis: {
        label: { show: false },
        itemStyle: { areaColor: undefined, borderColor: colors.text, borderWidth: 1.5 },
      },
      select: { disabled: true },
      tooltip: {
        show: true,
        formatter: ({ name }: { name: string }) => {
          const row = told.get(name);
          return row ? `${row[2]}\n${chart.title}: ${row[3]}` : "";
        },
      },
      regions: chart.rows.map(([name, shade]) => ({
        name,
        itemStyle: { areaColor: shade < 0 ? colors.land : colors.shades[shade] },
        emphasis: { itemStyle: { areaColor: shade < 0 ? colors.land : colors.shades[shade] } },
      })),
    },
    series: [],
  };
}

/** The least and the most, with some room on both sides. */
function extent(values: number[]): [number, number] {
  if (values.length === 0) return [-125, 50];
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const room = 0.06 * (most - least) + 0.3;
  return [least - room, most + room];
}
