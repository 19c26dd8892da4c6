import type { MeasureKey } from "../core/figures";
import { words } from "../words";

const made = new Map<string, Intl.NumberFormat>();

function number(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const language = document.documentElement.lang || "en";
  const key = `${language} ${JSON.stringify(options)}`;
  const format = made.get(key) ?? new Intl.NumberFormat(language, options);
  made.set(key, format);
  return format;
}

export const whole = (value: number): string => number({ maximumFractionDigits: 0 }).format(value);
export const percent = (ratio: number): string =>
  number({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(ratio);
export const signed = (ratio: number): string =>
  number({ style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(ratio);
export const change = (value: number): string =>
  number({ maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(value);
export const money = (value: number): string =>
  number({
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    notation: Math.abs(value) >= 10_000 ? "compact" : "standard",
    maximumFractionDigits: Math.abs(value) >= 10_000 && Math.abs(value) < 100_000_000 ? 1 : 0,
  }).format(value);
export const hours = (value: number): string => words("hours", { n: whole(value) });
export const tenth = (value: number): string =>
  number({ maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);

export function load(key: MeasureKey, value: number): string {
  if (key === "workload") return hours(value);
  return key === "accounts" ? whole(value) : money(value);
}

export function when(iso: string): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || "en", {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(new Date(iso));
}
