import { NOBODY, positionOf, type Accounts } from "./accounts";
import { edition, reversed, type Edit } from "./edits";
import type { Turn } from "./history";

/** A step as the server keeps it: [from, to, accounts, cause before], territories and accounts by number. */
export interface KeptStep {
  step: number;
  version: number;
  groups: [from: number | null, to: number | null, accounts: number[], cause: number][];
}

/** One's own steps, the newest first. */
export interface WayBack {
  done: KeptStep[];
  undone: KeptStep[];
  /** Whether there are older ones. */
  more: boolean;
}

/** What one did before the page was opened, oldest first, as far as it can be undone: what somebody else has moved since is theirs. */
export function doneBefore(
  accounts: Accounts,
  places: ReadonlyMap<number, number>,
  { done }: WayBack,
): Edit[] {
  return rewound(accounts, places, done).reverse();
}

export function undoneBefore(
  accounts: Accounts,
  places: ReadonlyMap<number, number>,
  { undone }: WayBack,
): Turn[] {
  return rewound(accounts, places, undone)
    .map((undoes) => ({ edit: reversed(undoes), undoes }))
    .reverse();
}

/** Steps back from what the plan is now, one after the other. An account that is not where its step left it stays out of that one and all before. */
function rewound(
  accounts: Accounts,
  places: ReadonlyMap<number, number>,
  steps: readonly KeptStep[],
): Edit[] {
  const territory = accounts.territory.slice();
  const cause = accounts.cause.slice();
  const taken = new Uint8Array(accounts.n);
  const placeOf = (number: number | null): number => (number === null ? NOBODY : (places.get(number) ?? NaN));
  return steps.flatMap(({ step, groups }) => {
    const found: { account: number; from: number; cause: number }[] = [];
    let whole = true;
    for (const [from, to, numbers, why] of groups) {
      for (const number of numbers) {
        const account = positionOf(accounts, number);
        const there = account >= 0 && taken[account] === 0 && territory[account] === placeOf(to);
        if (there && !Number.isNaN(placeOf(from))) found.push({ account, from: placeOf(from), cause: why });
        else {
          whole = false;
          if (account >= 0) taken[account] = 1;
        }
      }
    }
    if (found.length === 0) return [];
    const chosen = Uint32Array.from(found, ({ account }) => account);
    const edit = edition("move", accounts, chosen);
    edit.step = whole ? step : null;
    found.forEach((one, at) => {
      edit.territory.to[at] = territory[one.account];
      edit.cause.to[at] = cause[one.account];
      edit.territory.from[at] = territory[one.account] = one.from;
      edit.cause.from[at] = cause[one.account] = one.cause;
    });
    return [edit];
  });
}
