import { geoGraticule } from "d3-geo";
import Flatbush from "flatbush";
import { extent, type Extent } from "../geometry/extent";
import { projection, type Project } from "../geometry/projection";
import { unwind } from "../geometry/unwind";
import type { Side } from "../model/payload";
import type { Plan } from "../model/plan";

/** Everything the map draws, projected once; zooming only scales it. */
export interface World {
  x: Float32Array;
  y: Float32Array;
  box: Extent;
  index: Flatbush;
  after: Shape[];
  before: Shape[];
  base: Base;
  /** Accounts by territory, so that a color is set once: after, before. */
  orderAfter: Uint32Array;
  orderBefore: Uint32Array;
}

/** A territory's outline and center on the map; empty where it is not in that plan. */
export interface Shape {
  path: Path2D;
  center: [number, number] | null;
  seat: [number, number] | null;
}

export interface Base {
  land: Path2D;
  coast: Path2D;
  states: Path2D;
  counties: Path2D;
  graticule: Path2D;
  labels: [string, number, number][];
}

export function makeWorld(plan: Plan): World {
  const project = projection(extent(plan.x, plan.y), plan.sphere, plan.basemap !== null);
  const x = new Float32Array(plan.n);
  const y = new Float32Array(plan.n);
  const index = new Flatbush(Math.max(plan.n, 1), 32, Float32Array);
  for (let i = 0; i < plan.n; i++) {
    [x[i], y[i]] = project(plan.x[i], plan.y[i]);
    index.add(x[i], y[i]);
  }
  index.finish();
  const shape = (side: Side | null, seat: [number, number] | null): Shape => ({
    path: outline(side, plan.step, project),
    center: side?.center ? place(project, side.center) : null,
    seat: seat === null ? null : place(project, seat),
  });
  return {
    x,
    y,
    box: extent(x, y),
    index,
    after: plan.territories.map((territory) => shape(territory.after, territory.seat)),
    before: plan.territories.map((territory) => shape(territory.before, territory.seat)),
    base: makeBase(plan, project),
    orderAfter: byTerritory(plan.after),
    orderBefore: byTerritory(plan.before ?? plan.after),
  };
}

function makeBase(plan: Plan, project: Project): Base {
  const map = plan.basemap;
  const base: Base = {
    land: new Path2D(),
    coast: new Path2D(),
    states: new Path2D(),
    counties: new Path2D(),
    graticule: new Path2D(),
    labels: [],
  };
  if (map !== null) {
    for (const name of ["land", "coast", "states", "counties"] as const) {
      for (const line of map[name]) trace(base[name], unwind(line, map.step), project, name === "land");
    }
    base.labels = map.labels.map(([text, lon, lat]) => [text, ...place(project, [lon, lat])]);
  } else if (plan.sphere) {
    addGraticule(base.graticule, extent(plan.x, plan.y), project);
  }
  return base;
}

function addGraticule(path: Path2D, box: Extent, project: Project): void {
  const size = Math.max(box.right - box.left, box.bottom - box.top, 0.5);
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30].find((degrees) => size / degrees <= 12) ?? 30;
  const pad = size;
  const lines = geoGraticule()
    .step([step, step])
    .extent([
      [Math.max(-180, box.left - pad), Math.max(-85, box.top - pad)],
      [Math.min(180, box.right + pad), Math.min(85, box.bottom + pad)],
    ])
    .precision(size / 30)
    .lines();
  for (const line of lines) trace(path, Float64Array.from(line.coordinates.flat()), project, false);
}

function outline(side: Side | null, step: number, project: Project): Path2D {
  const path = new Path2D();
  for (const rings of side?.outline ?? []) {
    for (const ring of rings) trace(path, unwind(ring, step), project, true);
  }
  return path;
}

function trace(path: Path2D, places: Float64Array, project: Project, closed: boolean): void {
  let drawing = false;
  for (let i = 0; i + 1 < places.length; i += 2) {
    const [x, y] = project(places[i], places[i + 1]);
    if (Number.isNaN(x)) {
      drawing = false;
    } else if (drawing) {
      path.lineTo(x, y);
    } else {
      path.moveTo(x, y);
      drawing = true;
    }
  }
  if (closed) path.closePath();
}

function place(project: Project, [lon, lat]: [number, number]): [number, number] {
  return project(lon, lat);
}

function byTerritory(territory: Int32Array): Uint32Array {
  return Uint32Array.from(territory, (_, unit) => unit).sort((a, b) => territory[a] - territory[b] || a - b);
}
