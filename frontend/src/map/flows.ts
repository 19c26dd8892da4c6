import type { Plan } from "../model/plan";

export interface Flow {
  from: number;
  to: number;
  count: number;
}

/** How many accounts go from which territory to which, most first; the formerly unheld come from nowhere. */
export function flows(plan: Pick<Plan, "before" | "after" | "changed" | "territories">): Flow[] {
  const { before, after, changed, territories } = plan;
  if (before === null) return [];
  const counts = new Map<number, number>();
  for (const unit of changed) {
    if (before[unit] < 0) continue;
    const pair = before[unit] * territories.length + after[unit];
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return [...counts]
    .map(([pair, count]) => ({
      from: Math.floor(pair / territories.length),
      to: pair % territories.length,
      count,
    }))
    .sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to);
}
