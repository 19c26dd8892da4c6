import { expect, test } from "vitest";
import { makePlan } from "./factory";
import { selectMoves, type MoveFilter, type MoveOrder } from "./moves";

const everything: MoveFilter = { search: "", from: null, to: null, touching: null };
const select = (filter: Partial<MoveFilter>, order: MoveOrder | null = null) => [
  ...selectMoves(makePlan(), { ...everything, ...filter }, order),
];

test("only changes of holder are moves", () => {
  expect(select({})).toEqual([0, 1, 2]);
});

test("filters by where from, where to and either", () => {
  expect(select({ from: 2 })).toEqual([1]);
  expect(select({ from: -1 })).toEqual([2]);
  expect(select({ to: 1 })).toEqual([0, 2]);
  expect(select({ touching: 0 })).toEqual([0, 1]);
});

test("the search looks at names, ids and details, all words, any case", () => {
  expect(select({ search: "café" })).toEqual([1]);
  expect(select({ search: "a10" })).toEqual([2]);
  expect(select({ search: "BOISE zoo" })).toEqual([0]);
  expect(select({ search: "boise café" })).toEqual([]);
});

test("sorts by account, territory, distance and measure", () => {
  expect(select({}, { column: "account", descending: false })).toEqual([2, 1, 0]);
  expect(select({}, { column: "from", descending: false })).toEqual([2, 0, 1]);
  expect(select({}, { column: "distance", descending: true })).toEqual([0, 1, 2]);
  expect(select({}, { column: { measure: 0 }, descending: true })).toEqual([1, 2, 0]);
});

test("a plan from scratch has no moves", () => {
  expect(selectMoves(makePlan({ before: null }), everything, null)).toHaveLength(0);
});
