import { reversed, without, type Edit } from "./edits";

/** What was done and can be undone, and what was undone and can be done again. Without limit: an edit holds only what it changed. */
export class History {
  private done: Edit[] = [];
  private undone: Edit[] = [];

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  get length(): number {
    return this.done.length;
  }

  /** A new edit; what was undone before is gone for good. */
  add(edit: Edit): void {
    this.done.push(edit);
    this.undone = [];
  }

  /** The edit that takes the last one back. */
  undo(): Edit | null {
    const edit = this.done.pop();
    if (!edit) return null;
    this.undone.push(edit);
    return reversed(edit);
  }

  redo(): Edit | null {
    const edit = this.undone.pop();
    if (!edit) return null;
    this.done.push(edit);
    return edit;
  }

  /** Accounts that somebody else has changed are theirs: going back must not undo what another person did. */
  forget(accounts: ReadonlySet<number>): void {
    const rest = (edits: Edit[]): Edit[] =>
      edits.map((edit) => without(edit, accounts)).filter((edit) => edit.accounts.length > 0);
    this.done = rest(this.done);
    this.undone = rest(this.undone);
  }
}
