import type { Territory } from "./accounts";
import type { Figures, Measure } from "./figures";
import type { Island } from "./islands";

export type Warning =
  | { kind: "large" | "small"; territory: number; measure: number; deviation: number }
  | { kind: "island"; territory: number; island: Island }
  | { kind: "capacity"; territory: number; utilization: number }
  | { kind: "empty"; territory: number }
  | { kind: "unheld"; territory: -1; accounts: number };

/** What a manager should look at, worst first within each kind. Small breaks come last: one account is soon moved. */
export function warningsOf(
  territories: readonly Territory[],
  measures: readonly Measure[],
  figures: readonly Figures[],
  islands: readonly Island[],
  unheld: number,
  over = 1,
): Warning[] {
  const size: Warning[] = [];
  const rest: Warning[] = [];
  figures.forEach((one, territory) => {
    if (one.accounts === 0) {
      if (territories[territory].share > 0) rest.push({ kind: "empty", territory });
      return;
    }
    // Nothing balances portfolios and key accounts: they hold what they hold wherever it is.
    const worst = territories[territory].kind === "geographic" ? worstMeasure(one, measures) : null;
    if (worst) {
      const deviation = one.deviations[worst.measure];
      size.push({ kind: deviation > 0 ? "large" : "small", territory, measure: worst.measure, deviation });
    }
    if (one.utilization !== null && one.utilization > over)
      rest.push({ kind: "capacity", territory, utilization: one.utilization });
  });
  size.sort((a, b) => Math.abs(deviationOf(b)) - Math.abs(deviationOf(a)));
  const broken = [...islands].sort((a, b) => b.accounts.length - a.accounts.length);
  const breaks = broken.map((island): Warning => ({ kind: "island", territory: island.territory, island }));
  const nobody: Warning[] = unheld > 0 ? [{ kind: "unheld", territory: -1, accounts: unheld }] : [];
  return [...nobody, ...size, ...rest, ...breaks];
}

function deviationOf(warning: Warning): number {
  return "deviation" in warning ? warning.deviation : 0;
}

/** The measure that is furthest beyond its own tolerance, if any is. */
function worstMeasure({ deviations }: Figures, measures: readonly Measure[]): { measure: number } | null {
  let found: { measure: number } | null = null;
  let most = 1;
  measures.forEach(({ tolerance }, measure) => {
    if (tolerance === null) return;
    const beyond = Math.abs(deviations[measure]) / Math.max(tolerance, 1e-9);
    if (beyond > most + 1e-9) [found, most] = [{ measure }, beyond];
  });
  return found;
}
