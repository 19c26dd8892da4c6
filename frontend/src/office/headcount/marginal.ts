import type { Columns } from "./payload";

/** What the last of so many people brings (margin) and costs (people and travel) a year; null for the fewest. */
export function marginal(columns: Columns, at: number): { brings: number; costs: number } | null {
  if (at < 1) return null;
  const cost = (i: number): number => columns.cost_of_people[i] + columns.cost_of_travel[i];
  return { brings: columns.margin[at] - columns.margin[at - 1], costs: cost(at) - cost(at - 1) };
}
