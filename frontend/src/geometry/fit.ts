import type { Extent } from "./extent";

export interface Transform {
  k: number;
  x: number;
  y: number;
}

/** The scale and shift that show the box in the middle of a screen, with a margin. */
export function fit(box: Extent, width: number, height: number, margin: number, largest = 12): Transform {
  const w = Math.max(box.right - box.left, 1e-9);
  const h = Math.max(box.bottom - box.top, 1e-9);
  const k = Math.min((width - 2 * margin) / w, (height - 2 * margin) / h, largest);
  return {
    k,
    x: width / 2 - (k * (box.left + box.right)) / 2,
    y: height / 2 - (k * (box.top + box.bottom)) / 2,
  };
}
