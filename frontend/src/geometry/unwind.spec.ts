import { expect, test } from "vitest";
import { unwind } from "./unwind";

test("ways add up to places", () => {
  expect([...unwind([10, 20, 1, -1, -3, 0], 0.5)]).toEqual([5, 10, 5.5, 9.5, 4, 9.5]);
});

test("no steps are no places", () => {
  expect(unwind([], 1)).toHaveLength(0);
});
