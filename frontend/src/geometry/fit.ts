import type { Extent } from "./extent";

export interface Transform {
  k: number;
  x: number;
  y: number;
}

/** The scale and shift that show the box in the middle of a screen, with a margin, below what covers its top. */
export function fit(
  box: Extent,
  width: number,
  height: number,
  { margin, top = 0, largest = 12 }: { margin: number; top?: number; largest?: number },
): Transform {
  const w = Math.max(box.right - box.left, 1e-9);
  const h = Math.max(box.bottom - box.top, 1e-9);
  const k = Math.min((width - 2 * margin) / w, (height - top - 2 * margin) / h, largest);
  return {
    k,
    x: width / 2 - (k * (box.left + box.right)) / 2,
    y: (height + top) / 2 - (k * (box.top + box.bottom)) / 2,
  };
}
