import { NOBODY, positionOf, type Accounts } from "./accounts";
import { edition, reversed, type Edit } from "./edits";
import type { Turn } from "./history";

/** A step as the server keeps it: [from, to, accounts, cause before], territories and accounts by number. Of locks [null, null, accounts, 0], of a whole territory's [territory, territory, [], 0]. */
export interface KeptStep {
  step: number;
  version: number;
  kind: Edit["kind"];
  groups: [from: number | null, to: number | null, accounts: number[], cause: number][];
}

/** A plan as it is now. frozen : the territories that are locked as a whole. */
interface Plan {
  accounts: Accounts;
  frozen: ReadonlySet<number>;
}

/** One's own steps, the newest first. */
export interface WayBack {
  done: KeptStep[];
  undone: KeptStep[];
  /** Whether there are older ones. */
  more: boolean;
}

/** What one did before the page was opened, oldest first, as far as it can be undone: what somebody else has moved since is theirs. */
export function doneBefore(plan: Plan, places: ReadonlyMap<number, number>, { done }: WayBack): Edit[] {
  return rewound(plan, places, done).reverse();
}

export function undoneBefore(plan: Plan, places: ReadonlyMap<number, number>, { undone }: WayBack): Turn[] {
  return rewound(plan, places, undone)
    .map((undoes) => ({ edit: reversed(undoes), undoes }))
    .reverse();
}

/** Steps back from what the plan is now, one after the other. What is not as its step left it stays out of that one and all before. */
function rewound(plan: Plan, places: ReadonlyMap<number, number>, steps: readonly KeptStep[]): Edit[] {
  const { accounts } = plan;
  const now = {
    ...accounts,
    territory: accounts.territory.slice(),
    cause: accounts.cause.slice(),
    lock: accounts.lock.slice(),
  };
  const frozen = new Set(plan.frozen);
  const taken = { accounts: new Uint8Array(accounts.n), territories: new Set<number>() };
  const placeOf = (number: number | null): number => (number === null ? NOBODY : (places.get(number) ?? NaN));
  return steps.flatMap((kept) => {
    switch (kept.kind) {
      case "move":
        return movedBefore(now, taken.accounts, placeOf, kept);
      case "lock":
      case "unlock":
        return lockedBefore(now, taken.accounts, kept);
      default:
        return frozenBefore(now, frozen, taken.territories, placeOf, kept);
    }
  });
}

function movedBefore(
  now: Accounts,
  taken: Uint8Array,
  placeOf: (number: number | null) => number,
  { step, groups }: KeptStep,
): Edit[] {
  const found: { account: number; from: number; cause: number }[] = [];
  let whole = true;
  for (const [from, to, numbers, why] of groups) {
    for (const number of numbers) {
      const account = positionOf(now, number);
      const there = account >= 0 && taken[account] === 0 && now.territory[account] === placeOf(to);
      if (there && !Number.isNaN(placeOf(from))) found.push({ account, from: placeOf(from), cause: why });
      else {
        whole = false;
        if (account >= 0) taken[account] = 1;
      }
    }
  }
  if (found.length === 0) return [];
  const edit = edition(
    "move",
    now,
    Uint32Array.from(found, ({ account }) => account),
  );
  edit.step = whole ? step : null;
  found.forEach((one, at) => {
    edit.territory.from[at] = now.territory[one.account] = one.from;
    edit.cause.from[at] = now.cause[one.account] = one.cause;
  });
  return [edit];
}

function lockedBefore(now: Accounts, taken: Uint8Array, { step, kind, groups }: KeptStep): Edit[] {
  const left = kind === "lock" ? 1 : 0;
  const named = groups.flatMap(([, , numbers]) => numbers.map((number) => positionOf(now, number)));
  const isThere = (account: number): boolean =>
    account >= 0 && taken[account] === 0 && now.lock[account] === left;
  const found = named.filter(isThere);
  for (const account of named) if (account >= 0 && !isThere(account)) taken[account] = 1;
  if (found.length === 0) return [];
  const edit = edition(kind, now, Uint32Array.from(found));
  edit.step = found.length === named.length ? step : null;
  edit.lock.from.fill(1 - left);
  for (const account of found) now.lock[account] = 1 - left;
  return [edit];
}

function frozenBefore(
  now: Accounts,
  frozen: Set<number>,
  taken: Set<number>,
  placeOf: (number: number | null) => number,
  { step, kind, groups }: KeptStep,
): Edit[] {
  const whole = placeOf(groups[0]?.[1] ?? null);
  if (Number.isNaN(whole) || whole === NOBODY) return [];
  const wasLocked = kind === "unlock_territory";
  if (taken.has(whole) || frozen.has(whole) === wasLocked) {
    taken.add(whole);
    return [];
  }
  frozen[wasLocked ? "add" : "delete"](whole);
  return [{ ...edition(kind, now, new Uint32Array()), whole, step }];
}
