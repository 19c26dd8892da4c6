import fc from "fast-check";
import { expect, test } from "vitest";
import { makeAccounts, sequenceOf } from "./factory";
import { Finder } from "./finder";
import { inside } from "./inside";

function many(seed: number) {
  const random = sequenceOf(seed);
  return makeAccounts({
    longitude: Float64Array.from({ length: 300 }, () => (random() < 0.1 ? NaN : -90 + 20 * random())),
    latitude: Float64Array.from({ length: 300 }, () => 30 + 15 * random()),
  });
}

test("a lasso finds what looking at every account finds", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 3, maxLength: 9 }),
      (seed, ring) => {
        const finder = new Finder(many(seed));
        const [left, top] = [0.25, 0.36];
        const lasso = ring.map(([x, y]) => [left + x * 6e-4, top + y * 6e-4] as const);
        const found = [...finder.encircled(lasso)].sort((a, b) => a - b);
        const slowly = [...finder.x.keys()].filter((i) => inside(finder.x[i], finder.y[i], lasso));
        expect(found).toEqual(slowly);
      },
    ),
    { numRuns: 50, seed: 7 },
  );
});

test("the account under the finger is the nearest within reach", () => {
  const finder = new Finder(makeAccounts({ longitude: Float64Array.of(-90, -89, NaN) }));
  expect(finder.nearest(finder.x[1] + 1e-4, finder.y[1], 1e-3)).toBe(1);
  expect(finder.nearest(finder.x[1] + 1e-2, finder.y[1], 1e-3)).toBeNull();
});
