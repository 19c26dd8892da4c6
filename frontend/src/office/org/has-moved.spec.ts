import { expect, test } from "vitest";
import { hasMoved } from "./has-moved";

test("an unsteady click is no drag", () => {
  expect(hasMoved({ x: 10, y: 10 }, { x: 13, y: 14 })).toBe(false);
});

test("a hand's width is", () => {
  expect(hasMoved({ x: 10, y: 10 }, { x: 10, y: 40 })).toBe(true);
});
