import { expect, test } from "vitest";
import { fit } from "./fit";

test("the box lands inside the margins, centered", () => {
  const { k, x, y } = fit({ left: 0, top: 0, right: 100, bottom: 50 }, 220, 220, {
    margin: 10,
    largest: 100,
  });
  expect(k).toBe(2);
  expect([x, x + k * 100]).toEqual([10, 210]);
  expect([y, y + k * 50]).toEqual([60, 160]);
});

test("what covers the top is kept free", () => {
  const { k, y } = fit({ left: 0, top: 0, right: 100, bottom: 100 }, 400, 240, { margin: 10, top: 20 });
  expect([k, y, y + 100 * k]).toEqual([2, 30, 230]);
});

test("one point is not magnified without end", () => {
  expect(fit({ left: 5, top: 5, right: 5, bottom: 5 }, 100, 100, { margin: 10 }).k).toBe(12);
});
