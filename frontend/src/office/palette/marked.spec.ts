import { expect, test } from "vitest";
import { marked } from "./marked";

test("what was asked for is marked", () => {
  expect(marked("Happy Paws", "paw")).toEqual([
    { text: "Happy ", marked: false },
    { text: "Paw", marked: true },
    { text: "s", marked: false },
  ]);
});

test("signs of expressions are signs", () => {
  expect(marked("A-1 (B)", "(b) -")).toEqual([
    { text: "A", marked: false },
    { text: "-", marked: true },
    { text: "1 ", marked: false },
    { text: "(B)", marked: true },
  ]);
});

test("without a query nothing is marked", () => {
  expect(marked("Paws", " ")).toEqual([{ text: "Paws", marked: false }]);
});
