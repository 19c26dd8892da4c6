import type { Territory } from "./accounts";
import type { Totals } from "./totals";
import { travelOf } from "./travel";

export interface Measure {
  key: string;
  label: string;
  unit: "money" | "hours" | "count";
  /** Whole units in one shown: 100 for cents, 3600 for seconds. */
  scale: number;
  /** How far from its share a territory may be; null where it is only shown. */
  tolerance: number | null;
}

/** What a territory holds now, as a reader sees it. */
export interface Figures {
  accounts: number;
  /** In shown units. */
  loads: number[];
  /** Each measure's deviation from the territory's share: 0.1 is 10 % too much. */
  deviations: number[];
  distanceKm: number;
  travelKm: number;
  travelHours: number;
  /** Visits and travel against capacity. */
  utilization: number | null;
  pay: number | null;
  gained: number;
  lost: number;
}

export interface Overall {
  moved: number;
  movedShare: number;
  /** Of each measure. */
  movedShares: number[];
  /** Each measure's largest deviation. */
  balance: number[];
  unheld: number;
}

export function figuresOf(
  totals: Totals,
  territories: readonly Territory[],
  measures: readonly Measure[],
): Figures[] {
  const people = territories.reduce((sum, territory) => sum + territory.people, 0);
  const whole = totals.sums.map((sums) => sums.reduce((sum, value) => sum + value, 0));
  return territories.map((territory, at) => {
    const tours = totals.toursOf(at);
    const travel = travelOf(tours);
    const work = tours.visitSeconds / 100 + travel.hours * 3600;
    return {
      accounts: totals.count[at],
      loads: totals.sums.map((sums, measure) => sums[at] / measures[measure].scale),
      deviations: totals.sums.map((sums, measure) => {
        const share = people > 0 ? (whole[measure] * territory.people) / people : 0;
        return share > 0 ? sums[at] / share - 1 : 0;
      }),
      distanceKm: totals.distanceOf(at),
      travelKm: travel.km,
      travelHours: travel.hours,
      utilization: territory.capacity > 0 ? work / territory.capacity : null,
      pay: expectedPay(territory, totals, measures, at),
      gained: totals.gained[at],
      lost: totals.lost[at],
    };
  });
}

/** What a year brings by the position's own terms: base, and the rate on what the territory sells. */
function expectedPay(
  { pay }: Territory,
  totals: Totals,
  measures: readonly Measure[],
  at: number,
): number | null {
  const sales = measures.findIndex(({ key }) => key === "sales");
  return pay === null || sales < 0 ? null : (pay.base + pay.rate * totals.sums[sales][at]) / 100;
}

export function overallOf(totals: Totals, figures: readonly Figures[], n: number): Overall {
  const held = totals.count.reduce((sum, count) => sum + count, 0);
  const all = totals.sums.map((sums) => sums.reduce((sum, value) => sum + value, 0));
  return {
    moved: totals.moved,
    movedShare: n === 0 ? 0 : totals.moved / n,
    movedShares: all.map((sum, measure) => (sum === 0 ? 0 : totals.movedSums[measure] / sum)),
    balance: all.map((_, measure) =>
      figures.reduce((worst, { deviations }) => Math.max(worst, Math.abs(deviations[measure])), 0),
    ),
    unheld: n - held,
  };
}
