/** The point nearest to a place on the screen, if one is within reach; ties go to the one drawn last. */
export function nearest(
  x: Float64Array,
  y: Float64Array,
  at: { x: number; y: number },
  reach: number,
): number | null {
  let found: number | null = null;
  let least = reach * reach;
  for (let i = 0; i < x.length; i++) {
    const distance = (x[i] - at.x) ** 2 + (y[i] - at.y) ** 2;
    if (distance <= least) [found, least] = [i, distance];
  }
  return found;
}
