import { expect, test } from "vitest";
import { Selection } from "./selection";

test("a choice replaces, adds, takes out and turns", () => {
  const selection = new Selection(6);
  selection.choose([1, 2]);
  selection.choose([4, 2], "add");
  expect([...selection.list()]).toEqual([1, 2, 4]);
  selection.choose([2, 3], "toggle");
  expect([...selection.list()]).toEqual([1, 3, 4]);
  selection.choose([1, 5], "remove");
  expect([...selection.list()]).toEqual([3, 4]);
  selection.choose([0]);
  expect([selection.size, ...selection.list()]).toEqual([1, 0]);
});
