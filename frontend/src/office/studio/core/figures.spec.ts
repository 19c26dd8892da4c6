import { expect, test } from "vitest";
import { MEASURES, makeAccounts, makeTerritories } from "./factory";
import { expectedPay, figuresOf, overallOf, scalesOf } from "./figures";
import { graphOf } from "./graph";
import { Totals, totalsOf } from "./totals";
import { legsOf } from "./travel";

function totals(sales: number[], territory: number[]): Totals {
  const accounts = makeAccounts({
    longitude: Float64Array.from(sales, (_, i) => -90 + i / 10),
    sales: Float64Array.from(sales),
    territory: Int16Array.from(territory),
  });
  const legs = legsOf(accounts, graphOf(accounts).leg);
  const seats = [null, null, null];
  return totalsOf({ accounts, seats, legMeters: legs.meters, legSeconds: legs.seconds }, 3);
}

test("half a position's fair share is half", () => {
  const [whole, half] = makeTerritories(2);
  const figures = figuresOf(
    totals([2000, 1000], [0, 1]),
    [whole, { ...half, share: 0.5 }],
    [{ key: "sales", tolerance: 0.1 }],
  );
  expect(figures.map(({ deviations }) => deviations[0])).toEqual([0, 0]);
});

test("key account managers are not measured by territory managers", () => {
  const [one, other, key] = makeTerritories(3);
  const figures = figuresOf(
    totals([3000, 1000, 90_000], [0, 1, 2]),
    [one, other, { ...key, kind: "key", peers: "key" }],
    [{ key: "sales", tolerance: 0.1 }],
  );
  expect(figures.map(({ deviations }) => deviations[0])).toEqual([0.5, -0.5, 0]);
});

test("beyond the quota the rate is higher", () => {
  const terms = { base: 60_000, rate: 0.01, quota: 1_000_000, accelerator: 1.5 };
  expect(expectedPay(terms, 800_000)).toBe(68_000);
  expect(expectedPay(terms, 1_200_000)).toBe(73_000);
});

test("as it was opened, a plan has the server's hours and kilometers", () => {
  const found = totals([100, 100, 100], [0, 0, 1]);
  const told = { workload: 40, travel_hours: 13, travel_km: 700 };
  const territories = makeTerritories(3).map((one) => ({ ...one, load: told }));
  const scales = scalesOf(found, territories);
  const [first] = figuresOf(found, territories, [{ key: "workload", tolerance: 0.1 }], scales);
  expect(first.loads[0]).toBeCloseTo(40, 9);
  expect(first.travelHours).toBeCloseTo(13, 9);
  expect(first.travelKm).toBeCloseTo(700, 9);
});

test("an account's own service hours win over calls and travel", () => {
  const accounts = makeAccounts({
    longitude: Float64Array.of(-90, -89),
    ownSeconds: Float64Array.of(50 * 3600, 20 * 3600),
    territory: Int16Array.of(0, 0),
  });
  const legs = legsOf(accounts, graphOf(accounts).leg);
  const found = totalsOf(
    { accounts, seats: [[-90, 40]], legMeters: legs.meters, legSeconds: legs.seconds },
    1,
  );
  const [one] = figuresOf(found, makeTerritories(1), [{ key: "workload", tolerance: 0.1 }]);
  expect(one.loads[0]).toBe(70);
  expect(one.travelHours).toBeGreaterThan(0);
});

test("a plan without territories is off by nothing", () => {
  expect(overallOf(totals([], []), [], [], MEASURES).balance).toEqual([0, 0]);
});
