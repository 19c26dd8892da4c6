import { expect, test } from "vitest";
import { matches } from "./matches";

test("the beginning of the title is best, then of a word, then anything within", () => {
  const scores = ["Accounts", "New accounts", "Subaccounts"].map((title) => matches(title, "acc"));
  expect(scores).toEqual([3, 2, 1]);
});

test("accents and case do not matter", () => {
  expect(matches("Attività", "ATTIVITA")).toBe(3);
});

test("words may come in any order, but all must be there", () => {
  expect(matches("Import accounts", "acc imp")).toBeGreaterThan(0);
  expect(matches("Import accounts", "acc people")).toBe(0);
});

test("an empty query finds nothing", () => {
  expect(matches("Accounts", "  ")).toBe(0);
});
