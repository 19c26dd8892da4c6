export interface Extent {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The box around the points; NaN points, which a projection could not show, do not count. */
export function extent(x: ArrayLike<number>, y: ArrayLike<number>): Extent {
  const found = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i < x.length; i++) {
    if (x[i] < found.left) found.left = x[i]!;
    if (x[i] > found.right) found.right = x[i]!;
    if (y[i] < found.top) found.top = y[i]!;
    if (y[i] > found.bottom) found.bottom = y[i]!;
  }
  return found;
}
