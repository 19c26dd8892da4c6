import { Delaunay } from "d3-delaunay";
import { adjacency } from "./graph";
import type { Sites } from "./sites";

type Point = readonly [number, number];

/** The land around each site, as triangles, and the lines between each two sites: what never changes while a plan is shaped. */
export interface Cells {
  /** Corners x, y, less the origin, so that few digits suffice; and each corner's site. */
  readonly corners: Float32Array;
  readonly cornerSite: Uint32Array;
  readonly triangles: Uint32Array;
  /** x, y of both ends, less the origin; and the sites on either side. */
  readonly lines: Float32Array;
  readonly lineSites: Uint32Array;
  readonly origin: Point;
  /** The sites beside site s are `to[start[s]] … to[start[s + 1] - 1]`. */
  readonly start: Int32Array;
  readonly to: Int32Array;
}

/**
 * No land belongs to a site farther away than this part of the whole, or than some times the way to the next: sparse country
 * stays blank far from everybody.
 */
const REACH_SHARE = 0.06;
const REACH_STEPS = 1.5;
const SIDES = 16;
/**
 * The land is divided on a plane this wide: d3-delaunay takes triangles of less than 1e-9 for lines, and sends their
 * middles to infinity. Accounts of one city span less than that where the whole world is 1 wide.
 */
const PLANE = 1e6;

export function cellsOf({ n, x, y }: Sites): Cells {
  const box = {
    left: least(x, 0.2),
    right: -least(
      x.map((at) => -at),
      -0.3,
    ),
    top: least(y, 0.35),
    bottom: -least(
      y.map((at) => -at),
      -0.4,
    ),
  };
  const origin: Point = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const span = Math.max(Math.hypot(box.right - box.left, box.bottom - box.top), 1e-4);
  const size = PLANE;
  const scale = span / size;
  const reach = size * Math.max(REACH_SHARE, REACH_STEPS / Math.sqrt(Math.max(n, 9)));
  // Far points all around close the cells at the rim.
  const points = new Float64Array(2 * (n + SIDES));
  for (let i = 0; i < n; i++) {
    points[2 * i] = (x[i] - origin[0]) / scale;
    points[2 * i + 1] = (y[i] - origin[1]) / scale;
  }
  for (let i = 0; i < SIDES; i++) {
    const angle = (2 * Math.PI * i) / SIDES;
    points[2 * (n + i)] = 4 * size * Math.cos(angle);
    points[2 * (n + i) + 1] = 4 * size * Math.sin(angle);
  }
  const delaunay = new Delaunay(points);
  const far = 40 * size;
  const voronoi = delaunay.voronoi([-far, -far, far, far]);
  const polygon = (site: number): Point[] => {
    const ring = voronoi.cellPolygon(site) as unknown as Point[] | null;
    return ring ? withinReach(ring.slice(0, -1), [points[2 * site], points[2 * site + 1]], reach) : [];
  };
  const { corners, ...fan } = fans(n, polygon);
  const { lines, lineSites } = linesOf(n, delaunay, voronoi.circumcenters, points, reach);
  return {
    ...fan,
    corners: corners.map((at) => at * scale),
    lines: lines.map((at) => at * scale),
    lineSites,
    origin,
    ...besides(n, delaunay),
  };
}

function besides(n: number, { triangles, halfedges }: Delaunay<unknown>): Pick<Cells, "start" | "to"> {
  const [a, b]: [number[], number[]] = [[], []];
  for (let edge = 0; edge < triangles.length; edge++) {
    const [from, to] = [triangles[edge], triangles[edge % 3 === 2 ? edge - 2 : edge + 1]];
    if (halfedges[edge] > edge || from >= n || to >= n) continue;
    a.push(from);
    b.push(to);
  }
  return adjacency(n, Int32Array.from(a), Int32Array.from(b));
}

