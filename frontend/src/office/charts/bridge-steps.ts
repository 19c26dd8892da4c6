/** Of a bridge's values, the first and the last of which are totals: where each bar starts and how high it is. */
export interface Step {
  base: number;
  up: number;
  down: number;
  total: number;
}

export function bridgeSteps(values: number[]): Step[] {
  let level = 0;
  return values.map((value, at) => {
    if (at === 0 || at === values.length - 1) {
      level = value;
      return { base: 0, up: 0, down: 0, total: value };
    }
    const before = level;
    level += value;
    return { base: Math.min(before, level), up: Math.max(value, 0), down: Math.max(-value, 0), total: 0 };
  });
}

/** Where the axis begins, so that steps that are small beside the totals are still seen. */
export function floorOf(values: number[]): number {
  const steps = bridgeSteps(values);
  const lowest = Math.min(...steps.slice(1, -1).map((one) => one.base), values[0], values.at(-1)!);
  const highest = Math.max(...steps.map((one) => one.base + one.up + one.down + one.total));
  if (lowest <= 0 || highest - lowest > 0.6 * highest) return 0;
  return Math.max(0, lowest - 0.6 * (highest - lowest));
}
