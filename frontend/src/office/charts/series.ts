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

/** Told apart in both themes: the main color, that of the past, and four that no state uses. */
export function seriesColors(colors: Colors): string[] {
  return [colors.main, colors.before, "#c58a2c", "#5b7fb9", "#a4618f", "#6f9a4f"];
}

function digits(value: number, most: number): string {
  const language = typeof document === "undefined" ? "en" : document.documentElement.lang || undefined;
  const text = Math.abs(value).toLocaleString(language, { maximumFractionDigits: most });
  return `${value < 0 ? "−" : ""}${text}`;
}
