import { describe, expect, it } from "vitest";
import { Mark } from "./paint";
import { Resting } from "./resting";

const shown = () => ({
  now: Int16Array.of(0, 1, 2),
  before: Int16Array.of(0, 1, 1),
  marks: Uint8Array.of(0, Mark.locked, Mark.moved),
});

function drawn() {
  const resting = new Resting();
  resting.drawn(shown(), "here");
  return resting;
}

describe("the dots at rest", () => {
  it("hold while nothing changes", () => {
    expect(drawn().holds(shown(), "here")).toBe(true);
  });

  it("are out of date as soon as the map shows another place", () => {
    expect(drawn().holds(shown(), "there")).toBe(false);
  });

  it("hold while accounts are chosen, and while what is chosen moves", () => {
    const later = shown();
    later.marks[0] = Mark.chosen | Mark.moved;
    later.now[0] = 2;
    expect(drawn().holds(later, "here")).toBe(true);
  });

  it("are out of date when what had moved is no longer chosen", () => {
    const later = shown();
    later.now[0] = 2;
    later.marks[0] = Mark.moved;
    expect(drawn().holds(later, "here")).toBe(false);
  });

  it("are out of date when somebody else moves, locks or hides what is not chosen", () => {
    const moved = shown();
    moved.now[1] = 0;
    const locked = shown();
    locked.marks[0] = Mark.locked;
    const hidden = shown();
    hidden.marks[2] |= Mark.hidden;
    for (const later of [moved, locked, hidden]) expect(drawn().holds(later, "here")).toBe(false);
  });

  it("are out of date when the filter hides what is chosen: nothing covers its dot any more", () => {
    const later = shown();
    later.marks[0] = Mark.chosen | Mark.hidden;
    expect(drawn().holds(later, "here")).toBe(false);
  });

  it("do not follow the plan's own arrays, which are written in place", () => {
    const plan = shown();
    const resting = new Resting();
    resting.drawn(plan, "here");
    plan.now[1] = 0;
    expect(resting.holds(plan, "here")).toBe(false);
  });
});
