import { NOBODY, type Accounts, type Territory } from "./core/accounts";
import type { Cells } from "./core/cells";
import { bordersOf, colorsKept, colorsOf } from "./core/colors";
import { isEmpty, type Edit } from "./core/edits";
import {
  figuresOf,
  overallOf,
  scalesOf,
  type Figures,
  type Measure,
  type Overall,
  type Scale,
} from "./core/figures";
import { ALL, isNarrow, matcherOf, type Filter } from "./core/filter";
import type { Finder } from "./core/finder";
import type { Graph } from "./core/graph";
import type { Turn } from "./core/history";
import type { Header } from "./core/header";
import { islandsOf, membersOf, type Island } from "./core/islands";
import type { Opened } from "./core/opened";
import { Selection } from "./core/selection";
import { Shaping } from "./core/shaping";
import { divide, type Sites } from "./core/sites";
import type { Terrain } from "./core/terrain";
import { seatsOf } from "./core/totals";
import { legsOf } from "./core/travel";
import { warningsOf, type Warning } from "./core/warnings";
import { Mark } from "./map/paint";

export const N_COLORS = 8;

/** A plan on the table: what the page and the map show, and what one can do to it. Tells whoever listens what changed. */
export class Studio {
  readonly header: Header;
  readonly accounts: Accounts;
  readonly territories: Territory[];
  readonly measures: readonly Measure[];
  readonly shaping: Shaping;
  readonly selection: Selection;
  readonly graph: Graph;
  readonly finder: Finder;
  readonly sites: Sites;
  readonly cells: Cells;
  readonly marks: Uint8Array;
  readonly landNow: Int16Array;
  readonly landBefore: Int16Array;
  colors: Uint8Array;
  figures: Figures[] = [];
  figuresBefore: Figures[];
  overall: Overall;
  warnings: Warning[] = [];
  filter: Filter = ALL;
  nShown: number;
  /** The territory that stands out, or NOBODY. */
  lit: number = NOBODY;
  /** Portfolios lie wherever their customers are: only geographic territories own land, and have breaks. */
  private readonly ownsLand: boolean[];
  private readonly islands: Island[][];
  private readonly scales: Scale[];
  private readonly listeners = new Set<() => void>();
  /** What an edit is told to besides: it is kept on the server. */
  onEdit: (edit: Edit, undoes: Edit | null) => void = () => undefined;

