import { expect, test } from "vitest";
import { deviationWords } from "./deviation";
import { makeFormat } from "./format";

const format = makeFormat("en-US", "km");

test("a deviation is said in words", () => {
  expect(deviationWords(0.182, format)).toBe("18.2% over");
  expect(deviationWords(-0.091, format)).toBe("9.1% under");
  expect(deviationWords(0.0001, format)).toBe("level with");
});
