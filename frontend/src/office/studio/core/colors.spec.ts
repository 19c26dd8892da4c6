import fc from "fast-check";
import { expect, test } from "vitest";
import { bordersOf, colorsKept, colorsOf } from "./colors";
import { makeAccounts, sequenceOf } from "./factory";
import { graphOf } from "./graph";

test("neighbors never share a color where the land is divided into 30 territories", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = sequenceOf(seed);
      const n = 600;
      const [x, y] = [new Float64Array(n), new Float64Array(n)];
      const seats = Array.from({ length: 30 }, () => [random(), random()]);
      const territory = new Int16Array(n);
      for (let i = 0; i < n; i++) {
        [x[i], y[i]] = [random(), random()];
        const far = seats.map(([a, b]) => Math.hypot(a - x[i], b - y[i]));
        territory[i] = far.indexOf(Math.min(...far));
      }
      const accounts = makeAccounts({
        longitude: x.map((at) => -90 + 8 * at),
        latitude: y.map((at) => 36 + 6 * at),
        territory,
      });
      const borders = bordersOf(territory, graphOf(accounts), 30);
      const colors = colorsOf(borders, 30, 8);
      for (const pair of borders.keys()) expect(colors[Math.floor(pair / 30)]).not.toBe(colors[pair % 30]);
    }),
    { numRuns: 20, seed: 4 },
  );
});

test("territories that do not touch still get different colors while there are some", () => {
  expect([...colorsOf(new Map(), 4, 8)].sort()).toEqual([0, 1, 2, 3]);
});

test("where more meet than there are colors, the shortest border clashes", () => {
  const borders = new Map([
    [0 * 3 + 1, 50],
    [0 * 3 + 2, 40],
    [1 * 3 + 2, 1],
  ]);
  const colors = colorsOf(borders, 3, 2);
  expect(colors[1]).toBe(colors[2]);
  expect(colors[0]).not.toBe(colors[1]);
});

test("colors stay as they are but for neighbors that would share one", () => {
  const kept = Uint8Array.of(0, 1, 2, 0);
  expect([...colorsKept(kept, new Map([[0 * 4 + 1, 9]]), 4)]).toEqual([0, 1, 2, 0]);
  const beside = new Map([
    [0 * 4 + 1, 9],
    [0 * 4 + 3, 5],
  ]);
  expect([...colorsKept(kept, beside, 4)]).toEqual([0, 1, 2, 3]);
});