function fans(
  n: number,
  polygon: (site: number) => Point[],
): Pick<Cells, "corners" | "cornerSite" | "triangles"> {
  const corners: number[] = [];
  const cornerSite: number[] = [];
  const triangles: number[] = [];
  for (let site = 0; site < n; site++) {
    const ring = polygon(site);
    const first = cornerSite.length;
    for (const [x, y] of ring) {
      corners.push(x, y);
      cornerSite.push(site);
    }
    for (let i = 2; i < ring.length; i++) triangles.push(first, first + i - 1, first + i);
  }
  return {
    corners: Float32Array.from(corners),
    cornerSite: Uint32Array.from(cornerSite),
    triangles: Uint32Array.from(triangles),
  };
}

/** The line between two sites runs from one circumcenter to the next, as far as both sites reach. */
function linesOf(
  n: number,
  { triangles, halfedges }: Delaunay<unknown>,
  centers: Float64Array,
  points: Float64Array,
  reach: number,
): Pick<Cells, "lines" | "lineSites"> {
  const lines: number[] = [];
  const sites: number[] = [];
  for (let edge = 0; edge < triangles.length; edge++) {
    const twin = halfedges[edge];
    if (twin < edge) continue;
    const [a, b] = [triangles[edge], triangles[edge % 3 === 2 ? edge - 2 : edge + 1]];
    if (a >= n || b >= n) continue;
    const [s, t] = [2 * Math.floor(edge / 3), 2 * Math.floor(twin / 3)];
    const cut = segmentWithin(
      [centers[s], centers[s + 1]],
      [centers[t], centers[t + 1]],
      [points[2 * a], points[2 * a + 1]],
      reach,
    );
    if (cut === null) continue;
    lines.push(...cut);
    sites.push(a, b);
  }
  return { lines: Float32Array.from(lines), lineSites: Uint32Array.from(sites) };
}

/** The part of a segment within a circle. */
export function segmentWithin(
  [ax, ay]: Point,
  [bx, by]: Point,
  [cx, cy]: Point,
  radius: number,
): number[] | null {
  const [dx, dy, fx, fy] = [bx - ax, by - ay, ax - cx, ay - cy];
  const [a, b, c] = [dx * dx + dy * dy, 2 * (fx * dx + fy * dy), fx * fx + fy * fy - radius * radius];
  const under = b * b - 4 * a * c;
  if (a === 0 || under <= 0) return null;
  const root = Math.sqrt(under);
  const [from, to] = [Math.max(0, (-b - root) / (2 * a)), Math.min(1, (root - b) / (2 * a))];
  return from < to ? [ax + dx * from, ay + dy * from, ax + dx * to, ay + dy * to] : null;
}

/** A convex ring, cut to what lies within reach of its site: within a polygon of many sides around it. */
export function withinReach(ring: Point[], [cx, cy]: Point, reach: number): Point[] {
  if (ring.every(([x, y]) => Math.hypot(x - cx, y - cy) <= reach)) return ring;
  let cut = ring;
  for (let side = 0; side < SIDES && cut.length > 0; side++) {
    const angle = (2 * Math.PI * (side + 0.5)) / SIDES;
    const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
    cut = halfPlane(cut, ([x, y]) => (x - cx) * nx + (y - cy) * ny - reach);
  }
  return cut;
}

/** After Sutherland and Hodgman (1974): the part of a ring where `beyond` is not positive. */
function halfPlane(ring: Point[], beyond: (point: Point) => number): Point[] {
  const kept: Point[] = [];
  for (let i = 0; i < ring.length; i++) {
    const [here, next] = [ring[i], ring[(i + 1) % ring.length]];
    const [at, then] = [beyond(here), beyond(next)];
    if (at <= 0) kept.push(here);
    if (at <= 0 !== then <= 0) {
      const share = at / (at - then);
      kept.push([here[0] + (next[0] - here[0]) * share, here[1] + (next[1] - here[1]) * share]);
    }
  }
  return kept;
}

function least(values: Float64Array, otherwise: number): number {
  let found = Infinity;
  for (const value of values) if (value < found) found = value;
  return found === Infinity ? otherwise : found;
}
