import { bytes } from "./bytes";
import type { Measure, Payload, Territory } from "./payload";

/** The plan, ready for use: columns as typed arrays, positions into `territories` for before and after. */
export interface Plan extends Omit<Payload, "units" | "measures"> {
  measures: Measure[];
  /** The number of accounts. */
  n: number;
  /** The number of territories of the new plan; the closed ones follow them in `territories`. */
  k: number;
  x: Float64Array;
  y: Float64Array;
  step: number;
  after: Int32Array;
  /** -1 where in none; null without a present plan. */
  before: Int32Array | null;
  reasons: Uint16Array;
  reasonMeasure: Uint8Array;
  distance: Float32Array;
  distanceBefore: Float32Array | null;
  values: Float32Array[];
  ids: string[];
  names: string[];
  details: { name: string; of: (unit: number) => string }[];
  /** Accounts whose holder changes, the formerly unheld among them, in the order of the file. */
  changed: Uint32Array;
  /** How many came to and left each territory. */
  arrived: Uint32Array;
  left: Uint32Array;
}

export function readPlan(payload: Payload): Plan {
  const { units, ...rest } = payload;
  const n = units.count;
  const k = payload.territories.filter((territory: Territory) => territory.after !== null).length;
  const after = new Int32Array(bytes(units.after));
  const before = units.before === null ? null : new Int32Array(bytes(units.before));
  const arrived = new Uint32Array(payload.territories.length);
  const left = new Uint32Array(payload.territories.length);
  const changed: number[] = [];
  if (before !== null) {
    for (let i = 0; i < n; i++) {
      const from = before[i];
      const to = after[i];
      if (from === to) continue;
      changed.push(i);
      arrived[to]++;
      if (from >= 0) left[from]++;
    }
  }
  return {
    ...rest,
    measures: payload.measures.map((measure) => ({ ...measure, tolerance: measure.tolerance ?? Infinity })),
    n,
    k,
    step: units.step,
    x: coordinates(units.x, units.origin[0], units.step),
    y: coordinates(units.y, units.origin[1], units.step),
    after,
    before,
    reasons: new Uint16Array(bytes(units.reasons)),
    reasonMeasure: new Uint8Array(bytes(units.reasonMeasure)),
    distance: new Float32Array(bytes(units.distance)),
    distanceBefore: units.distanceBefore === null ? null : new Float32Array(bytes(units.distanceBefore)),
    values: units.measures.map((text) => new Float32Array(bytes(text))),
    ids: units.ids,
    names: units.names,
    details: units.details.map(({ name, values, at }) => {
      if (at === undefined) return { name, of: (unit: number) => values[unit] ?? "" };
      const position = new Uint16Array(bytes(at));
      return { name, of: (unit: number) => values[position[unit]] ?? "" };
    }),
    changed: Uint32Array.from(changed),
    arrived,
    left,
  };
}

function coordinates(text: string, origin: number, step: number): Float64Array {
  return Float64Array.from(new Uint32Array(bytes(text)), (value) => origin + value * step);
}
