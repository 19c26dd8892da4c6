import type { Colors } from "./colors";
import { short, whole } from "./money";
import type { SeriesChart } from "./payload";

/** A figure in the measure's unit; brief, where there is little room. */
export function told(
  value: number | null,
  chart: Pick<SeriesChart, "unit" | "currency">,
  brief: boolean,
): string {
  if (value === null) return "–";
  if (chart.unit === "money") return brief ? short(value, chart.currency) : whole(value, chart.currency);
  if (chart.unit === "ratio") return `${digits(100 * value, brief ? 0 : 1)}%`;
  return digits(value, chart.unit === "accounts" ? 0 : 1);
}

/** Told apart in both themes. What a measure is compared with has the color of the past. */
export function seriesColors(colors: Colors, compares: boolean): string[] {
  if (compares) return [colors.main, colors.before];
  return [colors.main, "#c58a2c", "#5b7fb9", "#a4618f", "#7f9a4f", colors.muted];
}

function digits(value: number, most: number): string {
  const language = typeof document === "undefined" ? "en" : document.documentElement.lang || undefined;
  const text = Math.abs(value).toLocaleString(language, { maximumFractionDigits: most });
  return `${value < 0 ? "−" : ""}${text}`;
}
