export const EDGE = 64;
export const FASTEST = 18;

/** How fast to scroll, in pixels a frame, while something is held near the start (negative) or the end of a view. */
export function edgeSpeed(at: number, start: number, end: number, edge = EDGE, fastest = FASTEST): number {
  const reach = Math.min(edge, (end - start) / 2);
  if (reach <= 0) return 0;
  if (at < start + reach) return -Math.round(fastest * Math.min(1, (start + reach - at) / reach));
  if (at > end - reach) return Math.round(fastest * Math.min(1, (at - end + reach) / reach));
  return 0;
}
