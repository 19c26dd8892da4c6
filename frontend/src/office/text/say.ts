import { fill } from "./fill";

/** A text of the page in the reader's language (look/texts.py), with its places filled. */
export function say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}") as
    Record<string, string> | string;
  // An error page of last resort comes without texts.
  return fill(typeof texts === "string" ? key : (texts[key] ?? key), values);
}
