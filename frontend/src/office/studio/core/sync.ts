import { positionOf, type Accounts } from "./accounts";
import { edition, isEmpty, reversed, without, type Edit } from "./edits";

/** One account as somebody else left it: [account, territory or null, cause, locked, who]. */
export type Row = [account: number, territory: number | null, cause: number, locked: 0 | 1, who: number];

/** What is new on the server since a version. */
export interface News {
  version: number;
  rows: Row[];
  people: string[];
  /** Territories that are locked as a whole, by number. */
  locked: number[];
  /** So much is new that the plan is better opened again. */
  reload?: boolean;
}

export interface Saved extends News {
  step: number | null;
}

/** Somebody else was there first; nothing was written. */
export interface Refused extends News {
  reason: string;
  /** The accounts it is about, by number; empty where the whole plan cannot be changed. */
  accounts: number[];
}

export type Answer = { saved: Saved } | { refused: Refused } | { failed: "offline" | "gone" };

/** What is sent for an edit: accounts by number, grouped by where they go. */
export interface Sent {
  seen: number;
  kind: Edit["kind"];
  /** The step that is taken back, where the edit is exactly that. */
  undoes: number | null;
  groups: [territory: number | null, accounts: number[]][];
}

export interface Conflict {
  reason: string;
  edit: Edit;
  /** Those of the edit's accounts that somebody else changed, as positions, and who did. */
  theirs: number[];
  who: string[];
}

export interface Door {
  send: (sent: Sent) => Promise<Answer>;
  /** Writes into the plan what others did. */
  take: (edit: Edit) => void;
  /** Writes in what one did oneself, and can undo. */
  perform: (edit: Edit) => void;
  lockTerritories: (numbers: readonly number[]) => void;
  refused: (conflict: Conflict) => void;
  forget: (accounts: ReadonlySet<number>) => void;
  dropped: (edit: Edit) => void;
  state: (state: SyncState, waiting: number) => void;
  reload: () => void;
}

export type SyncState = "saved" | "saving" | "offline" | "gone";

interface Waiting {
  edit: Edit;
  /** The edit that this one takes back, if it does. */
  undoes: Edit | null;
}

/**
 * Keeps edits on the server, one after the other, in the order in which they were made. Each says which version its writer had
 * seen; where somebody else changed the same accounts since, the server refuses, and nobody's work is overwritten unseen.
 */
export class Sync {
  private readonly queue: Waiting[] = [];
  private busy = false;
  constructor(
    private readonly accounts: Accounts,
    private readonly territories: readonly { id: number }[],
    public version: number,
    private readonly door: Door,
  ) {}

  get waiting(): number {
    return this.queue.length;
  }

  add(edit: Edit, undoes: Edit | null = null): void {
    this.queue.push({ edit, undoes });
    void this.run();
  }

  /** Goes on with what waits: when the network is back, or after a refusal. */
  async run(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    while (this.queue.length > 0) {
      this.door.state("saving", this.queue.length);
      const first = this.queue[0];
      const answer = await this.door.send(this.sent(first));
      if ("failed" in answer) {
        this.door.state(answer.failed, this.queue.length);
        this.busy = false;
        return;
      }
      if ("saved" in answer) {
        this.queue.shift();
        first.edit.step = answer.saved.step;
        this.hear(answer.saved);
      } else this.refused(answer.refused);
    }
    this.busy = false;
    this.door.state("saved", 0);
  }

  /** Takes in what others did. What waits here to be saved is not touched by it: the server will say whether it still may be. */
  hear(news: News): void {
    this.version = Math.max(this.version, news.version);
    this.door.lockTerritories(this.lockedAfter(news.locked));
    // A territory that was added since is none of those that this page knows.
    const known = new Set(this.territories.map(({ id }) => id));
    const strange = news.rows.some(([, territory]) => territory !== null && !known.has(territory));
    if (news.reload || strange) this.door.reload();
    const mine = new Set(this.queue.flatMap(({ edit }) => [...edit.accounts]));
    const rows = news.rows.filter(([id]) => !mine.has(positionOf(this.accounts, id)));
    const edit = this.editOf(rows);
    if (edit.accounts.length === 0) return;
    this.door.take(edit);
    this.door.forget(new Set(edit.accounts));
  }

  /** Which territories are locked, by number: as the server knows it, and as what waits here will have it. */
  private lockedAfter(known: readonly number[]): number[] {
    const locked = new Set(known);
    for (const { edit } of this.queue) {
      if (edit.whole < 0) continue;
      locked[edit.kind === "lock_territory" ? "add" : "delete"](this.territories[edit.whole].id);
    }
    return [...locked];
  }

  /** Back to before the first refused edit, in what others did, and on with what came after it and is still possible. */
  private refused(refused: Refused): void {
    const undone = this.queue.splice(0);
    for (const { edit } of [...undone].reverse()) this.door.take(reversed(edit));
    for (const { edit } of undone) this.door.dropped(edit);
    this.hear(refused);
    const [first, ...later] = undone;
    const taken = new Set(refused.accounts.map((id) => positionOf(this.accounts, id)));
    for (const { edit } of later) {
      const rest = this.anew(without(edit, taken));
      if (isEmpty(rest)) continue;
      this.door.perform(rest);
      this.queue.push({ edit: rest, undoes: null });
    }
    const theirs = [...first.edit.accounts].filter((i) => taken.has(i));
    this.door.refused({ reason: refused.reason, edit: first.edit, theirs, who: refused.people });
  }

  /** An edit as it is from where its accounts are now. */
  private anew(edit: Edit): Edit {
    const now = { ...edition(edit.kind, this.accounts, edit.accounts), whole: edit.whole };
    now.territory.to.set(edit.territory.to);
    now.cause.to.set(edit.cause.to);
    now.lock.to.set(edit.lock.to);
    return now;
  }

  private sent({ edit, undoes }: Waiting): Sent {
    const groups = new Map<number | null, number[]>();
    if (edit.whole >= 0) groups.set(this.territories[edit.whole].id, []);
    edit.accounts.forEach((account, at) => {
      const to = edit.territory.to[at];
      const key = to < 0 ? null : this.territories[to].id;
      const list = groups.get(key) ?? [];
      groups.set(key, list);
      list.push(this.accounts.id[account]);
    });
    return { seen: this.version, kind: edit.kind, undoes: undoes?.step ?? null, groups: [...groups] };
  }

  private editOf(rows: readonly Row[]): Edit {
    const known = rows.filter(([id]) => positionOf(this.accounts, id) >= 0);
    const places = new Map(this.territories.map(({ id }, at) => [id, at]));
    const edit = edition(
      "move",
      this.accounts,
      Uint32Array.from(known, ([id]) => positionOf(this.accounts, id)),
    );
    known.forEach(([, territory, cause, locked], at) => {
      edit.territory.to[at] = territory === null ? -1 : (places.get(territory) ?? -1);
      edit.cause.to[at] = cause;
      edit.lock.to[at] = locked;
    });
    const same = new Set<number>();
    edit.accounts.forEach((account, at) => {
      if (
        edit.territory.to[at] === edit.territory.from[at] &&
        edit.lock.to[at] === edit.lock.from[at] &&
        edit.cause.to[at] === edit.cause.from[at]
      )
        same.add(account);
    });
    return without(edit, same);
  }
}
