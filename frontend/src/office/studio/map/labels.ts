import type { Studio } from "../studio";

export interface Anchor {
  territory: number;
  /** On the map, see mercator.ts. */
  x: number;
  y: number;
  accounts: number;
}

/** Where each territory's name stands: at the one of its own sites that is nearest to the middle of its accounts. */
export function anchorsOf({ accounts, finder, sites, landNow, territories }: Studio): Anchor[] {
  const k = territories.length;
  const [x, y, n] = [new Float64Array(k), new Float64Array(k), new Float64Array(k)];
  for (let i = 0; i < accounts.n; i++) {
    const at = accounts.territory[i];
    if (at < 0 || Number.isNaN(finder.x[i])) continue;
    x[at] += finder.x[i];
    y[at] += finder.y[i];
    n[at]++;
  }
  const nearest = new Int32Array(k).fill(-1);
  const least = new Float64Array(k).fill(Infinity);
  for (let site = 0; site < sites.n; site++) {
    const at = landNow[site];
    if (at < 0) continue;
    const distance = (sites.x[site] - x[at] / n[at]) ** 2 + (sites.y[site] - y[at] / n[at]) ** 2;
    if (distance < least[at]) [nearest[at], least[at]] = [site, distance];
  }
  const anchors: Anchor[] = [];
  for (let at = 0; at < k; at++)
    if (nearest[at] >= 0)
      anchors.push({ territory: at, x: sites.x[nearest[at]], y: sites.y[nearest[at]], accounts: n[at] });
  return anchors.sort((a, b) => b.accounts - a.accounts);
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Which of the boxes fit without covering one that comes before; `always` fits in any case. */
export function fitting(boxes: readonly (Box | null)[], always: ReadonlySet<number>): boolean[] {
  const kept: Box[] = [...always].flatMap((at) => boxes[at] ?? []);
  return boxes.map((box, at) => {
    if (box === null) return false;
    if (always.has(at)) return true;
    const free = kept.every(
      (other) =>
        box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom,
    );
    if (free) kept.push(box);
    return free;
  });
}
