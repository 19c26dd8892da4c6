import { messages } from "../messages";
import { AccountFacts } from "./AccountFacts";
import { usePage } from "./context";
import { Cross } from "./icons";
import { Deviation, Dot } from "./parts";

/** Beside the map: the territories to choose from, or what is known about the chosen one. */
export function SidePanel({ onPick }: { onPick: (territory: number | null) => void }) {
  const { state, update } = usePage();
  return (
    <aside class="panel" aria-label={messages.map.panel}>
      {state.account !== null && (
        <div class="panel-account">
          <button
            type="button"
            class="icon close"
            aria-label={messages.controls.close}
            onClick={() => {
              update({ account: null });
            }}
          >
            <Cross />
          </button>
          <AccountFacts unit={state.account} />
        </div>
      )}
      {state.selected === null ? (
        <TerritoryList onPick={onPick} />
      ) : (
        <Chosen index={state.selected} onPick={onPick} />
      )}
    </aside>
  );
}

function TerritoryList({ onPick }: { onPick: (territory: number) => void }) {
  const { plan, format } = usePage();
  return (
    <>
      <p class="panel-caption">{messages.map.caption(plan.before !== null)}</p>
      <ul class="panel-list" tabIndex={0} aria-label={messages.map.allTerritories}>
        {plan.territories.map((territory, index) => {
          const side = territory.after;
          let worstMeasure = 0;
          side?.deviations.forEach((deviation, m) => {
            const excess = (at: number, value: number | null) =>
              Math.abs(value ?? 0) / plan.measures[at].tolerance;
            if (excess(m, deviation) > excess(worstMeasure, side.deviations[worstMeasure])) worstMeasure = m;
          });
          return (
            <li key={index}>
              <button
                type="button"
                onClick={() => {
                  onPick(index);
                }}
              >
                <Dot territory={territory} />
                <span class="panel-name">
                  {territory.name}
                  {territory.person !== territory.name && (
                    <small>
                      {side === null
                        ? messages.map.closed
                        : territory.person === ""
                          ? messages.map.noPerson(plan.territories)
                          : territory.person}
                    </small>
                  )}
                </span>
                {side !== null && (
                  <span title={plan.measures[worstMeasure].name}>
                    <Deviation
                      ratio={side.deviations[worstMeasure]}
                      tolerance={plan.measures[worstMeasure].tolerance}
                      text={format.signed(side.deviations[worstMeasure]!)}
                    />
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Chosen({ index, onPick }: { index: number; onPick: (territory: null) => void }) {
  const { plan, format, update } = usePage();
  const territory = plan.territories[index];
  const { site } = territory;
  const { after, before } = territory;
  const texts = messages.territories;
  return (
    <div class="chosen">
      <div class="chosen-head">
        <Dot territory={territory} />
        <h3>{territory.name}</h3>
        <button
          type="button"
          class="icon close"
          aria-label={messages.map.clear}
          onClick={() => {
            onPick(null);
          }}
        >
          <Cross />
        </button>
      </div>
      <p class="muted">
        {after === null
          ? messages.map.closed
          : territory.person === ""
            ? messages.map.noPerson(plan.territories)
            : territory.person}
        {plan.before !== null && before === null && ` · ${messages.map.isNew}`}
      </p>
      <table class="mini">
        <thead>
          <tr>
            <td />
            {plan.before !== null && <th scope="col">{messages.map.views.before}</th>}
            <th scope="col">{messages.map.views.after}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{texts.accounts}</th>
            {plan.before !== null && <td>{before === null ? "–" : format.whole(before.units)}</td>}
            <td>{after === null ? "–" : format.whole(after.units)}</td>
          </tr>
          {plan.measures.map((measure, m) => (
            <tr key={measure.name}>
              <th scope="row">{measure.name}</th>
              {[before, after].slice(plan.before === null ? 1 : 0).map((side, position) => (
                <td key={position}>
                  {side === null ? "–" : format.quantity(side.loads[m])}
                  {side === after && side !== null && territory.room?.[m] != null && (
                    <div class="muted">{texts.room(format.quantity(territory.room[m]))}</div>
                  )}
                  {side !== null && (
                    <div>
                      <Deviation
                        ratio={side.deviations[m] ?? null}
                        tolerance={measure.tolerance}
                        text={format.signed(side.deviations[m] ?? 0)}
                      />
                    </div>
                  )}
                </td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">{texts.distance("")}</th>
            {plan.before !== null && <td>{format.distance(before?.distance ?? null)}</td>}
            <td>{format.distance(after?.distance ?? null)}</td>
          </tr>
          {site !== null && (
            <tr>
              <th scope="row">{texts.centeredAt}</th>
              <td colSpan={2}>
                <button
                  type="button"
                  class="link"
                  onClick={() => {
                    update({ account: site });
                  }}
                >
                  {plan.names[site] || plan.ids[site]}
                </button>
              </td>
            </tr>
          )}
          {plan.before !== null && (
            <tr>
              <th scope="row">{texts.change}</th>
              <td colSpan={2}>
                +{format.whole(plan.arrived[index])} / −{format.whole(plan.left[index])}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
