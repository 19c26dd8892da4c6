import { Delaunay } from "d3-delaunay";
import type { Located } from "./accounts";
import { mercatorX, mercatorY } from "./mercator";
import { metersBetween } from "./meters";

/** Which places lie beside which. Accounts at the same spot share a place; those without coordinates have none. */
export interface Graph {
  /** Each account's place, or -1. */
  readonly placeOf: Int32Array;
  readonly nPlaces: number;
  /** An account at each place, and the next one at the same place (-1 after the last). */
  readonly first: Int32Array;
  readonly next: Int32Array;
  /** The neighbors of place p are `to[start[p]] … to[start[p + 1] - 1]`. */
  readonly start: Int32Array;
  readonly to: Int32Array;
  /** Each account's part of the shortest tree, in meters. */
  readonly leg: Float64Array;
}

/** An edge so many times as long as the ways to the next places joins nothing: it runs across the sea or around the country. */
const FAR = 3;

export function graphOf(accounts: Located): Graph {
  const { placeOf, first, next } = placesOf(accounts);
  const [x, y] = [new Float64Array(first.length), new Float64Array(first.length)];
  first.forEach((account, place) => {
    x[place] = mercatorX(accounts.longitude[account]);
    y[place] = mercatorY(accounts.latitude[account]);
  });
  const { a, b } = edgesOf(x, y);
  const meters = Float64Array.from(a, (from, edge) =>
    metersBetween(
      accounts.longitude[first[from]],
      accounts.latitude[first[from]],
      accounts.longitude[first[b[edge]]],
      accounts.latitude[first[b[edge]]],
    ),
  );
  const inTree = shortestTree(first.length, a, b, meters);
  const reach = reachOf(first.length, a, b, meters, inTree);
  const kept = Uint32Array.from(a.keys()).filter(
    (edge) => meters[edge] <= FAR * Math.max(reach[a[edge]], reach[b[edge]]),
  );
  return {
    placeOf,
    nPlaces: first.length,
    first,
    next,
    ...adjacency(
      first.length,
      Int32Array.from(kept, (edge) => a[edge]),
      Int32Array.from(kept, (edge) => b[edge]),
    ),
    leg: legs(accounts.n, placeOf, first, next, a, b, meters, inTree),
  };
}

function placesOf({ n, longitude, latitude }: Located): Pick<Graph, "placeOf" | "first" | "next"> {
  const placeOf = new Int32Array(n).fill(-1);
  const next = new Int32Array(n).fill(-1);
  const first: number[] = [];
  const known = new Map<number, number>();
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(longitude[i])) continue;
    // Ten-thousandths of a degree, about ten meters, packed into one whole number.
    const key = Math.round((longitude[i] + 180) * 1e4) * 2e6 + Math.round((latitude[i] + 90) * 1e4);
    const place = known.get(key);
    if (place === undefined) {
      known.set(key, first.length);
      placeOf[i] = first.length;
      first.push(i);
    } else {
      placeOf[i] = place;
      next[i] = next[first[place]];
      next[first[place]] = i;
    }
  }
  return { placeOf, first: Int32Array.from(first), next };
}

/** The edges of the Delaunay triangulation; one or two places are no triangle. */
function edgesOf(x: Float64Array, y: Float64Array): { a: Int32Array; b: Int32Array } {
  if (x.length < 3) return x.length < 2 ? pairs([], []) : pairs([0], [1]);
  const points = new Float64Array(2 * x.length);
  for (let i = 0; i < x.length; i++) [points[2 * i], points[2 * i + 1]] = [x[i], y[i]];
  const { triangles, halfedges } = new Delaunay(points);
  const [a, b]: [number[], number[]] = [[], []];
  for (let edge = 0; edge < triangles.length; edge++) {
    if (halfedges[edge] > edge) continue;
    a.push(triangles[edge]);
    b.push(triangles[edge % 3 === 2 ? edge - 2 : edge + 1]);
  }
  return pairs(a, b);
}

function pairs(a: number[], b: number[]): { a: Int32Array; b: Int32Array } {
  return { a: Int32Array.from(a), b: Int32Array.from(b) };
}

/** Kruskal's tree over the triangulation, which holds it whole. */
function shortestTree(nPlaces: number, a: Int32Array, b: Int32Array, meters: Float64Array): Uint8Array {
  const root = Int32Array.from({ length: nPlaces }, (_, place) => place);
  const find = (place: number): number => {
    while (root[place] !== place) place = root[place] = root[root[place]];
    return place;
  };
  // Sorted as numbers: the length before the point, the edge behind it, which is much faster than by a function.
  const scale = 2 ** Math.ceil(Math.log2(a.length + 1));
  const order = meters.map((length, edge) => length * scale + edge).sort();
  const inTree = new Uint8Array(a.length);
  for (const key of order) {
    const edge = key % scale;
    const [from, to] = [find(a[edge]), find(b[edge])];
    if (from === to) continue;
    root[from] = to;
    inTree[edge] = 1;
  }
  return inTree;
}

/** The neighbors of each node, from the edges between them. */
export function adjacency(n: number, a: Int32Array, b: Int32Array): Pick<Graph, "start" | "to"> {
  const start = new Int32Array(n + 1);
  for (let edge = 0; edge < a.length; edge++) {
    start[a[edge] + 1]++;
    start[b[edge] + 1]++;
  }
  for (let node = 0; node < n; node++) start[node + 1] += start[node];
  const at = start.slice();
  const to = new Int32Array(2 * a.length);
  for (let edge = 0; edge < a.length; edge++) {
    to[at[a[edge]]++] = b[edge];
    to[at[b[edge]]++] = a[edge];
  }
  return { start, to };
}

function legs(
  n: number,
  placeOf: Int32Array,
  first: Int32Array,
  next: Int32Array,
  a: Int32Array,
  b: Int32Array,
  meters: Float64Array,
  inTree: Uint8Array,
): Float64Array {
  const part = new Float64Array(first.length);
  for (let edge = 0; edge < a.length; edge++) {
    if (inTree[edge] === 0) continue;
    part[a[edge]] += meters[edge] / 2;
    part[b[edge]] += meters[edge] / 2;
  }
  const count = new Float64Array(first.length);
  for (let place = 0; place < first.length; place++)
    for (let account = first[place]; account >= 0; account = next[account]) count[place]++;
  const leg = new Float64Array(n);
  for (let i = 0; i < n; i++) if (placeOf[i] >= 0) leg[i] = part[placeOf[i]] / count[placeOf[i]];
  return leg;
}

/** How long the shortest tree's longest edge is at each place. */
function reachOf(
  nPlaces: number,
  a: Int32Array,
  b: Int32Array,
  meters: Float64Array,
  inTree: Uint8Array,
): Float64Array {
  const reach = new Float64Array(nPlaces);
  for (let edge = 0; edge < a.length; edge++) {
    if (inTree[edge] === 0) continue;
    reach[a[edge]] = Math.max(reach[a[edge]], meters[edge]);
    reach[b[edge]] = Math.max(reach[b[edge]], meters[edge]);
  }
  return reach;
}
