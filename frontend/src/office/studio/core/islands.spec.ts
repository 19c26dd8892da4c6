import { expect, test } from "vitest";
import { makeAccounts } from "./factory";
import { graphOf } from "./graph";
import { islandsOf, membersOf } from "./islands";

/** Six accounts along a road from west to east, a little to the north and south of it. */
function road(territory: number[]) {
  return makeAccounts({
    longitude: Float64Array.of(-90, -89.9, -89.8, -89.7, -89.6, -89.5),
    latitude: Float64Array.of(40, 40.001, 40, 40.001, 40, 40.001),
    territory: Int16Array.from(territory),
  });
}

function islands(territory: number[], of: number) {
  const accounts = road(territory);
  return islandsOf(accounts, graphOf(accounts), of, membersOf(accounts, 3)[of], [true, true, false]);
}

test("a territory in one piece has no islands", () => {
  expect(islands([0, 0, 0, 1, 1, 1], 0)).toEqual([]);
});

test("what is cut off is an island, and borders whoever cuts it off", () => {
  const found = islands([0, 0, 0, 1, 1, 0], 0);
  expect(found).toEqual([{ territory: 0, accounts: [5], beside: 1 }]);
});

test("an empty territory has none", () => {
  expect(islands([1, 1, 1, 1, 1, 1], 0)).toEqual([]);
});

test("a portfolio in between, or an account that nobody holds, cuts nothing off", () => {
  expect(islands([0, 0, 2, -1, 0, 0], 0)).toEqual([]);
});
