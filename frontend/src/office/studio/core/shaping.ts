import { NOBODY, type Accounts } from "./accounts";
import { isEmpty, lockEdit, moveEdit, wholeEdit, type Edit } from "./edits";
import { History, type Turn } from "./history";
import { totalsOf, type Ground, type Totals } from "./totals";

/** A plan being shaped: its accounts, the totals that follow them, and the way back. Knows neither page nor network. */
export class Shaping {
  readonly history = new History();
  readonly totals: Totals;
  /** The territories that are locked as a whole. */
  readonly frozen = new Set<number>();

  constructor(
    readonly ground: Ground,
    nTerritories: number,
  ) {
    this.totals = totalsOf(ground, nTerritories);
  }

  get accounts(): Accounts {
    return this.ground.accounts;
  }

  move(chosen: Uint32Array, to: number): Edit {
    return this.perform(moveEdit(this.accounts, chosen, to, this.frozen));
  }

  setLock(chosen: Uint32Array, locked: boolean): Edit {
    return this.perform(lockEdit(this.accounts, chosen, locked));
  }

  setWholeLock(territory: number, locked: boolean): Edit {
    return this.perform(wholeEdit(this.accounts, territory, locked));
  }

  undo(): Turn | null {
    return this.applied(this.history.undo());
  }

  redo(): Turn | null {
    return this.applied(this.history.redo());
  }

  /** Writes an edit into the columns and the totals. What accounts were before must be what the edit says. */
  apply({ kind, whole, accounts: chosen, territory, cause, lock }: Edit): void {
    const { accounts, totals } = this;
    if (whole !== NOBODY) this.frozen[kind === "lock_territory" ? "add" : "delete"](whole);
    for (let at = 0; at < chosen.length; at++) {
      const account = chosen[at];
      const to = territory.to[at];
      if (to !== accounts.territory[account]) {
        totals.take(account, accounts.territory[account], -1);
        totals.take(account, to, 1);
        accounts.territory[account] = to;
      }
      accounts.cause[account] = cause.to[at];
      accounts.lock[account] = lock.to[at];
    }
  }

  private perform(edit: Edit): Edit {
    if (!isEmpty(edit)) {
      this.apply(edit);
      this.history.add(edit);
    }
    return edit;
  }

  private applied(turn: Turn | null): Turn | null {
    if (turn) this.apply(turn.edit);
    return turn;
  }
}
