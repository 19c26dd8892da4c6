/** What the office's pages tell a chart to draw. Amounts are whole; labels are in the reader's language. */
export type Chart = Trend | Bridge | Bars | PlaceChart | AreaChart | SeriesChart;

interface Money {
  currency: string;
}

/** Months of a year beside those of the year before. */
export interface Trend extends Money {
  kind: "trend";
  labels: string[];
  full: string[];
  now: number[];
  was: (number | null)[];
  names: [string, string];
}

/** From one amount, by steps up and down, to another. */
export interface Bridge extends Money {
  kind: "bridge";
  labels: string[];
  values: number[];
}

export interface Bars extends Money {
  kind: "bars";
  labels: string[];
  now: number[];
  was: (number | null)[];
  names: [string, string];
}

/** Each point: longitude, latitude, amount now and a year before, name, number of the account. */
export interface PlaceChart extends Money {
  kind: "map";
  points: [number, number, number, number | null, string, number][];
  names: [string, string];
  account: string;
}

/**
 * Areas in shades. Each row: the number of a state or county, its class (−1 where there is no figure), its name, its figure as it is
 * shown, and what stands for {} in the address it leads to, if there is one.
 */
export interface AreaChart {
  kind: "areas";
  level: "states" | "counties";
  title: string;
  rows: [string, number, string, string, string][];
  into: string;
}

/** A measure of several things, of some groups or beside what it is compared with: over time as lines, else as bars. */
export interface SeriesChart extends Money {
  kind: "series";
  over: "time" | "names";
  compares: boolean;
  labels: string[];
  series: { name: string; data: (number | null)[] }[];
  title: string;
  unit: "money" | "ratio" | "accounts" | "number";
}
