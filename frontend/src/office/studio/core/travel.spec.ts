import { expect, test } from "vitest";
import { haulOf, secondsOfLeg, travelOf } from "./travel";

const OPEN = { openVisitSeconds: 0, openHaulSeconds: 0, openLegSeconds: 0, ownSeconds: 0 };

test("a leg in town is driven slowly, a long one fast", () => {
  expect(secondsOfLeg(1000)).toBe(Math.round((1000 * 1.3 * 3.6) / 30));
  expect(secondsOfLeg(50_000)).toBe(Math.round((50_000 * 1.3 * 3.6) / 75));
});

test("nobody to visit, nowhere to go", () => {
  const none = { visits: 0, visitSeconds: 0, haulMeters: 0, haulSeconds: 0, legMeters: 0, legSeconds: 0 };
  expect(travelOf({ ...none, ...OPEN })).toEqual({ km: 0, hours: 0, openHours: 0, perDay: 0 });
});

test("a far base costs ways out and visits a day", () => {
  const visits = 120_000; // 1,200 a year
  const near = { visits, visitSeconds: visits * 2700, haulMeters: visits * 5e3, haulSeconds: visits * 400 };
  const far = { ...near, haulMeters: visits * 9e4, haulSeconds: visits * 4000 };
  const legs = { ...OPEN, legMeters: visits * 4000, legSeconds: visits * 300 };
  expect(travelOf({ ...far, ...legs }).km).toBeGreaterThan(travelOf({ ...near, ...legs }).km);
  expect(travelOf({ ...far, ...legs }).perDay).toBeLessThan(travelOf({ ...near, ...legs }).perDay);
});

test("a way of six hours is shared by the three days of a trip", () => {
  const sixHours = (6 * 70_000) / 1.3;
  expect(haulOf(sixHours).seconds).toBe(7200);
  expect(haulOf(1000)).toEqual({ meters: 1000, seconds: 67 });
});
