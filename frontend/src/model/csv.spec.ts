import { expect, test } from "vitest";
import { csv } from "./csv";

test("quotes, commas and line breaks survive", () => {
  expect(csv([['a "b", c', "d\ne"]])).toBe('"a ""b"", c","d\ne"\r\n');
});

test("formulas are kept from running, numbers are not touched", () => {
  expect(csv([["=1+1", "@x", "-2", "'=x", -2]])).toBe("'=1+1,'@x,'-2,''=x,-2\r\n");
});

test("a number that is none is empty", () => {
  expect(csv([[NaN, "x"]])).toBe(",x\r\n");
});
