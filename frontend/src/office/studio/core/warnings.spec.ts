import { expect, test } from "vitest";
import { MEASURES, makeTerritories } from "./factory";
import type { Figures } from "./figures";
import { warningsOf } from "./warnings";

function holding(deviation: number, more: Partial<Figures> = {}): Figures {
  const none = {
    distanceKm: 0,
    travelKm: 0,
    travelHours: 0,
    utilization: 0.5,
    pay: null,
    gained: 0,
    lost: 0,
  };
  return { accounts: 9, loads: [1], deviations: [deviation], ...none, ...more };
}

const warn = (figures: Figures[], islands: Parameters<typeof warningsOf>[3] = [], unheld = 0) =>
  warningsOf(makeTerritories(figures.length), [MEASURES[0]], figures, islands, unheld);

test("within tolerance there is nothing to say", () => {
  expect(warn([holding(0.1), holding(-0.1)])).toEqual([]);
});

test("the territory that is furthest off comes first", () => {
  const found = warn([holding(0.12), holding(-0.3), holding(0.2)]);
  expect(found.map(({ kind, territory }) => [kind, territory])).toEqual([
    ["small", 1],
    ["large", 2],
    ["large", 0],
  ]);
});

test("a portfolio has no share to be off from", () => {
  const [geographic, other] = makeTerritories(2);
  const territories = [geographic, { ...other, kind: "portfolio" as const }];
  const found = warningsOf(territories, [MEASURES[0]], [holding(0.3), holding(0.3)], [], 0);
  expect(found.map(({ territory }) => territory)).toEqual([0]);
});

test("accounts nobody holds, people over capacity, empty territories and islands are named", () => {
  const island = { territory: 0, accounts: [3], beside: 1 };
  const found = warn([holding(0, { utilization: 1.2 }), holding(0, { accounts: 0 })], [island], 4);
  expect(found.map(({ kind }) => kind)).toEqual(["unheld", "capacity", "empty", "island"]);
});
