import { expect, test } from "vitest";
import { orderTerritories } from "./order-territories";
import type { Side, Territory } from "./payload";

const side = (units: number, deviation: number): Side =>
  ({ units, deviations: [deviation], loads: [units * 10], distance: units }) as Side;
const territories = [
  { name: "Boise 10", person: "Cy", after: side(5, 0.1), before: side(1, 0) },
  { name: "Boise 9", person: "Ann", after: side(7, -0.2), before: null },
  { name: "Eugene", person: "", after: null, before: side(2, 0.3) },
] as Territory[];
const changes = [3, 1, 2];
const order = (column: Parameters<typeof orderTerritories>[3]["column"], descending = false, search = "") =>
  orderTerritories(territories, changes, search, { column, descending });

test("names sort as people count", () => {
  expect(order("name")).toEqual([1, 0, 2]);
});

test("numbers sort both ways, and a closed territory stays last", () => {
  expect(order("accounts")).toEqual([0, 1, 2]);
  expect(order("accounts", true)).toEqual([1, 0, 2]);
  expect(order({ measure: 0, of: "was" }, true)).toEqual([2, 0, 1]);
});

test("the search looks at names and people", () => {
  expect(order("name", false, "boise ann")).toEqual([1]);
});
