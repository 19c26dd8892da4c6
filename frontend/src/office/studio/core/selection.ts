/** Which accounts are chosen: marks for the map, a count for the panel. */
export class Selection {
  readonly marks: Uint8Array;
  private n = 0;

  constructor(nAccounts: number) {
    this.marks = new Uint8Array(nAccounts);
  }

  get size(): number {
    return this.n;
  }

  list(): Uint32Array {
    const chosen = new Uint32Array(this.n);
    let at = 0;
    for (let i = 0; i < this.marks.length; i++) if (this.marks[i] === 1) chosen[at++] = i;
    return chosen;
  }

  /** A new choice; or added to the one there is, or taken out of it. */
  choose(accounts: Iterable<number>, how: "only" | "add" | "remove" | "toggle" = "only"): void {
    if (how === "only") this.clear();
    for (const account of accounts) {
      const mark = how === "toggle" ? 1 - this.marks[account] : how === "remove" ? 0 : 1;
      this.n += mark - this.marks[account];
      this.marks[account] = mark;
    }
  }

  clear(): void {
    this.marks.fill(0);
    this.n = 0;
  }
}
