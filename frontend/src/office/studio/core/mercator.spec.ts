import { expect, test } from "vitest";
import { latitudeOf, longitudeOf, mercatorX, mercatorY } from "./mercator";
import { metersBetween } from "./meters";

test("the middle of the world is in the middle of the map", () => {
  expect([mercatorX(0), mercatorY(0)]).toEqual([0.5, 0.5]);
});

test("a place goes to the map and back", () => {
  expect(longitudeOf(mercatorX(-84.2))).toBeCloseTo(-84.2, 10);
  expect(latitudeOf(mercatorY(39.76))).toBeCloseTo(39.76, 10);
});

test("a degree of latitude is about 111 km", () => {
  expect(metersBetween(-84, 39, -84, 40)).toBe(111195);
});

test("ways are whole meters and the same both ways", () => {
  const there = metersBetween(-84.19, 39.76, -83, 39.96);
  expect(there).toBe(metersBetween(-83, 39.96, -84.19, 39.76));
  expect(Number.isInteger(there)).toBe(true);
});
