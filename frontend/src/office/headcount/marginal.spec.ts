import { describe, expect, it } from "vitest";
import { marginal } from "./marginal";
import type { Columns } from "./payload";

const columns = {
  margin: [100, 160, 190],
  cost_of_people: [40, 80, 120],
  cost_of_travel: [10, 9, 8],
} as Columns;

describe("the last of so many people", () => {
  it("brings and costs what the one before did not", () => {
    expect(marginal(columns, 2)).toEqual({ brings: 30, costs: 39 });
  });

  it("is unknown for the fewest", () => {
    expect(marginal(columns, 0)).toBeNull();
  });
});
