import { expect, test } from "vitest";
import { choiceScale, ticks } from "./choices";
import type { Choice, Choices } from "./payload";

const plan = (moved: number, travel: number): Choice => ({
  moved,
  travel,
  accounts: 1,
  distance: 1,
  balance: [0.05],
  pairs: 1,
  missed: [],
  gap: 0,
});

const frame = { left: 50, right: 450, top: 10, bottom: 210 };

test("more moves lie to the right, less travel lies below", () => {
  const choices: Choices = {
    chosen: 0,
    mustMove: 0.03,
    movedBy: "accounts",
    sharedOut: 0,
    farCountsMore: true,
    today: [0.4],
    plans: [plan(0.04, 0.9), plan(0.2, 0.6)],
  };
  const { spots, today, must } = choiceScale(choices, frame);
  expect(today.x).toBe(50);
  expect(spots[0].x).toBeLessThan(spots[1].x);
  expect(today.y).toBeLessThan(spots[0].y);
  expect(spots[0].y).toBeLessThan(spots[1].y);
  expect(must).toBeGreaterThan(50);
  expect(must).toBeLessThan(spots[0].x);
  for (const { x, y } of spots) {
    expect(x).toBeLessThanOrEqual(450);
    expect(y).toBeLessThanOrEqual(210);
  }
});

test("a frontier of nothing still has a scale", () => {
  const choices: Choices = {
    chosen: 0,
    mustMove: 0,
    movedBy: "accounts",
    sharedOut: 0,
    farCountsMore: true,
    today: [0],
    plans: [plan(0, 1)],
  };
  const { spots, must, xTicks } = choiceScale(choices, frame);
  expect(spots[0].x).toBe(50);
  expect(must).toBeNull();
  expect(xTicks.length).toBeGreaterThan(2);
});

test("ticks are round and within", () => {
  expect(ticks(0, 0.35)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(ticks(0.57, 1.03)).toEqual([0.6, 0.7, 0.8, 0.9, 1]);
});
