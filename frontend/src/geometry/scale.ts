/** What a chart shows at least, where there is no tolerance. */
const LEAST = 0.05;

/** How far from the middle a balance chart reaches: enough for every bar after, and for most before. */
export function reach(after: number[], before: number[], tolerance: number): number {
  const largest = (values: number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const band = Number.isFinite(tolerance) ? tolerance : LEAST;
  const wanted = Math.min(Math.max(largest(before), 0), Math.max(8 * band, 2 * largest(after)));
  return round(Math.max(1.12 * largest(after), wanted, 2 * band));
}

/** Up to the next round number: 1, 2, 2.5 or 5 times a power of ten. */
function round(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 4, 5, 8, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}
