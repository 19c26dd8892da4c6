import { expect, test } from "vitest";
import type { Territory } from "../model/payload";
import { flows } from "./flows";

test("moves are added up by where from and where to, most first", () => {
  const territories = [{}, {}, {}] as Territory[];
  const before = Int32Array.from([0, 0, 1, -1, 2, 2]);
  const after = Int32Array.from([1, 1, 0, 0, 2, 0]);
  expect(flows({ before, after, changed: Uint32Array.from([0, 1, 2, 3, 5]), territories })).toEqual([
    { from: 0, to: 1, count: 2 },
    { from: 1, to: 0, count: 1 },
    { from: 2, to: 0, count: 1 },
  ]);
});

test("a plan from scratch has no flows", () => {
  const nothing = { before: null, after: new Int32Array(2), changed: new Uint32Array(), territories: [] };
  expect(flows(nothing)).toEqual([]);
});
