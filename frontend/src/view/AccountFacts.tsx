import { messages } from "../messages";
import { explain } from "../model/reason";
import { usePage } from "./context";
import { Arrow } from "./icons";
import { Dot } from "./parts";

/** Everything known about one account. */
export function AccountFacts({ unit }: { unit: number }) {
  const { plan, format } = usePage();
  const from = plan.before?.[unit] ?? null;
  const to = plan.territories[plan.after[unit]];
  const why = explain(plan, unit, format);
  const name = plan.names[unit];
  return (
    <>
      <strong>{name || plan.ids[unit]}</strong>
      {name !== "" && <div class="muted">{plan.ids[unit]}</div>}
      <div class="fromto">
        {from !== null && from !== plan.after[unit] && (
          <>
            <Dot territory={from < 0 ? null : plan.territories[from]} />
            {from < 0 ? messages.map.nobody : plan.territories[from].name} <Arrow />
          </>
        )}
        <Dot territory={to} />
        {to.name}
      </div>
      {why !== "" && <p class="why">{why}</p>}
      <dl class="facts">
        {plan.measures.map((measure, m) => (
          <div key={measure.name}>
            <dt>{measure.name}</dt>
            <dd>{format.quantity(plan.values[m][unit])}</dd>
          </div>
        ))}
        <div>
          <dt>{messages.moves.distance("")}</dt>
          <dd>{format.distance(plan.distance[unit])}</dd>
        </div>
        {plan.details.slice(0, 6).map((detail) => (
          <div key={detail.name}>
            <dt>{detail.name}</dt>
            <dd>{detail.of(unit) || "–"}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
