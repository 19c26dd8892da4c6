// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { step } from "./step";

beforeEach(() => {
  document.body.innerHTML = `<ul role="tree">
    <li role="treeitem" id="director" aria-expanded="true"><ul role="group">
      <li role="treeitem" id="east" aria-expanded="false"><ul role="group"><li role="treeitem" id="ann"></li></ul></li>
      <li role="treeitem" id="west"></li>
    </ul></li>
  </ul>`;
});

const item = (id: string): HTMLElement => document.getElementById(id)!;

test.each([
  ["director", "ArrowDown", "east"],
  ["east", "ArrowDown", "west"],
  ["west", "ArrowUp", "east"],
  ["west", "ArrowLeft", "director"],
  ["director", "ArrowRight", "east"],
  ["director", "End", "west"],
  ["west", "Home", "director"],
])("from %s %s leads to %s", (from, key, goal) => {
  expect(step(item(from), key)?.to?.id).toBe(goal);
});

test("what is folded unfolds first, and folds before one leaves it", () => {
  expect(step(item("east"), "ArrowRight")).toEqual({ unfold: true });
  expect(step(item("director"), "ArrowLeft")).toEqual({ unfold: false });
});

test("at the end there is nowhere to go, but the key was the tree's", () => {
  expect(step(item("west"), "ArrowDown")).toEqual({});
});

test("other keys are not the tree's", () => {
  expect(step(item("west"), "q")).toBeUndefined();
});
