import { expect, test } from "vitest";
import { nearest } from "./nearest";

const x = Float64Array.from([0, 10, NaN]);
const y = Float64Array.from([0, 0, 0]);

test("the nearest point within reach is found", () => {
  expect(nearest(x, y, { x: 8, y: 1 }, 5)).toBe(1);
});

test("beyond reach there is none", () => {
  expect(nearest(x, y, { x: 5, y: 9 }, 5)).toBeNull();
});
