import { NOBODY, type Accounts } from "./accounts";

/** One step of shaping: what some accounts were before it and are after it. Going back applies it the other way round. */
export interface Edit {
  kind: "move" | "lock" | "unlock" | "lock_territory" | "unlock_territory";
  /** The territory that is locked or unlocked as a whole; NOBODY where the edit is about accounts. */
  whole: number;
  /** The step by which the server keeps it, as soon as it does: what going back asks for. */
  step: number | null;
  accounts: Uint32Array;
  territory: { from: Int16Array; to: Int16Array };
  cause: { from: Uint8Array; to: Uint8Array };
  lock: { from: Uint8Array; to: Uint8Array };
}

export const BY_HAND = 2;

/** Moves accounts to a territory. Those that are there already, or locked, or in a territory that is, stay as they are. */
export function moveEdit(
  accounts: Accounts,
  chosen: Uint32Array,
  to: number,
  frozen: ReadonlySet<number> = new Set(),
): Edit {
  const moving = frozen.has(to)
    ? new Uint32Array()
    : chosen.filter(
        (i) => accounts.lock[i] === 0 && accounts.territory[i] !== to && !frozen.has(accounts.territory[i]),
      );
  const edit = edition("move", accounts, moving);
  edit.territory.to.fill(to);
  edit.cause.to.fill(BY_HAND);
  return edit;
}

export function lockEdit(accounts: Accounts, chosen: Uint32Array, locked: boolean): Edit {
  const edit = edition(
    locked ? "lock" : "unlock",
    accounts,
    chosen.filter((i) => (accounts.lock[i] === 1) !== locked),
  );
  edit.lock.to.fill(locked ? 1 : 0);
  return edit;
}

/** Locks a territory as a whole, or unlocks it: nothing leaves it, nothing comes. */
export function wholeEdit(accounts: Accounts, territory: number, locked: boolean): Edit {
  const edit = edition(locked ? "lock_territory" : "unlock_territory", accounts, new Uint32Array());
  return { ...edit, whole: territory };
}

export function isEmpty(edit: Edit): boolean {
  return edit.accounts.length === 0 && edit.whole === NOBODY;
}

/** What accounts are now, as an edit that leaves them so. */
export function edition(kind: Edit["kind"], accounts: Accounts, chosen: Uint32Array): Edit {
  const territory = Int16Array.from(chosen, (i) => accounts.territory[i]);
  const cause = Uint8Array.from(chosen, (i) => accounts.cause[i]);
  const lock = Uint8Array.from(chosen, (i) => accounts.lock[i]);
  return {
    kind,
    whole: NOBODY,
    step: null,
    accounts: chosen,
    territory: { from: territory, to: territory.slice() },
    cause: { from: cause, to: cause.slice() },
    lock: { from: lock, to: lock.slice() },
  };
}

const OPPOSITE = {
  move: "move",
  lock: "unlock",
  unlock: "lock",
  lock_territory: "unlock_territory",
  unlock_territory: "lock_territory",
} as const;

export function reversed(edit: Edit): Edit {
  const turn = <T>({ from, to }: { from: T; to: T }): { from: T; to: T } => ({ from: to, to: from });
  return {
    kind: OPPOSITE[edit.kind],
    whole: edit.whole,
    step: null,
    accounts: edit.accounts,
    territory: turn(edit.territory),
    cause: turn(edit.cause),
    lock: turn(edit.lock),
  };
}

/** What is left of an edit without some accounts: somebody else has changed them meanwhile. */
export function without(edit: Edit, taken: ReadonlySet<number>): Edit {
  const kept = edit.accounts.map((_, at) => at).filter((at) => !taken.has(edit.accounts[at]));
  const of16 = (column: Int16Array): Int16Array => Int16Array.from(kept, (at) => column[at]);
  const of8 = (column: Uint8Array): Uint8Array => Uint8Array.from(kept, (at) => column[at]);
  if (kept.length === edit.accounts.length) return edit;
  return {
    kind: edit.kind,
    whole: edit.whole,
    step: null,
    accounts: Uint32Array.from(kept, (at) => edit.accounts[at]),
    territory: { from: of16(edit.territory.from), to: of16(edit.territory.to) },
    cause: { from: of8(edit.cause.from), to: of8(edit.cause.to) },
    lock: { from: of8(edit.lock.from), to: of8(edit.lock.to) },
  };
}
