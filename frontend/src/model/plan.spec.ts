import { expect, test } from "vitest";
import type { Payload, Side } from "./payload";
import { readPlan } from "./plan";

const base64 = (array: ArrayBufferView) => Buffer.from(array.buffer as ArrayBuffer).toString("base64");

test("columns become arrays, and what changes is found", () => {
  const plan = readPlan({
    measures: [
      { name: "sales", tolerance: 0.05, total: 6 },
      { name: "visits", tolerance: null, total: 6 },
    ],
    territories: [{ after: {} as Side }, { after: {} as Side }, { after: null }],
    units: {
      count: 3,
      origin: [-120, 40],
      step: 0.5,
      x: base64(Uint32Array.from([0, 2, 4])),
      y: base64(Uint32Array.from([1, 0, 0])),
      after: base64(Int32Array.from([0, 1, 1])),
      before: base64(Int32Array.from([0, 2, -1])),
      reasons: base64(new Uint16Array(3)),
      reasonMeasure: base64(new Uint8Array(3)),
      distance: base64(new Float32Array(3)),
      distanceBefore: null,
      measures: [base64(Float32Array.from([1, 2, 3]))],
      ids: ["a", "b", "c"],
      names: ["", "", ""],
      details: [
        { name: "city", values: ["Boise", "Salem"], at: base64(Uint16Array.from([1, 0, 0])) },
        { name: "note", values: ["x", "y", "z"] },
      ],
    },
  } as unknown as Payload);
  expect(plan.k).toBe(2);
  expect(plan.measures.map((measure) => measure.tolerance)).toEqual([0.05, Infinity]);
  expect([...plan.x]).toEqual([-120, -119, -118]);
  expect([...plan.changed]).toEqual([1, 2]);
  expect([...plan.arrived]).toEqual([0, 2, 0]);
  expect([...plan.left]).toEqual([0, 0, 1]);
  expect(plan.details.map((detail) => detail.of(0))).toEqual(["Salem", "x"]);
});
