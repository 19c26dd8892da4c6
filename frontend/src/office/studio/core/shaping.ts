import type { Accounts } from "./accounts";
import { lockEdit, moveEdit, type Edit } from "./edits";
import { History, type Turn } from "./history";
import { totalsOf, type Ground, type Totals } from "./totals";

/** A plan being shaped: its accounts, the totals that follow them, and the way back. Knows neither page nor network. */
export class Shaping {
  readonly history = new History();
  readonly totals: Totals;

  constructor(
    readonly ground: Ground,
    nTerritories: number,
  ) {
    this.totals = totalsOf(ground, nTerritories);
  }

  get accounts(): Accounts {
    return this.ground.accounts;
  }

  move(chosen: Uint32Array, to: number, frozen: ReadonlySet<number> = new Set()): Edit {
    return this.perform(moveEdit(this.accounts, chosen, to, frozen));
  }

  setLock(chosen: Uint32Array, locked: boolean): Edit {
    return this.perform(lockEdit(this.accounts, chosen, locked));
  }

  undo(): Turn | null {
    return this.applied(this.history.undo());
  }

  redo(): Turn | null {
    return this.applied(this.history.redo());
  }

  /** Writes an edit into the columns and the totals. What accounts were before must be what the edit says. */
  apply({ accounts: chosen, territory, cause, lock }: Edit): void {
    const { accounts, totals } = this;
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
    if (edit.accounts.length > 0) {
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
