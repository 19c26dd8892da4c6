import { expect, test } from "vitest";
import { howOf, resolutionOf } from "./tools";

test("hexagons get finer as one comes nearer, within what there is", () => {
  expect([0, 4, 6, 8, 11, 16].map(resolutionOf)).toEqual([2, 2, 3, 5, 7, 8]);
});

test("Shift adds, Alt takes out, and neither does what is set", () => {
  const keys = { shiftKey: false, altKey: false };
  expect(howOf({ ...keys, shiftKey: true }, "only")).toBe("add");
  expect(howOf({ ...keys, altKey: true }, "only")).toBe("remove");
  expect(howOf(keys, "add")).toBe("add");
});
