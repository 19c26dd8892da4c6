import { expect, test } from "vitest";
import { extent } from "./extent";

test("the box holds every point and no NaN", () => {
  expect(extent([1, NaN, -4], [2, NaN, 9])).toEqual({ left: -4, top: 2, right: 1, bottom: 9 });
});
