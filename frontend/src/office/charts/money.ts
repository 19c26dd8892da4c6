const SIZES: [number, string][] = [
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "k"],
];

/** An amount where there is little room: $1.2k, −$3.4M. */
export function short(value: number, currency: string): string {
  const size = Math.abs(value);
  const [unit, letter] = SIZES.find(([of]) => size >= 0.9995 * of) ?? [1, ""];
  const told = size / unit;
  const digits = letter === "" || told >= 100 ? 0 : told >= 10 ? 1 : 2;
  const text = told.toLocaleString(language(), { maximumFractionDigits: digits });
  return `${value < 0 ? "−" : ""}${currency}${text}${letter}`;
}

/** An amount in full: $1,234. */
export function whole(value: number, currency: string): string {
  const text = Math.abs(value).toLocaleString(language(), { maximumFractionDigits: 0 });
  return `${value < 0 ? "−" : ""}${currency}${text}`;
}

/** How much more than a year before, in percent. */
export function change(now: number, was: number): string {
  if (was <= 0) return "";
  const percent = Math.round(1000 * (now / was - 1)) / 10;
  const sign = percent < 0 ? "−" : percent > 0 ? "+" : "";
  return `${sign}${Math.abs(percent).toLocaleString(language(), { minimumFractionDigits: 1 })}%`;
}

function language(): string | undefined {
  return typeof document === "undefined" ? "en" : document.documentElement.lang || undefined;
}
