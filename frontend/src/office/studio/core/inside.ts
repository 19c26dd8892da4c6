/** Whether a point lies within a ring of points, one after the other; the ring closes by itself. */
export function inside(x: number, y: number, ring: readonly (readonly [number, number])[]): boolean {
  let within = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i];
    const [bx, by] = ring[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}
