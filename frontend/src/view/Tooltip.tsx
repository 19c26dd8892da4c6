import type { Pointed } from "../map/MapCanvas";
import { AccountFacts } from "./AccountFacts";
import { usePage } from "./context";
import { Deviation, Dot } from "./parts";

/** What lies under the pointer: an account, or the territory. */
export function Tooltip({ pointed }: { pointed: Pointed }) {
  const { plan, format, state } = usePage();
  const { account, territory, x, y } = pointed;
  if (account === null && territory === null) return null;
  const flip = x > 420 ? "tooltip flip" : "tooltip";
  const style = { left: `${x}px`, top: `${y}px` };
  if (account !== null) {
    return (
      <div class={flip} style={style} aria-hidden="true">
        <AccountFacts unit={account} />
      </div>
    );
  }
  const found = plan.territories[territory!];
  const side = found[state.view === "before" ? "before" : "after"] ?? found.before!;
  return (
    <div class={flip} style={style} aria-hidden="true">
      <strong>
        <Dot territory={found} /> {found.name}
      </strong>
      {found.person !== "" && <div class="muted">{found.person}</div>}
      <dl class="facts">
        {plan.measures.map((measure, m) => (
          <div key={measure.name}>
            <dt>{measure.name}</dt>
            <dd>
              {format.quantity(side.loads[m])}{" "}
              <Deviation
                ratio={side.deviations[m] ?? null}
                tolerance={measure.tolerance}
                text={format.signed(side.deviations[m] ?? 0)}
              />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
