import { expect, test } from "vitest";
import { makeAccounts } from "./factory";
import { ALL, isNarrow, matcherOf, type Filter } from "./filter";

const accounts = makeAccounts({
  longitude: Float64Array.of(1, 2, 3),
  territory: Int16Array.of(0, -1, 1),
  before: Int16Array.of(0, -1, 0),
  lock: Uint8Array.of(1, 0, 0),
  accountClass: Uint8Array.of(1, 2, 1),
  name: (i) => ["Happy Paws", "Zoo Corner", "Paws & Co"][i],
  city: (i) => ["Dayton", "Dayton", "Ames"][i],
});

const found = (change: Partial<Filter>) => [0, 1, 2].filter(matcherOf(accounts, { ...ALL, ...change }));

test("all are shown when nothing is asked", () => {
  expect(found({})).toEqual([0, 1, 2]);
  expect(isNarrow(ALL)).toBe(false);
});

test("words are found in names and cities, in any order", () => {
  expect(found({ text: "dayton PAWS" })).toEqual([0]);
});

test("class, and what became of an account", () => {
  expect(found({ accountClass: 1 })).toEqual([0, 2]);
  expect(found({ held: "moved" })).toEqual([2]);
  expect(found({ held: "nobody" })).toEqual([1]);
  expect(found({ held: "locked" })).toEqual([0]);
});
