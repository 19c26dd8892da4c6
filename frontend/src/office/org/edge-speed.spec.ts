import { expect, test } from "vitest";
import { edgeSpeed } from "./edge-speed";

test.each([
  [400, 0],
  [64, 0],
  [32, -9],
  [0, -18],
  [-50, -18],
  [768, 9],
  [800, 18],
  [900, 18],
])("at %i of a view of 800 it scrolls by %i", (at, speed) => {
  expect(edgeSpeed(at, 0, 800)).toBe(speed);
});

test("a view of no height does not scroll", () => {
  expect(edgeSpeed(10, 10, 10)).toBe(0);
});
