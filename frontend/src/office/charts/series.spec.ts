import { expect, test } from "vitest";
import { told } from "./series";

test.each([
  [1234, "money", true, "$1.23k"],
  [1234, "money", false, "$1,234"],
  [0.1234, "ratio", false, "12.3%"],
  [-0.05, "ratio", true, "−5%"],
  [1234, "accounts", false, "1,234"],
  [12.34, "number", false, "12.3"],
  [null, "money", false, "–"],
] as const)("%s as %s", (value, unit, brief, text) => {
  expect(told(value, { unit, currency: "$" }, brief)).toBe(text);
});
