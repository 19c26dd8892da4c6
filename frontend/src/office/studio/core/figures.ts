import type { Pay, Territory } from "./accounts";
import type { Totals } from "./totals";
import { travelOf, type Tours, type Travel } from "./travel";

export type MeasureKey = "sales" | "potential" | "workload" | "accounts" | "pay";

export interface Measure {
  key: MeasureKey;
  /** How far from its share a territory may be; null where it is only shown. */
  tolerance: number | null;
}

/** What a territory holds now, as a reader sees it: dollars, hours, kilometers. */
export interface Figures {
  accounts: number;
  loads: number[];
  /** Each measure's deviation from the territory's share: 0.1 is 10 % too much. */
  deviations: number[];
  distanceKm: number;
  travelKm: number;
  travelHours: number;
  /** Visits and travel against capacity; null where nobody said what can be done. */
  utilization: number | null;
  pay: number | null;
  gained: number;
  lost: number;
}

export interface Overall {
  /** Of the accounts that somebody held before. */
  moved: number;
  movedShare: number;
  movedSalesShare: number;
  /** Each measure's largest deviation among geographic territories. */
  balance: number[];
  unheld: number;
}

/** By how much the server's tours are longer than those that sums alone tell of. */
export interface Scale {
  hours: number;
  openHours: number;
  km: number;
}

const AS_IS: Scale = { hours: 1, openHours: 1, km: 1 };

/** Reckoned where the server's figures and the totals are of the same plan; while it is shaped, each territory keeps its own. */
export function scalesOf(
  totals: Totals,
  territories: readonly Territory[],
  which: "load" | "load_before" = "load",
): Scale[] {
  return territories.map(({ kind, [which]: load }, at) => {
    if (load === null || kind === "portfolio") return AS_IS;
    const tours = totals.toursOf(at);
    const travel = travelOf(tours);
    const ratio = (told: number, found: number): number => (found > 0 ? Math.max(0, told) / found : 1);
    return {
      hours: ratio(load.travel_hours, travel.hours),
      openHours: ratio(load.workload - workHours(tours, 0), travel.openHours),
      km: ratio(load.travel_km, travel.km),
    };
  });
}

export function figuresOf(
  totals: Totals,
  territories: readonly Territory[],
  measures: readonly Measure[],
  scales: readonly Scale[] = [],
): Figures[] {
  const figures = territories.map((territory, at) =>
    alone(totals, territory, measures, at, scales[at] ?? AS_IS),
  );
  for (const among of new Set(territories.map(({ peers }) => peers))) {
    const peers = [...territories.keys()].filter((at) => territories[at].peers === among);
    const share = peers.reduce((sum, at) => sum + territories[at].share, 0);
    measures.forEach((_, measure) => {
      const whole = peers.reduce((sum, at) => sum + figures[at].loads[measure], 0);
      for (const at of peers) {
        const fair = share > 0 ? (whole * territories[at].share) / share : 0;
        figures[at].deviations[measure] = fair > 0 ? figures[at].loads[measure] / fair - 1 : 0;
      }
    });
  }
  return figures;
}

/** Portfolios are looked after by phone. */
const AT_THE_DESK: Travel = { km: 0, hours: 0, openHours: 0, perDay: 0 };

function alone(
  totals: Totals,
  territory: Territory,
  measures: readonly Measure[],
  at: number,
  scale: Scale,
): Figures {
  const tours = totals.toursOf(at);
  const travel = territory.kind === "portfolio" ? AT_THE_DESK : travelOf(tours);
  const hours = workHours(tours, travel.openHours * scale.openHours);
  const pay = territory.pay === null ? null : expectedPay(territory.pay, totals.sales[at] / 100);
  const load: Record<MeasureKey, number> = {
    sales: totals.sales[at] / 100,
    potential: totals.potential[at] / 100,
    workload: hours,
    accounts: totals.count[at],
    pay: pay ?? 0,
  };
  return {
    accounts: totals.count[at],
    loads: measures.map(({ key }) => load[key]),
    deviations: measures.map(() => 0),
    distanceKm: totals.distanceOf(at),
    travelKm: travel.km * scale.km,
    travelHours: travel.hours * scale.hours,
    utilization: territory.capacity > 0 ? hours / territory.capacity : null,
    pay,
    gained: totals.gained[at],
    lost: totals.lost[at],
  };
}

/** Calls and travel of a year, or the accounts' own hours where they are kept. Visits are kept in hundredths. */
function workHours(tours: Tours, travelHours: number): number {
  return (tours.openVisitSeconds / 100 + tours.ownSeconds) / 3600 + travelHours;
}

/** What a year brings by the position's own terms. */
export function expectedPay({ base, rate, quota, accelerator }: Pay, sales: number): number {
  const sold = Math.max(sales, 0);
  const within = quota === null ? sold : Math.min(sold, quota);
  return base + rate * (within + accelerator * (sold - within));
}

export function overallOf(
  totals: Totals,
  figures: readonly Figures[],
  territories: readonly Territory[],
  measures: readonly Measure[],
): Overall {
  const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
  const sales = sum(totals.sales);
  const measured = figures.filter((_, at) => territories[at].kind === "geographic");
  return {
    moved: totals.moved,
    movedShare: totals.held === 0 ? 0 : totals.moved / totals.held,
    movedSalesShare: sales === 0 ? 0 : totals.movedSales / sales,
    balance: measures.map((_, measure) =>
      measured.reduce((worst, { deviations }) => Math.max(worst, Math.abs(deviations[measure])), 0),
    ),
    unheld: totals.n - sum(totals.count),
  };
}
