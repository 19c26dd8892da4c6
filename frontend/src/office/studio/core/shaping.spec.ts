import fc from "fast-check";
import { expect, test } from "vitest";
import { NOBODY } from "./accounts";
import { figuresOf, overallOf } from "./figures";
import { MEASURES, makeAccounts, makeTerritories, sequenceOf } from "./factory";
import { graphOf } from "./graph";
import { Shaping } from "./shaping";
import { seatsOf, totalsOf } from "./totals";
import { legsOf } from "./travel";

const N = 60;
const K = 5;

function shaping(seed: number): Shaping {
  const random = sequenceOf(seed);
  const column = (make: () => number): Float64Array => Float64Array.from({ length: N }, make);
  const territory = Int16Array.from({ length: N }, () => Math.floor(random() * (K + 1)) - 1);
  const accounts = makeAccounts({
    longitude: column(() => (random() < 0.05 ? NaN : -90 + 10 * random())),
    latitude: column(() => 35 + 8 * random()),
    sales: column(() => Math.floor(random() * 1e9)),
    potential: column(() => Math.floor(random() * 1e9)),
    visits: column(() => Math.floor(random() * 5200)),
    territory,
    before: territory.slice(),
  });
  const legs = legsOf(accounts, graphOf(accounts).leg);
  const seats = seatsOf(accounts, makeTerritories(K));
  return new Shaping({ accounts, seats, legMeters: legs.meters, legSeconds: legs.seconds }, K);
}

const chosen = fc.uniqueArray(fc.nat(N - 1), { maxLength: 20 }).map((list) => Uint32Array.from(list));
const steps = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant("move" as const), chosen, to: fc.integer({ min: NOBODY, max: K - 1 }) }),
    fc.record({ act: fc.constant("lock" as const), chosen, locked: fc.boolean() }),
    fc.record({ act: fc.constant("undo" as const) }),
    fc.record({ act: fc.constant("redo" as const) }),
  ),
  { maxLength: 40 },
);

test("whatever is moved, locked, undone and done again, figures are those counted anew", () => {
  fc.assert(
    fc.property(fc.nat(), steps, (seed, edits) => {
      const plan = shaping(seed);
      for (const edit of edits) {
        if (edit.act === "move") plan.move(edit.chosen, edit.to);
        else if (edit.act === "lock") plan.setLock(edit.chosen, edit.locked);
        else plan[edit.act]();
      }
      const anew = totalsOf(plan.ground, K);
      expect(plan.totals).toEqual(anew);
      const [kept, counted] = [plan.totals, anew].map((totals) =>
        figuresOf(totals, makeTerritories(K), MEASURES),
      );
      expect(kept).toEqual(counted);
      const whole = [kept, counted].map((figures, at) =>
        overallOf([plan.totals, anew][at], figures, makeTerritories(K), MEASURES),
      );
      expect(whole[0]).toEqual(whole[1]);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("undoing all of it leaves the plan as it was, and doing it again as it became", () => {
  fc.assert(
    fc.property(fc.nat(), steps, (seed, edits) => {
      const plan = shaping(seed);
      const said = (): number[][] => [
        [...plan.accounts.territory],
        [...plan.accounts.lock],
        [...plan.accounts.cause],
      ];
      const first = said();
      for (const edit of edits)
        if (edit.act === "move") plan.move(edit.chosen, edit.to);
        else if (edit.act === "lock") plan.setLock(edit.chosen, true);
      const last = said();
      while (plan.undo());
      expect(said()).toEqual(first);
      while (plan.redo());
      expect(said()).toEqual(last);
    }),
    { numRuns: 60, seed: 2 },
  );
});

test("no account is in two territories or lost: counts add up", () => {
  const plan = shaping(3);
  plan.move(
    Uint32Array.from({ length: N }, (_, i) => i),
    2,
  );
  expect([...plan.totals.count]).toEqual([0, 0, N, 0, 0]);
});

test("a locked account stays where it is", () => {
  const plan = shaping(4);
  const was = plan.accounts.territory[7];
  plan.setLock(Uint32Array.of(7), true);
  const edit = plan.move(Uint32Array.of(7, 8), (was + 2) % K);
  expect(edit.accounts.includes(7)).toBe(false);
  expect(plan.accounts.territory[7]).toBe(was);
});

test("what somebody else changed is no longer undone", () => {
  const plan = shaping(5);
  plan.move(Uint32Array.of(1, 2), NOBODY);
  plan.move(Uint32Array.of(1, 2), 0);
  plan.history.forget(new Set([1]));
  expect([...plan.undo()!.edit.accounts]).toEqual([2]);
});

test("an edit of nothing leaves no step behind", () => {
  const plan = shaping(6);
  plan.move(new Uint32Array(), 0);
  expect(plan.history.canUndo).toBe(false);
});

test("nothing leaves a locked territory, nothing comes, until the lock is undone", () => {
  const plan = shaping(7);
  const [from, to] = [plan.accounts.territory[3], (plan.accounts.territory[3] + 1) % K];
  plan.setWholeLock(to, true);
  expect(plan.move(Uint32Array.of(3), to).accounts).toHaveLength(0);
  plan.setWholeLock(from, true);
  plan.undo();
  plan.undo();
  expect([...plan.frozen]).toEqual([]);
  plan.redo();
  expect([...plan.frozen]).toEqual([to]);
  plan.setWholeLock(from, true);
  expect(plan.move(Uint32Array.of(3), (to + 1) % K).accounts).toHaveLength(0);
  expect(plan.accounts.territory[3]).toBe(from);
});
