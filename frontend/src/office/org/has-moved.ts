export interface Point {
  x: number;
  y: number;
}

/** A press becomes a drag only once it has gone this far: a click with an unsteady hand stays a click. */
export const SLACK = 6;

export function hasMoved(from: Point, to: Point, slack = SLACK): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) >= slack;
}
