import { useMemo, useState } from "preact/hooks";
import { reach } from "../geometry/scale";
import { messages } from "../messages";
import { usePage } from "./context";
import { Dot } from "./parts";

type Order = "name" | "after" | "before" | "size";

/** For each measure, how far each territory is from its share, before and after, against the tolerance. */
export function BalanceSection() {
  const { plan } = usePage();
  const [order, setOrder] = useState<Order>("after");
  const texts = messages.balance;
  const orders = (Object.keys(texts.sorts) as Order[]).filter(
    (key) => key !== "before" || plan.before !== null,
  );
  return (
    <section class="section" id="balance" aria-labelledby="balance-title">
      <div class="section-head">
        <div>
          <h2 id="balance-title">{texts.title}</h2>
          <p class="lead">{texts.lead}</p>
        </div>
        <label class="field">
          <span>{texts.sort}</span>
          <select
            value={order}
            onChange={(event) => {
              setOrder(event.currentTarget.value as Order);
            }}
          >
            {orders.map((key) => (
              <option key={key} value={key}>
                {texts.sorts[key]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="charts">
        {plan.measures.map((measure, m) => (
          <Chart key={measure.name} measure={m} order={order} />
        ))}
      </div>
    </section>
  );
}

function Chart({ measure, order }: { measure: number; order: Order }) {
  const { plan, format, state, update } = usePage();
  const { name, tolerance } = plan.measures[measure];
  const bounded = Number.isFinite(tolerance);
  const texts = messages.balance;
  const rows = useMemo(() => sorted(), [plan, measure, order]); // eslint-disable-line react-hooks/exhaustive-deps
  function sorted(): number[] {
    const { compare } = new Intl.Collator(undefined, { numeric: true });
    const territories = plan.territories.slice(0, plan.k);
    const value = (index: number): number => {
      const { after, before } = territories[index];
      if (order === "size") return after!.loads[measure];
      if (order === "before") return before?.deviations[measure] ?? -1;
      return after!.deviations[measure]!;
    };
    const found = territories.map((_, index) => index);
    if (order === "name") return found.sort((a, b) => compare(territories[a].name, territories[b].name));
    return found.sort((a, b) => value(b) - value(a));
  }
  const most = useMemo(() => {
    const numbers = (side: "before" | "after") =>
      plan.territories.map((territory) => territory[side]?.deviations[measure] ?? 0);
    return reach(numbers("after"), numbers("before"), tolerance);
  }, [plan, measure, tolerance]);
  const at = (ratio: number) => 50 + 50 * Math.max(-1, Math.min(1, ratio / most));
  const ticks = [-most, -most / 2, 0, most / 2, most];
  return (
    <figure class="card chart">
      <figcaption>
        <strong>{name}</strong>
        <span class="legend">
          {bounded ? (
            <>
              <span class="key band-key" /> {texts.band(format.tolerance(tolerance))}
            </>
          ) : (
            texts.unbalanced
          )}
          {plan.before !== null && (
            <>
              <span class="key was-key" /> {texts.before}
            </>
          )}
          <span class="key now-key" /> {texts.after}
        </span>
      </figcaption>
      <div class="axis" aria-hidden="true">
        <span />
        <span class="ticks">
          {ticks.map((tick) => (
            <span key={tick} style={{ left: `${at(tick)}%` }}>
              {format.tolerance(tick)}
            </span>
          ))}
        </span>
        <span />
      </div>
      <ol class="bars" tabIndex={0} aria-label={name}>
        {rows.map((index) => {
          const territory = plan.territories[index];
          const after = territory.after!.deviations[measure]!;
          const before = territory.before?.deviations[measure] ?? null;
          const loud = Math.abs(after) > tolerance + 1e-9;
          return (
            <li
              key={index}
              class={state.selected === index ? "bar-row chosen-row" : "bar-row"}
              onClick={() => {
                update((old) => ({ selected: old.selected === index ? null : index }));
              }}
            >
              <span class="bar-name">
                <Dot territory={territory} />
                <span>{territory.name}</span>
              </span>
              <span class="bar-track" aria-hidden="true">
                {bounded && (
                  <span
                    class="band"
                    style={{ left: `${at(-tolerance)}%`, right: `${100 - at(tolerance)}%` }}
                  />
                )}
                <span class="zero" />
                {before !== null && (
                  <Bar kind="was" from={50} to={at(before)} beyond={Math.abs(before) > most} />
                )}
                <Bar
                  kind={loud ? "now loud" : "now"}
                  from={50}
                  to={at(after)}
                  beyond={Math.abs(after) > most}
                />
              </span>
              <span class="bar-values">
                <span class={loud ? "bad" : undefined}>{format.signed(after)}</span>
                {before !== null && (
                  <span class="muted">
                    <span class="visually-hidden">{texts.before} </span>
                    {format.signed(before)}
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}

function Bar({ kind, from, to, beyond }: { kind: string; from: number; to: number; beyond: boolean }) {
  const side = to < from ? "left-end" : "right-end";
  return (
    <span
      class={`bar ${kind} ${side}${beyond ? " beyond" : ""}`}
      style={{ left: `${Math.min(from, to)}%`, width: `${Math.abs(to - from)}%` }}
    />
  );
}
