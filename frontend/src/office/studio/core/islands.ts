import { NOBODY, type Accounts } from "./accounts";
import type { Graph } from "./graph";

/** Accounts of a territory that its other accounts do not reach without crossing somebody else's. */
export interface Island {
  territory: number;
  accounts: number[];
  /** The territory that borders it most: where it would go to mend the break; NOBODY if none does. */
  beside: number;
}

/** A territory in more pieces is scattered: nobody mends it piece by piece. */
export const MOST = 12;

/**
 * The largest pieces of a territory but the largest of all. `members` are its accounts. Places where only portfolios have accounts, or nobody,
 * cut nothing off: `ownsLand` says which territories do.
 */
export function islandsOf(
  accounts: Accounts,
  graph: Graph,
  territory: number,
  members: Iterable<number>,
  ownsLand: readonly boolean[],
): Island[] {
  const pieces: number[][] = [];
  const seen = new Set<number>();
  for (const account of members) {
    const place = graph.placeOf[account];
    if (place < 0 || seen.has(place)) continue;
    pieces.push(pieceFrom(accounts, graph, territory, ownsLand, place, seen));
  }
  const largest = pieces.reduce((most, piece) => Math.max(most, piece.length), 0);
  const main = pieces.findIndex((piece) => piece.length === largest);
  return pieces
    .filter((_, at) => at !== main)
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST)
    .map((piece) => ({
      territory,
      accounts: piece,
      beside: besideMost(accounts, graph, territory, piece, ownsLand),
    }));
}

function pieceFrom(
  accounts: Accounts,
  graph: Graph,
  territory: number,
  ownsLand: readonly boolean[],
  from: number,
  seen: Set<number>,
): number[] {
  const piece: number[] = [];
  const open = [from];
  seen.add(from);
  while (open.length > 0) {
    const place = open.pop()!;
    for (const account of held(accounts, graph, territory, place)) piece.push(account);
    for (let edge = graph.start[place]; edge < graph.start[place + 1]; edge++) {
      const to = graph.to[edge];
      if (seen.has(to) || !isOpen(accounts, graph, territory, ownsLand, to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return piece;
}

/** Whether a territory goes on at a place: it has an account there, or nobody else has whose land it could be. */
function isOpen(
  accounts: Accounts,
  graph: Graph,
  territory: number,
  ownsLand: readonly boolean[],
  place: number,
): boolean {
  let owned = false;
  for (let account = graph.first[place]; account >= 0; account = graph.next[account]) {
    const at = accounts.territory[account];
    if (at === territory) return true;
    if (at !== NOBODY && ownsLand[at]) owned = true;
  }
  return !owned;
}

/** The accounts of a territory at a place. */
function* held(accounts: Accounts, graph: Graph, territory: number, place: number): Generator<number> {
  for (let account = graph.first[place]; account >= 0; account = graph.next[account])
    if (accounts.territory[account] === territory) yield account;
}

function besideMost(
  accounts: Accounts,
  graph: Graph,
  territory: number,
  piece: readonly number[],
  ownsLand: readonly boolean[],
): number {
  const borders = new Map<number, number>();
  for (const account of piece) {
    const place = graph.placeOf[account];
    for (let edge = graph.start[place]; edge < graph.start[place + 1]; edge++) {
      for (let i = graph.first[graph.to[edge]]; i >= 0; i = graph.next[i]) {
        const other = accounts.territory[i];
        if (other !== territory && other !== NOBODY && ownsLand[other])
          borders.set(other, (borders.get(other) ?? 0) + 1);
      }
    }
  }
  let [most, found] = [0, NOBODY];
  for (const [other, count] of borders) if (count > most) [most, found] = [count, other];
  return found;
}

/** The accounts of each territory, in order. */
export function membersOf({ n, territory }: Accounts, nTerritories: number): number[][] {
  const members: number[][] = Array.from({ length: nTerritories }, () => []);
  for (let i = 0; i < n; i++) if (territory[i] !== NOBODY) members[territory[i]].push(i);
  return members;
}
