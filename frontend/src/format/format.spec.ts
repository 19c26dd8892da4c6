import { expect, test } from "vitest";
import { makeFormat } from "./format";

const km = makeFormat("en-US", "km");
const mi = makeFormat("en-US", "mi");

test("distances carry their unit and switch to miles", () => {
  expect(km.distance(12.34)).toBe("12 km");
  expect(km.distance(2.34)).toBe("2.3 km");
  expect(km.length(12.34)).toBe("12.3");
  expect(mi.distance(160.934)).toBe("100 mi");
  expect(makeFormat("en-US", null).distance(2.34)).toBe("2.3");
  expect(km.distance(null)).toBe("–");
});

test("deviations carry their sign, but a rounded zero has none", () => {
  expect(km.signed(0.182)).toBe("+18.2%");
  expect(km.signed(-0.091)).toBe("-9.1%");
  expect(km.signed(0.0001)).toBe("0.0%");
});

test("tolerances keep the digits they have", () => {
  expect(km.tolerance(0.05)).toBe("5%");
  expect(km.tolerance(0.005)).toBe("0.5%");
});

test("quantities are whole when large or whole", () => {
  expect(km.quantity(1234567.8)).toBe("1,234,568");
  expect(km.quantity(12)).toBe("12");
  expect(km.quantity(12.34)).toBe("12.3");
});
