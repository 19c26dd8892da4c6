import { expect, test } from "vitest";
import { makeAccounts, sequenceOf } from "./factory";
import { graphOf } from "./graph";
import { metersBetween } from "./meters";

test("accounts at the same spot share a place, those without one have none", () => {
  const graph = graphOf(makeAccounts({ longitude: Float64Array.of(-84, -84, NaN, -83) }));
  expect([...graph.placeOf]).toEqual([0, 0, -1, 1]);
  expect(graph.nPlaces).toBe(2);
});

test("one or two places, and places in a line, are joined", () => {
  expect([...graphOf(makeAccounts({ longitude: Float64Array.of(-84) })).to]).toEqual([]);
  expect([...graphOf(makeAccounts({ longitude: Float64Array.of(-84, -83) })).to]).toEqual([1, 0]);
  const line = makeAccounts({
    longitude: Float64Array.of(-84, -83, -82, -81),
    latitude: new Float64Array(4),
  });
  const graph = graphOf(line);
  const beside = [...graph.to.slice(graph.start[1], graph.start[2])];
  expect(beside).toContain(0);
  expect(beside).toContain(2);
});

test("the legs add up to the shortest tree, as the slow way of Prim finds it", () => {
  const random = sequenceOf(9);
  const accounts = makeAccounts({
    longitude: Float64Array.from({ length: 80 }, () => -84 + 2 * random()),
    latitude: Float64Array.from({ length: 80 }, () => 39 + 2 * random()),
  });
  const total = graphOf(accounts).leg.reduce((sum, leg) => sum + leg, 0);
  // The triangulation is of the map, ways are of the globe: they may differ by a hair.
  expect(total / prim(accounts.longitude, accounts.latitude)).toBeCloseTo(1, 3);
});

function prim(longitude: Float64Array, latitude: Float64Array): number {
  const nearest = new Float64Array(longitude.length).fill(Infinity);
  const open = new Set(longitude.keys());
  let [at, total] = [0, 0];
  for (;;) {
    open.delete(at);
    if (open.size === 0) return total;
    for (const i of open)
      nearest[i] = Math.min(
        nearest[i],
        metersBetween(longitude[at], latitude[at], longitude[i], latitude[i]),
      );
    at = [...open].reduce((best, i) => (nearest[i] < nearest[best] ? i : best));
    total += nearest[at];
  }
}
