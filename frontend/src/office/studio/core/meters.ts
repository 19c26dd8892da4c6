const RADIUS_M = 6_371_008.8;
const RADIAN = Math.PI / 180;

/** The great circle between two places in whole meters: whole, so that sums do not depend on their order. */
export function metersBetween(lonA: number, latA: number, lonB: number, latB: number): number {
  const north = Math.sin(((latB - latA) * RADIAN) / 2);
  const east = Math.sin(((lonB - lonA) * RADIAN) / 2);
  const chord = north * north + Math.cos(latA * RADIAN) * Math.cos(latB * RADIAN) * east * east;
  return Math.round(2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord))));
}
