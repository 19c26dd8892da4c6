import { expect, test } from "vitest";
import { messages } from "./messages";

test("one is not said in the plural", () => {
  const { verdict, headline, moves } = messages;
  expect(verdict.met("1")).toBe("Everything asked for is met in the one territory.");
  expect(verdict.moves("1", "2")).toBe("1 of 2 accounts changes hands.");
  expect(verdict.moves("0", "1")).toBe("0 of 1 account change hands.");
  expect(verdict.scratch("1")).toBe("1 account placed from scratch.");
  expect(headline.inTerritories("1")).toBe("in 1 territory");
  expect(moves.count("1", "1")).toBe("1 move");
  expect(moves.count("1", "12")).toBe("1 of 12 moves");
});
