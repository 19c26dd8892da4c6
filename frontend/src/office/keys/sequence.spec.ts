import { expect, test } from "vitest";
import { sequence } from "./sequence";

test("keys within a moment make a sequence", () => {
  expect(sequence({ keys: "g", at: 1000 }, "a", 1400)).toEqual({ keys: "g a", at: 1400 });
});

test("after a pause a key stands for itself", () => {
  expect(sequence({ keys: "g", at: 1000 }, "a", 3000)).toEqual({ keys: "a", at: 3000 });
});

test("the first key stands for itself", () => {
  expect(sequence(undefined, "j", 5)).toEqual({ keys: "j", at: 5 });
});
