import { expect, test } from "vitest";
import { bridgeSteps, floorOf } from "./bridge-steps";

test("each step begins where the one before ended", () => {
  expect(bridgeSteps([100, 20, -50, 70])).toEqual([
    { base: 0, up: 0, down: 0, total: 100 },
    { base: 100, up: 20, down: 0, total: 0 },
    { base: 70, up: 0, down: 50, total: 0 },
    { base: 0, up: 0, down: 0, total: 70 },
  ]);
});

test("small steps on large totals are seen close up, large ones from nothing", () => {
  expect(floorOf([1000, 20, -10, 1010])).toBeGreaterThan(900);
  expect(floorOf([100, 20, -90, 30])).toBe(0);
});
