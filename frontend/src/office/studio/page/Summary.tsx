import type { Studio } from "../studio";
import { counted, words } from "../words";
import { percent, whole } from "./format";
import { useStudio } from "./hooks";

/** The plan as a whole: how far the worst territory is off, and how much moves. */
export function Summary({ studio }: { studio: Studio }) {
  useStudio(studio);
  const { overall, measures, figures, figuresBefore } = studio;
  const worst = (of: typeof figures, at: number): number =>
    of.reduce(
      (most, { deviations }, one) =>
        studio.territories[one].kind === "geographic" ? Math.max(most, Math.abs(deviations[at])) : most,
      0,
    );
  const travel = (of: typeof figures): number => of.reduce((sum, { travelHours }) => sum + travelHours, 0);
  const change = travel(figuresBefore) > 0 ? travel(figures) / travel(figuresBefore) - 1 : 0;
  return (
    <dl class="studio-summary" tabIndex={0} aria-label={words("planAsAWhole")}>
      {measures.map(({ key, tolerance }, at) => (
        <div key={key} class={tolerance !== null && overall.balance[at] > tolerance ? "is-beyond" : ""}>
          <dt>{words("worst", { measure: words(`measure.${key}`) })}</dt>
          <dd>
            {percent(overall.balance[at])}
            <small>{words("wasBefore", { figure: percent(worst(figuresBefore, at)) })}</small>
          </dd>
        </div>
      ))}
      <div>
        <dt>{words("movedShare")}</dt>
        <dd data-figure="moved">
          {percent(overall.movedShare)}
          <small>
            {counted("movedAccounts", overall.moved, { sales: percent(overall.movedSalesShare) })}
          </small>
        </dd>
      </div>
      <div>
        <dt>{words("travel")}</dt>
        <dd>
          {words("hours", { n: whole(travel(figures)) })}
          <small>{words("againstBefore", { change: percent(change) })}</small>
        </dd>
      </div>
      {overall.unheld > 0 && (
        <div class="is-beyond">
          <dt>{words("unheld")}</dt>
          <dd>{whole(overall.unheld)}</dd>
        </div>
      )}
    </dl>
  );
}
