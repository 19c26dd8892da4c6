import { NOBODY, type Located } from "./accounts";
import type { Finder } from "./finder";
import type { Graph } from "./graph";

/** Spots around which the land is divided: each account's own where there are few, a few neighbors' where there are many. */
export interface Sites {
  readonly n: number;
  /** On the map, see mercator.ts. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Each account's site, or -1. */
  readonly siteOf: Int32Array;
  /** The accounts of site s are `members[start[s]] … members[start[s + 1] - 1]`. */
  readonly start: Int32Array;
  readonly members: Int32Array;
}

export const MOST_SITES = 8000;

export function sitesOf(accounts: Located, graph: Graph, finder: Finder): Sites {
  const siteOf = graph.nPlaces <= MOST_SITES ? graph.placeOf.slice() : boxed(accounts.n, finder);
  const n = siteOf.reduce((most, site) => Math.max(most, site), -1) + 1;
  const start = new Int32Array(n + 1);
  for (const site of siteOf) if (site >= 0) start[site + 1]++;
  for (let site = 0; site < n; site++) start[site + 1] += start[site];
  const at = start.slice();
  const members = new Int32Array(start[n]);
  siteOf.forEach((site, account) => {
    if (site >= 0) members[at[site]++] = account;
  });
  const mean = (of: Float64Array): Float64Array =>
    Float64Array.from({ length: n }, (_, site) => {
      let sum = 0;
      for (let i = start[site]; i < start[site + 1]; i++) sum += of[members[i]];
      return sum / (start[site + 1] - start[site]);
    });
  return { n, x: mean(finder.x), y: mean(finder.y), siteOf, start, members };
}

function boxed(nAccounts: number, finder: Finder): Int32Array {
  const siteOf = new Int32Array(nAccounts).fill(-1);
  let site = 0;
  for (const box of finder.boxes()) {
    for (const account of box) siteOf[account] = site;
    site++;
  }
  return siteOf;
}

/**
 * Whose land each site is: the territory with most of its accounts, of equals the first. Portfolios and accounts that nobody
 * holds own no land; where there are only such, the land goes with what surrounds it, and is nobody's where that is not
 * owned for the most part: a portfolio's customers across the country make nobody's territory reach there. Writes into `land`.
 */
export function divide(
  sites: Sites,
  beside: Pick<Graph, "start" | "to">,
  territory: Int16Array,
  ownsLand: readonly boolean[],
  land: Int16Array,
): void {
  const open: number[] = [];
  for (let site = 0; site < sites.n; site++) {
    land[site] = holderOf(sites, territory, ownsLand, site);
    if (land[site] === NOBODY) open.push(site);
  }
  const around = open.map((site) => mostOf(land, beside, site));
  for (const [at, site] of open.entries()) land[site] = around[at];
}

/** Whose the land around a site is for the most part, of equals the first; nobody's where less than half is owned. */
function mostOf(land: Int16Array, beside: Pick<Graph, "start" | "to">, site: number): number {
  const owned = [...beside.to.subarray(beside.start[site], beside.start[site + 1])]
    .map((next) => land[next])
    .filter((one) => one !== NOBODY);
  if (2 * owned.length < beside.start[site + 1] - beside.start[site]) return NOBODY;
  const count = (one: number): number => owned.filter((other) => other === one).length;
  return owned.reduce(
    (best, one) => (count(one) > count(best) || (count(one) === count(best) && one < best) ? one : best),
    owned[0] ?? NOBODY,
  );
}

export function holderOf(
  sites: Sites,
  territory: Int16Array,
  ownsLand: readonly boolean[],
  site: number,
): number {
  const first = sites.start[site];
  const end = sites.start[site + 1];
  let [found, most] = [NOBODY, 0];
  for (let i = first; i < end; i++) {
    const mine = territory[sites.members[i]];
    if (mine === NOBODY || !ownsLand[mine]) continue;
    let count = 0;
    for (let j = first; j < end; j++) if (territory[sites.members[j]] === mine) count++;
    if (count > most || (count === most && mine < found)) [found, most] = [mine, count];
  }
  return found;
}
