import { expect, test } from "vitest";
import type { Side, Territory } from "./payload";
import { worst } from "./worst";

const territory = (before: number | null, after: number | null): Territory => {
  const side = (deviation: number | null) => ({ deviations: [deviation] }) as Side;
  return { name: "", before: side(before), after: after === null ? null : side(after) } as Territory;
};

test("the worst deviation counts, on either side", () => {
  const some = [territory(-0.4, 0.01), territory(0.2, -0.03), territory(null, null)];
  expect(worst(some, "before", 0)).toBe(0.4);
  expect(worst(some, "after", 0)).toBe(0.03);
});

test("without a past there is none", () => {
  expect(worst([], "before", 0)).toBeNull();
});
