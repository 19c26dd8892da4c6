import { expect, test } from "vitest";
import { reach } from "./scale";

test("every bar after fits", () => {
  expect(reach([0.31, -0.4], [0.1], 0.05)).toBeGreaterThanOrEqual(0.4);
});

test("one wild bar before does not flatten the rest", () => {
  expect(reach([0.04, -0.05], [9.5], 0.05)).toBeLessThanOrEqual(0.5);
});

test("without a tolerance the bars alone say how far", () => {
  expect(reach([0.6], [0], Infinity)).toBeCloseTo(0.8);
  expect(reach([0], [0], Infinity)).toBeCloseTo(0.1);
});

test("the tolerance band is always in sight", () => {
  expect(reach([0], [0], 0.05)).toBeCloseTo(0.1);
});
