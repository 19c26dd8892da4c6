import { useMemo, useState } from "preact/hooks";
import { messages } from "../messages";
import { orderTerritories, type TerritoryColumn, type TerritoryOrder } from "../model/order-territories";
import { usePage } from "./context";
import { Search } from "./icons";
import { Deviation, Dot, SortHead } from "./parts";

const FIRST = 60;

export function TerritoriesSection() {
  const { plan, format, state, update } = usePage();
  const [search, setSearch] = useState("");
  const [order, setOrder] = useState<TerritoryOrder>({ column: "name", descending: false });
  const [all, setAll] = useState(false);
  const changes = useMemo(() => plan.arrived.map((count, index) => count + plan.left[index]), [plan]);
  const found = useMemo(
    () => orderTerritories(plan.territories, changes, search, order),
    [plan, changes, search, order],
  );
  const shown = all ? found : found.slice(0, FIRST);
  const texts = messages.territories;
  const past = plan.before !== null;
  const travels = plan.territories.some(({ after }) => typeof after?.travel === "number");
  const head = (label: string, column: TerritoryColumn, numeric = true) => (
    <SortHead
      label={label}
      numeric={numeric}
      active={JSON.stringify(order.column) === JSON.stringify(column)}
      descending={order.descending}
      onSort={() => {
        const same = JSON.stringify(order.column) === JSON.stringify(column);
        setOrder({ column, descending: same ? !order.descending : numeric });
      }}
    />
  );
  return (
    <section class="section" id="territories" aria-labelledby="territories-title">
      <div class="section-head">
        <h2 id="territories-title">
          {texts.title} <span class="count">{format.whole(plan.territories.length)}</span>
        </h2>
        <label class="search">
          <Search />
          <input
            type="search"
            placeholder={texts.filter}
            aria-label={texts.filter}
            value={search}
            onInput={(event) => {
              setSearch(event.currentTarget.value);
            }}
          />
        </label>
      </div>
      <div class="card table-wrap" tabIndex={0} role="region" aria-label={texts.table}>
        <table class="table territories-table">
          <thead>
            <tr>
              {head(texts.name, "name", false)}
              {head(texts.person, "person", false)}
              {head(texts.accounts, "accounts")}
              {past && head(texts.change, "change")}
              {plan.measures.map((measure, m) => [
                head(measure.name, { measure: m, of: "load" }),
                head(texts.deviation, { measure: m, of: "deviation" }),
                past && head(texts.was, { measure: m, of: "was" }),
              ])}
              {head(texts.distance(format.lengthUnit), "distance")}
              {travels && head(texts.travel, "travel")}
            </tr>
          </thead>
          <tbody>
            {shown.map((index) => {
              const territory = plan.territories[index];
              const { after, before } = territory;
              return (
                <tr
                  key={index}
                  class={state.selected === index ? "chosen-row" : undefined}
                  onClick={() => {
                    update((old) => ({ selected: old.selected === index ? null : index }));
                  }}
                >
                  <th scope="row">
                    <Dot territory={territory} />
                    {territory.name}
                    {after === null && <span class="tag">{messages.map.closed}</span>}
                    {past && before === null && <span class="tag">{messages.map.isNew}</span>}
                  </th>
                  <td>
                    {territory.person || (
                      <span class="muted">
                        {after === null ? "–" : messages.map.noPerson(plan.territories)}
                      </span>
                    )}
                  </td>
                  <td class="number">{after === null ? "–" : format.whole(after.units)}</td>
                  {past && (
                    <td class="number muted">
                      +{format.whole(plan.arrived[index])} −{format.whole(plan.left[index])}
                    </td>
                  )}
                  {plan.measures.map((measure, m) => [
                    <td key={`${m}-load`} class="number">
                      {after === null ? "–" : format.quantity(after.loads[m])}
                    </td>,
                    <td key={`${m}-deviation`} class="number">
                      <Deviation
                        ratio={after?.deviations[m] ?? null}
                        tolerance={measure.tolerance}
                        text={format.signed(after?.deviations[m] ?? 0)}
                      />
                    </td>,
                    past && (
                      <td key={`${m}-was`} class="number muted">
                        {typeof before?.deviations[m] === "number"
                          ? format.signed(before.deviations[m])
                          : "–"}
                      </td>
                    ),
                  ])}
                  <td class="number">{format.length(after?.distance ?? null)}</td>
                  {travels && (
                    <td class="number">
                      {typeof after?.travel === "number" ? format.whole(after.travel) : "–"}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
        {found.length === 0 && <p class="empty">{texts.none}</p>}
      </div>
      {found.length > shown.length && (
        <button
          type="button"
          class="button more"
          onClick={() => {
            setAll(true);
          }}
        >
          {texts.more(format.whole(found.length))}
        </button>
      )}
    </section>
  );
}
