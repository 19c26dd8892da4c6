import { isEmpty, reversed, without, type Edit } from "./edits";

/** An edit to apply, and the one that it takes back: what the server is asked to undo. */
export interface Turn {
  edit: Edit;
  undoes: Edit;
}

/** What was done and can be undone, and what was undone and can be done again. Without limit: an edit holds only what it changed. */
export class History {
  private done: Edit[] = [];
  private undone: Turn[] = [];

  /** Whether there is more to undo than is known here: steps from before the page was opened. */
  more = false;

  /** What one did before the page was opened lies below whatever one has done since. */
  begin(done: readonly Edit[], undone: readonly Turn[]): void {
    this.done.unshift(...done);
    if (undone.length > 0) this.undone = [...undone];
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** A new edit; what was undone before is gone for good. */
  add(edit: Edit): void {
    this.done.push(edit);
    this.undone = [];
  }

  undo(): Turn | null {
    const edit = this.done.pop();
    if (!edit) return null;
    const back = reversed(edit);
    this.undone.push({ edit, undoes: back });
    return { edit: back, undoes: edit };
  }

  redo(): Turn | null {
    const turn = this.undone.pop();
    if (!turn) return null;
    this.done.push(turn.edit);
    return turn;
  }

  /** Accounts that somebody else has changed are theirs: going back must not undo what another person did. */
  forget(accounts: ReadonlySet<number>): void {
    this.done = this.done.map((edit) => without(edit, accounts)).filter((edit) => !isEmpty(edit));
    this.undone = this.undone
      .map(({ edit, undoes }) => ({ edit: without(edit, accounts), undoes: without(undoes, accounts) }))
      .filter(({ edit }) => !isEmpty(edit));
  }

  /** An edit that was refused never was. */
  drop(refused: Edit): void {
    this.done = this.done.filter((edit) => edit !== refused);
    this.undone = this.undone.filter(({ edit, undoes }) => edit !== refused && undoes !== refused);
  }
}
