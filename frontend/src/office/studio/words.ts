import { fill } from "../text/fill";

let texts: Record<string, string> | null = null;

/** A text of the studio in the reader's language (alignment/studio_texts.py), with its places filled. */
export function words(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  texts ??= JSON.parse(document.getElementById("studio-texts")?.textContent ?? "{}") as Record<
    string,
    string
  >;
  const told = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? format(value) : value]),
  );
  return fill(texts[key] ?? key, told);
}

/** Of one text for one thing and another for several, the one that fits; the number stands for {n}. */
export function counted(
  key: string,
  n: number,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return words(n === 1 ? `${key}One` : key, { ...values, n });
}

export function forgetWords(): void {
  texts = null;
}

function format(value: number): string {
  return value.toLocaleString(document.documentElement.lang);
}
