import type { Plan } from "./plan";
import type { Side, Territory } from "./payload";

const side = (deviation: number): Side => ({
  units: 1,
  loads: [1],
  deviations: [deviation],
  distance: 1,
  center: [0, 0],
  outline: [],
});

/** A small plan for specs: four accounts; Boise and Spokane stay, Eugene closes. */
export function makePlan(changes: Partial<Plan> = {}): Plan {
  const territories: Territory[] = [
    {
      name: "Boise",
      person: "Cy",
      color: 0,
      seat: null,
      after: side(0.01),
      before: side(0.182),
      target: [1],
    },
    {
      name: "Spokane",
      person: "",
      color: 1,
      seat: null,
      after: side(-0.01),
      before: side(-0.091),
      target: [1],
    },
    { name: "Eugene", person: "", color: 2, seat: null, after: null, before: side(0), target: null },
  ];
  return {
    version: 1,
    title: "",
    created: "",
    command: "",
    settings: [],
    notes: [],
    unmet: [],
    unplaced: [],
    sphere: true,
    lengthUnit: "km",
    miles: false,
    measures: [{ name: "sales", tolerance: 0.05, total: 4 }],
    territories,
    overall: {
      distance: 1,
      distanceBefore: 1,
      moved: 2,
      new: 1,
      movedShare: 0.5,
      score: 1,
      bound: "",
      objective: "distance",
      contiguous: false,
      maxMoved: null,
    },
    choices: null,
    basemap: null,
    n: 4,
    k: 2,
    step: 1e-5,
    x: new Float64Array(4),
    y: new Float64Array(4),
    before: Int32Array.from([0, 2, -1, 1]),
    after: Int32Array.from([1, 0, 1, 1]),
    reasons: Uint16Array.from([32 | 64, 4, 2, 0]),
    reasonMeasure: new Uint8Array(4),
    distance: Float32Array.from([35, 12, 5, 1]),
    distanceBefore: Float32Array.from([240, 50, NaN, 1]),
    values: [Float32Array.from([10, 30, 20, 1])],
    ids: ["A1", "A2", "A10", "A4"],
    names: ["Zoo Shop", "Cat Café", "", "Dog Inn"],
    details: [{ name: "city", of: (unit) => ["Boise", "Eugene", "Spokane", "Spokane"][unit] }],
    changed: Uint32Array.from([0, 1, 2]),
    arrived: Uint32Array.from([1, 2, 0]),
    left: Uint32Array.from([1, 0, 1]),
    ...changes,
  };
}
