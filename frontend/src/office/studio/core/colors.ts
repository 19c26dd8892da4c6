import { NOBODY } from "./accounts";
import type { Graph } from "./graph";

/** How many edges run between each two territories' land, by position `a * n + b` with a < b. */
export function bordersOf(
  land: Int16Array,
  beside: Pick<Graph, "start" | "to">,
  nTerritories: number,
): Map<number, number> {
  const borders = new Map<number, number>();
  for (let site = 0; site < land.length; site++) {
    for (let edge = beside.start[site]; edge < beside.start[site + 1]; edge++) {
      const [mine, other] = [land[site], land[beside.to[edge]]];
      if (mine === NOBODY || other <= mine) continue;
      const pair = mine * nTerritories + other;
      borders.set(pair, (borders.get(pair) ?? 0) + 1);
    }
  }
  return borders;
}

/**
 * A color for each territory such that neighbors differ, after Brélaz (1979): the one with fewest colors left to choose comes
 * first. Of the colors left the rarest is taken, so that all are used. Where more neighbors meet than there are colors, the
 * shortest border gets the same on both sides; names and borders tell them apart.
 */
export function colorsOf(
  borders: ReadonlyMap<number, number>,
  nTerritories: number,
  nColors: number,
): Uint8Array {
  const beside = neighbors(borders, nTerritories);
  const color = new Int16Array(nTerritories).fill(-1);
  const used = new Array<number>(nColors).fill(0);
  const open = new Set(color.keys());
  const saturation = (at: number): number => {
    const seen = new Set<number>();
    for (const other of beside[at].keys()) if (color[other] >= 0) seen.add(color[other]);
    return seen.size;
  };
  while (open.size > 0) {
    let [next, most] = [-1, -1];
    for (const at of open) {
      const worth = saturation(at) * 1000 + beside[at].size;
      if (worth > most) [next, most] = [at, worth];
    }
    open.delete(next);
    color[next] = best(beside[next], color, used);
    used[color[next]]++;
  }
  return Uint8Array.from(color);
}

/**
 * The colors that there are, but for those of which two neighbors now have the same: whoever opens a plan again, after it was
 * shaped, finds each territory in the color that it had.
 */
export function colorsKept(
  kept: Uint8Array,
  borders: ReadonlyMap<number, number>,
  nColors: number,
): Uint8Array {
  const beside = neighbors(borders, kept.length);
  const color = Int16Array.from(kept);
  const used = new Array<number>(nColors).fill(0);
  for (const one of kept) used[one]++;
  const longest = [...borders].sort(([, a], [, b]) => b - a);
  for (const [pair] of longest) {
    const [a, b] = [Math.floor(pair / kept.length), pair % kept.length];
    if (color[a] !== color[b]) continue;
    const changed = beside[a].size < beside[b].size ? a : b;
    used[color[changed]]--;
    color[changed] = best(beside[changed], color, used);
    used[color[changed]]++;
  }
  return Uint8Array.from(color);
}

function best(beside: ReadonlyMap<number, number>, color: Int16Array, used: readonly number[]): number {
  const clash = new Array<number>(used.length).fill(0);
  for (const [other, length] of beside) if (color[other] >= 0) clash[color[other]] += length;
  let found = 0;
  for (let at = 1; at < used.length; at++) {
    const better = clash[at] - clash[found];
    if (better < 0 || (better === 0 && used[at] < used[found])) found = at;
  }
  return found;
}

function neighbors(borders: ReadonlyMap<number, number>, n: number): Map<number, number>[] {
  const beside: Map<number, number>[] = Array.from({ length: n }, () => new Map<number, number>());
  for (const [pair, length] of borders) {
    const [a, b] = [Math.floor(pair / n), pair % n];
    beside[a].set(b, length);
    beside[b].set(a, length);
  }
  return beside;
}
