import { describe, expect, it } from "vitest";
import { ticks } from "./ticks";

describe("ticks", () => {
  it("are round and lie within the range", () => {
    expect(ticks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticks(7_800_000, 9_520_000, 4)).toEqual([8_000_000, 8_500_000, 9_000_000, 9_500_000]);
  });

  it("go below zero", () => {
    expect(ticks(-120, 90, 3)).toEqual([-100, 0]);
  });

  it("are no more than about as many as asked for", () => {
    for (const high of [1, 3, 7, 11, 99, 1234]) {
      expect(ticks(0, high, 5).length).toBeLessThanOrEqual(6);
      expect(ticks(0, high, 5).length).toBeGreaterThanOrEqual(2);
    }
  });

  it("of nothing is one", () => {
    expect(ticks(5, 5, 4)).toEqual([5]);
  });
});
