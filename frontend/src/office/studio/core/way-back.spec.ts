import { expect, test } from "vitest";
import { NOBODY } from "./accounts";
import { makeAccounts } from "./factory";
import { graphOf } from "./graph";
import { Shaping } from "./shaping";
import { doneBefore, undoneBefore, type KeptStep } from "./way-back";

const MANUAL = 2;
const places = new Map([100, 101, 102].map((number, at) => [number, at]));

/** Four accounts, numbers 1 to 4: the first two in territory 102, as the steps below leave them. */
function shaping(...territory: number[]): Shaping {
  const accounts = makeAccounts({
    longitude: Float64Array.of(1, 2, 3, 4),
    territory: Int16Array.from(territory),
    before: new Int16Array(4),
  });
  const { leg } = graphOf(accounts);
  return new Shaping({ accounts, seats: [null, null, null], legMeters: leg, legSeconds: leg }, 3);
}

const first: KeptStep = { step: 7, version: 2, groups: [[100, 101, [1, 2, 3], 0]] };
const second: KeptStep = { step: 8, version: 3, groups: [[101, 102, [1, 2], MANUAL]] };
const wayBack = { done: [second, first], undone: [], more: false };

test("steps of before are undone one after the other, as the steps they were", () => {
  const plan = shaping(2, 2, 1, 0);
  plan.history.begin(doneBefore(plan.accounts, places, wayBack), []);
  expect(plan.undo()?.undoes.step).toBe(8);
  expect([...plan.accounts.territory]).toEqual([1, 1, 1, 0]);
  expect(plan.undo()?.undoes.step).toBe(7);
  expect([...plan.accounts.territory]).toEqual([0, 0, 0, 0]);
  expect([...plan.accounts.cause]).toEqual([0, 0, 0, 0]);
  expect(plan.undo()).toBeNull();
  plan.redo();
  plan.redo();
  expect([...plan.accounts.territory]).toEqual([2, 2, 1, 0]);
});

test("what somebody else has moved since stays where they put it", () => {
  const plan = shaping(0, 2, 1, 0);
  plan.history.begin(doneBefore(plan.accounts, places, wayBack), []);
  const undone = plan.undo()!;
  expect(undone.undoes.step).toBeNull();
  expect([...undone.edit.accounts]).toEqual([1]);
  plan.undo();
  expect([...plan.accounts.territory]).toEqual([0, 0, 0, 0]);
});

test("what was undone before is done again", () => {
  const plan = shaping(0, 0, 0, 0);
  const back: KeptStep = { step: 9, version: 3, groups: [[101, 100, [1, 2, 3], MANUAL]] };
  plan.history.begin([], undoneBefore(plan.accounts, places, { done: [], undone: [back], more: false }));
  expect(plan.redo()?.undoes.step).toBe(9);
  expect([...plan.accounts.territory]).toEqual([1, 1, 1, 0]);
  expect([...plan.accounts.cause]).toEqual([MANUAL, MANUAL, MANUAL, 0]);
});

test("territories that are gone and accounts that are none of the plan are left out", () => {
  const plan = shaping(1, NOBODY, 1, 0);
  const steps: KeptStep[] = [
    {
      step: 5,
      version: 2,
      groups: [
        [999, 101, [1], 0],
        [100, 101, [3, 77], 0],
      ],
    },
  ];
  const [edit] = doneBefore(plan.accounts, places, { done: steps, undone: [], more: false });
  expect([...edit.accounts]).toEqual([2]);
});
