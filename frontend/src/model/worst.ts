import type { Territory } from "./payload";

/** The largest deviation of a measure among the territories of one plan, or null where none has any. */
export function worst(territories: Territory[], side: "before" | "after", measure: number): number | null {
  let found: number | null = null;
  for (const territory of territories) {
    const deviation = territory[side]?.deviations[measure];
    if (typeof deviation === "number") found = Math.max(found ?? 0, Math.abs(deviation));
  }
  return found;
}