  constructor({ header, accounts }: Opened, { graph, finder, sites, cells }: Terrain) {
    this.header = header;
    this.accounts = accounts;
    this.territories = header.territories;
    this.measures = header.measures;
    this.ownsLand = this.territories.map(({ kind }) => kind === "geographic");
    [this.graph, this.finder, this.sites, this.cells] = [graph, finder, sites, cells];
    const legs = legsOf(accounts, graph.leg);
    const seats = seatsOf(accounts, this.territories);
    const ground = { accounts, seats, legMeters: legs.meters, legSeconds: legs.seconds };
    const k = this.territories.length;
    this.shaping = new Shaping(ground, k);
    const before = new Shaping({ ...ground, accounts: { ...accounts, territory: accounts.before } }, k);
    this.scales = scalesOf(this.shaping.totals, this.territories);
    const scalesBefore = scalesOf(before.totals, this.territories, "load_before");
    this.figuresBefore = figuresOf(before.totals, this.territories, this.measures, scalesBefore);
    this.territories.forEach(({ locked }, at) => {
      if (locked) this.shaping.frozen.add(at);
    });
    this.selection = new Selection(accounts.n);
    this.marks = new Uint8Array(accounts.n);
    this.landNow = this.landOf(accounts.territory);
    this.landBefore = this.landOf(accounts.before);
    const atFirst = colorsOf(bordersOf(this.landBefore, this.cells, k), k, N_COLORS);
    this.colors = colorsKept(atFirst, bordersOf(this.landNow, this.cells, k), N_COLORS);
    this.islands = membersOf(accounts, k).map((members, at) => this.islandsIn(at, members));
    this.nShown = accounts.n;
    this.overall = overallOf(this.shaping.totals, [], this.territories, this.measures);
    this.settle();
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(): void {
    for (const listener of this.listeners) listener();
  }

  /** Moves what is chosen. Returns how many went, and how many stayed because they are locked. */
  moveChosen(to: number): { moved: number; stayed: number } {
    return this.move(this.selection.list(), to);
  }

  move(chosen: Uint32Array, to: number): { moved: number; stayed: number } {
    const leaving = chosen.filter((i) => this.accounts.territory[i] !== to).length;
    const edit = this.shaping.move(chosen, to);
    this.edited(edit);
    return { moved: edit.accounts.length, stayed: leaving - edit.accounts.length };
  }

  lockChosen(locked: boolean): number {
    const edit = this.shaping.setLock(this.selection.list(), locked);
    this.edited(edit);
    return edit.accounts.length;
  }

  /** Locks a territory as a whole, or unlocks it. */
  lockTerritory(territory: number, locked: boolean): void {
    this.edited(this.shaping.setWholeLock(territory, locked));
  }

  /** Which territories are locked, as somebody else has decided. */
  takeLocks(territories: Iterable<number>): void {
    const locked = new Set(territories);
    if (this.territories.every((territory, at) => territory.locked === locked.has(at))) return;
    this.shaping.frozen.clear();
    for (const territory of locked) this.shaping.frozen.add(territory);
    this.markLocked();
    this.tell();
  }

  undo(): Edit | null {
    return this.turned(this.shaping.undo());
  }

  redo(): Edit | null {
    return this.turned(this.shaping.redo());
  }

  /** What became of accounts elsewhere: it is written here, and not sent back. */
  take(edit: Edit): void {
    this.shaping.apply(edit);
    this.follow(edit);
    this.settle();
  }

  choose(accounts: Iterable<number>, how: "only" | "add" | "remove" | "toggle" = "only"): void {
    this.selection.choose(
      [...accounts].filter((i) => (this.marks[i] & Mark.hidden) === 0),
      how,
    );
    this.mark();
    this.tell();
  }

  accountsOf(territory: number): number[] {
    const found: number[] = [];
    const { n, territory: of } = this.accounts;
    for (let i = 0; i < n; i++) if (of[i] === territory) found.push(i);
    return found;
  }

  show(filter: Filter): void {
    this.filter = filter;
    this.mark();
    this.tell();
  }

  /** The accounts that the filter shows. */
  shown(): number[] {
    const matches = matcherOf(this.accounts, this.filter);
    return Array.from({ length: this.accounts.n }, (_, i) => i).filter(matches);
  }

  light(territory: number): void {
    if (this.lit === territory) return;
    this.lit = territory;
    this.tell();
  }

  private turned(turn: Turn | null): Edit | null {
    if (turn) this.edited(turn.edit, turn.undoes);
    return turn?.edit ?? null;
  }

  private edited(edit: Edit, undoes: Edit | null = null): void {
    if (isEmpty(edit)) return;
    this.follow(edit);
    this.onEdit(edit, undoes);
    this.settle();
  }

  /** The land and the islands of those territories that an edit touches. */
  private follow({ accounts, territory }: Edit): void {
    this.markLocked();
    if (accounts.length === 0) return;
    const touched = new Set<number>([...territory.from, ...territory.to]);
    divide(this.sites, this.cells, this.accounts.territory, this.ownsLand, this.landNow);
    touched.delete(NOBODY);
    const members: (number[] | null)[] = this.territories.map((_, at) => (touched.has(at) ? [] : null));
    const { n, territory: of } = this.accounts;
    for (let i = 0; i < n; i++) if (of[i] !== NOBODY) members[of[i]]?.push(i);
    for (const at of touched) this.islands[at] = this.islandsIn(at, members[at]!);
  }

  /** Figures, warnings and marks, after whatever changed. */
  settle(): void {
    this.figures = figuresOf(this.shaping.totals, this.territories, this.measures, this.scales);
    this.overall = overallOf(this.shaping.totals, this.figures, this.territories, this.measures);
    this.warnings = warningsOf(
      this.territories,
      this.measures,
      this.figures,
      this.islands.flat(),
      this.overall.unheld,
      this.header.warned_over,
    );
    this.mark();
    this.tell();
  }

  private markLocked(): void {
    this.territories.forEach((territory, at) => (territory.locked = this.shaping.frozen.has(at)));
  }

  private mark(): void {
    const { n, lock, territory, before } = this.accounts;
    const chosen = this.selection.marks;
    const matches = isNarrow(this.filter) ? matcherOf(this.accounts, this.filter) : null;
    let shown = 0;
    for (let i = 0; i < n; i++) {
      const hidden = matches !== null && !matches(i);
      if (!hidden) shown++;
      this.marks[i] =
        (chosen[i] ? Mark.chosen : 0) |
        (lock[i] ? Mark.locked : 0) |
        (hidden ? Mark.hidden : 0) |
        (territory[i] !== before[i] ? Mark.moved : 0);
    }
    this.nShown = shown;
  }

  private landOf(territory: Int16Array): Int16Array {
    const land = new Int16Array(this.sites.n);
    divide(this.sites, this.cells, territory, this.ownsLand, land);
    return land;
  }

  private islandsIn(at: number, members: number[]): Island[] {
    if (!this.ownsLand[at]) return [];
    return islandsOf(this.accounts, this.graph, at, members, this.ownsLand);
  }
}
