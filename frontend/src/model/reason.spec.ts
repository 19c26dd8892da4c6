import { expect, test } from "vitest";
import { makeFormat } from "../format/format";
import { makePlan } from "./factory";
import { explain } from "./reason";

const km = makeFormat("en-US", "km");

test("balance and distance are told with their figures", () => {
  expect(explain(makePlan(), 0, km)).toBe(
    "Boise was 18.2% over its share of sales; Spokane was 9.1% under; closer: 240 km to Boise before, 35 km now",
  );
});

test("distances follow the reader's unit", () => {
  expect(explain(makePlan(), 1, makeFormat("en-US", "mi"))).toBe("Eugene is closed; 7.5 mi to Boise");
});

test("the formerly unheld say so, and those that stay say nothing", () => {
  expect(explain(makePlan(), 2, km)).toBe("was held by nobody");
  expect(explain(makePlan(), 3, km)).toBe("");
});

test("who may not serve an account is named", () => {
  expect(explain(makePlan({ reasons: Uint16Array.from([256, 0, 0, 0]) }), 0, km)).toBe(
    "Boise may not serve it",
  );
});

test("locks, groups, new territories and making room are told", () => {
  const plan = makePlan({
    reasons: Uint16Array.from([1 | 16, 8, 128, 0]),
    before: Int32Array.from([0, 1, 0, 1]),
  });
  expect(explain(plan, 0, km)).toBe("locked to Spokane; goes with its group");
  expect(explain(plan, 1, km)).toBe("Boise is a new territory");
  expect(explain(plan, 2, km)).toBe(
    "evens out its neighbors: Boise is now 1.0% over its share of sales, Spokane 1.0% under",
  );
});
