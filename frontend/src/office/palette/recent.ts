import type { Hit } from "./hit";
import { remember } from "./remember";

/** What a person opened lately, kept in their browser under their number. */
export function recent(person: string): Hit[] {
  try {
    return JSON.parse(localStorage.getItem(nameFor(person)) ?? "[]") as Hit[];
  } catch {
    return []; // storage that is forbidden or was scribbled in
  }
}

export function keepRecent(person: string, opened: Hit): void {
  try {
    localStorage.setItem(nameFor(person), JSON.stringify(remember(recent(person), opened)));
  } catch {
    // Without storage nothing is recent.
  }
}

function nameFor(person: string): string {
  return `terrier.recent.${person}`;
}
