import { expect, test } from "vitest";
import { change, short, whole } from "./money";

test("an amount is as short as it can be and still tells", () => {
  expect(short(1234, "$")).toBe("$1.23k");
  expect(short(-3_450_000, "$")).toBe("−$3.45M");
  expect(short(999_900, "$")).toBe("$1M");
  expect(short(12, "$")).toBe("$12");
});

test("in full it has its separators", () => {
  expect(whole(-1234567, "$")).toBe("−$1,234,567");
});

test("a change is in percent, and nothing without a year before", () => {
  expect(change(110, 100)).toBe("+10.0%");
  expect(change(90, 100)).toBe("−10.0%");
  expect(change(5, 0)).toBe("");
});
