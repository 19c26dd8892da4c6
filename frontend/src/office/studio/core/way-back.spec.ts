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

const first: KeptStep = { step: 7, version: 2, kind: "move", groups: [[100, 101, [1, 2, 3], 0]] };
const second: KeptStep = { step: 8, version: 3, kind: "move", groups: [[101, 102, [1, 2], MANUAL]] };
const wayBack = { done: [second, first], undone: [], more: false };

test("steps of before are undone one after the other, as the steps they were", () => {
  const plan = shaping(2, 2, 1, 0);
  plan.history.begin(doneBefore(plan, places, wayBack), []);
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
  plan.history.begin(doneBefore(plan, places, wayBack), []);
  const undone = plan.undo()!;
  expect(undone.undoes.step).toBeNull();
  expect([...undone.edit.accounts]).toEqual([1]);
  plan.undo();
  expect([...plan.accounts.territory]).toEqual([0, 0, 0, 0]);
});

test("what was undone before is done again", () => {
  const plan = shaping(0, 0, 0, 0);
  const back: KeptStep = { step: 9, version: 3, kind: "move", groups: [[101, 100, [1, 2, 3], MANUAL]] };
  plan.history.begin([], undoneBefore(plan, places, { done: [], undone: [back], more: false }));
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
      kind: "move",
      groups: [
        [999, 101, [1], 0],
        [100, 101, [3, 77], 0],
      ],
    },
  ];
  const [edit] = doneBefore(plan, places, { done: steps, undone: [], more: false });
  expect([...edit.accounts]).toEqual([2]);
});

test("locks of before are undone as the steps they were, between the moves", () => {
  const plan = shaping(1, 1, 1, 0);
  plan.accounts.lock.set([1, 1, 0, 0]);
  plan.frozen.add(1);
  const steps: KeptStep[] = [
    { step: 12, version: 6, kind: "lock_territory", groups: [[101, 101, [], 0]] },
    { step: 11, version: 5, kind: "unlock", groups: [[null, null, [3], 0]] },
    { step: 10, version: 4, kind: "lock", groups: [[null, null, [1, 2, 3], 0]] },
    first,
  ];
  plan.history.begin(doneBefore(plan, places, { done: steps, undone: [], more: false }), []);
  expect(plan.undo()?.undoes.step).toBe(12);
  expect([...plan.frozen]).toEqual([]);
  expect(plan.undo()).toMatchObject({ undoes: { step: 11 }, edit: { kind: "lock" } });
  expect([...plan.accounts.lock]).toEqual([1, 1, 1, 0]);
  expect(plan.undo()).toMatchObject({ undoes: { step: 10 }, edit: { kind: "unlock" } });
  expect([...plan.accounts.lock]).toEqual([0, 0, 0, 0]);
  plan.undo();
  expect([...plan.accounts.territory]).toEqual([0, 0, 0, 0]);
  for (let n = 0; n < 4; n++) plan.redo();
  expect([...plan.accounts.lock]).toEqual([1, 1, 0, 0]);
  expect([...plan.frozen]).toEqual([1]);
});

test("a lock that somebody else has opened since is not set again", () => {
  const plan = shaping(0, 0, 0, 0);
  plan.accounts.lock.set([0, 1, 0, 0]);
  const steps: KeptStep[] = [
    { step: 6, version: 3, kind: "lock_territory", groups: [[101, 101, [], 0]] },
    { step: 5, version: 2, kind: "lock", groups: [[null, null, [1, 2], 0]] },
  ];
  plan.history.begin(doneBefore(plan, places, { done: steps, undone: [], more: false }), []);
  const turn = plan.undo()!;
  expect(turn.undoes.step).toBeNull();
  expect([...turn.edit.accounts]).toEqual([1]);
  expect(plan.undo()).toBeNull();
});
