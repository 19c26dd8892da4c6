import { expect, test } from "vitest";
import { cornersOf, widened } from "./framed";

const square = (name: string, x: number, y: number): Parameters<typeof cornersOf>[0][number] => ({
  properties: { name },
  geometry: {
    coordinates: [
      [
        [
          [x, y],
          [x + 1, y],
          [x + 1, y + 1],
          [x, y + 1],
        ],
      ],
    ],
  },
});
const features = [square("ohio", -84, 39), square("utah", -112, 39), square("alaska", -150, 61)];

test("the corners lie around the areas that are told of", () => {
  const [[west, north], [east, south]] = cornersOf(features, new Set(["ohio"]));
  expect([west, north, east, south].map((one) => Math.round(10 * one) / 10)).toEqual([
    -84.1, 40.1, -82.9, 38.9,
  ]);
});

test("what lies far off does not make the mainland small", () => {
  expect(cornersOf(features, new Set(["ohio", "alaska"]))[0][0]).toBeGreaterThan(-85);
  expect(cornersOf(features, new Set(["alaska"]))[0][0]).toBeLessThan(-149);
});

test("what is drawn is as wide for its height as there is room", () => {
  const [[west, north], [east, south]] = widened(
    [
      [-90, 45],
      [-80, 35],
    ],
    2,
  );
  expect(((east - west) * 0.78) / (north - south)).toBeCloseTo(2);
  expect(north - south).toBe(10);
});
