import type { Accounts } from "./accounts";

/**
 * A year of tours, after docs/algorithms/travel.md: the way out and home, shared by the visits of a day, and the legs
 * between neighbors, of which each account has its part of the shortest tree. The factors are those fitted there.
 */
export const HAUL = 0.962;
export const LOCAL = 1.052;
export const CIRCUITY = 1.3;
export const DAY_SECONDS = 8 * 3600;

const SLOW = { m: 1500, kmh: 30 };
const FAST = { m: 12_000, kmh: 75 };

/** How long a leg takes, in whole seconds: slow in town, faster as it gets longer. */
export function secondsOfLeg(meters: number): number {
  const along = Math.log(Math.max(meters, SLOW.m) / SLOW.m) / Math.log(FAST.m / SLOW.m);
  const kmh = SLOW.kmh + (FAST.kmh - SLOW.kmh) * Math.min(1, along);
  return Math.round((meters * CIRCUITY * 3.6) / kmh);
}

/** On the way out the country's speed counts for most of it. */
const HAUL_KMH = 70;
const LONGEST_HAUL_SECONDS = 2 * 3600;
const MOST_DAYS = 4;

/** The way out for one day, whole: far accounts are visited on trips of some days, which share it. */
export function haulOf(meters: number): { meters: number; seconds: number } {
  const seconds = (meters * CIRCUITY * 3.6) / HAUL_KMH;
  const days = Math.min(MOST_DAYS, Math.max(1, seconds / LONGEST_HAUL_SECONDS));
  return { meters: Math.round(meters / days), seconds: Math.round(seconds / days) };
}

/** What travel needs to know of a territory: sums over its accounts, each weighed with its visits (hundredths a year). */
export interface Tours {
  visits: number;
  visitSeconds: number;
  haulMeters: number;
  haulSeconds: number;
  legMeters: number;
  legSeconds: number;
  /** Of those accounts alone that have no service hours of their own. */
  openVisitSeconds: number;
  openHaulSeconds: number;
  openLegSeconds: number;
  /** Service hours of the others, in seconds a year. */
  ownSeconds: number;
}

export interface Travel {
  km: number;
  hours: number;
  /** Of the hours, what falls to accounts without service hours of their own: those of the others hold theirs already. */
  openHours: number;
  /** Visits on a day out. */
  perDay: number;
}

/** The travel of a year, from sums alone: what was added and taken away again leaves no trace. */
export function travelOf(tours: Tours): Travel {
  const { visits } = tours;
  if (visits === 0) return { km: 0, hours: 0, openHours: 0, perDay: 0 };
  const mean = (sum: number): number => sum / visits;
  const [visit, leg, haul] = [mean(tours.visitSeconds), mean(tours.legSeconds), mean(tours.haulSeconds)];
  const perDay = Math.max(1, (DAY_SECONDS + leg - 2 * haul) / Math.max(visit + leg, 1));
  const year = (hauls: number, legs: number): number =>
    ((HAUL * 2 * hauls) / perDay + LOCAL * (1 - 1 / perDay) * legs) / 100;
  return {
    km: (year(tours.haulMeters, tours.legMeters) * CIRCUITY) / 1000,
    hours: year(tours.haulSeconds, tours.legSeconds) / 3600,
    openHours: year(tours.openHaulSeconds, tours.openLegSeconds) / 3600,
    perDay,
  };
}

/** Half of each leg of the shortest tree falls to either end. */
export function legsOf(
  accounts: Accounts,
  share: Float64Array,
): { meters: Float64Array; seconds: Float64Array } {
  const meters = new Float64Array(accounts.n);
  const seconds = new Float64Array(accounts.n);
  for (let i = 0; i < accounts.n; i++) {
    meters[i] = Math.round(share[i]);
    seconds[i] = secondsOfLeg(meters[i]);
  }
  return { meters, seconds };
}
