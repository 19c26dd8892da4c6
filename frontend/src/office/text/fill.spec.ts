import { expect, test } from "vitest";
import { fill } from "./fill";

test("places are filled by name", () => {
  expect(fill("{count} of {all}", { count: 3, all: 9 })).toBe("3 of 9");
});

test("a place without a value stays as it is", () => {
  expect(fill("{count} found", {})).toBe("{count} found");
});
