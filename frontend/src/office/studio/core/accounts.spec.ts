import { expect, test } from "vitest";
import { positionOf } from "./accounts";
import { makeAccounts } from "./factory";

test("an account is found by its number, and what is none of them is not", () => {
  const accounts = makeAccounts({ longitude: new Float64Array(4), id: Float64Array.of(3, 7, 8, 20) });
  expect([3, 7, 8, 20].map((id) => positionOf(accounts, id))).toEqual([0, 1, 2, 3]);
  expect([1, 5, 21].map((id) => positionOf(accounts, id))).toEqual([-1, -1, -1]);
});
