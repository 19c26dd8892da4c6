import { expect, test } from "vitest";
import { fitting } from "./labels";

const at = (left: number, top: number) => ({ left, top, right: left + 10, bottom: top + 10 });

test("what would cover an earlier label is left out", () => {
  expect(fitting([at(0, 0), at(5, 5), at(20, 0), null], new Set())).toEqual([true, false, true, false]);
});

test("what must be seen is seen, and keeps others away", () => {
  expect(fitting([at(0, 0), at(5, 5)], new Set([1]))).toEqual([false, true]);
});
