import { useEffect, useMemo, useState } from "preact/hooks";
import { messages } from "../messages";
import { csv } from "../model/csv";
import { selectMoves, type MoveColumn, type MoveOrder } from "../model/moves";
import type { Plan } from "../model/plan";
import { explain } from "../model/reason";
import { usePage } from "./context";
import { download } from "./download";
import { Arrow, Back, Cross, Download, Forward, Search } from "./icons";
import { Dot, SortHead } from "./parts";
import { SEARCH_ID } from "./use-shortcuts";

const PAGE = 50;

export function MovesSection() {
  const { plan, format } = usePage();
  const texts = messages.moves;
  return (
    <section class="section" id="moves" aria-labelledby="moves-title">
      <div class="section-head">
        <div>
          <h2 id="moves-title">
            {texts.title}{" "}
            {plan.before !== null && <span class="count">{format.whole(plan.changed.length)}</span>}
          </h2>
          {plan.changed.length > 0 && <p class="lead">{texts.lead}</p>}
        </div>
      </div>
      {plan.before === null ? (
        <p class="card empty">{texts.scratch}</p>
      ) : plan.changed.length === 0 ? (
        <p class="card empty">{texts.nothing}</p>
      ) : (
        <Moves />
      )}
    </section>
  );
}

function Moves() {
  const { plan, format, state, update } = usePage();
  const texts = messages.moves;
  const [search, setSearch] = useState("");
  const [from, setFrom] = useState<number | null>(null);
  const [to, setTo] = useState<number | null>(null);
  const [order, setOrder] = useState<MoveOrder | null>(null);
  const [page, setPage] = useState(0);
  const touching = state.selected;
  const found = useMemo(
    () => selectMoves(plan, { search, from, to, touching }, order),
    [plan, search, from, to, touching, order],
  );
  useEffect(() => {
    setPage(0);
  }, [found]);
  const start = Math.min(page * PAGE, Math.max(0, found.length - 1));
  const shown = [...found.subarray(start, start + PAGE)];
  const head = (label: string, column: MoveColumn, numeric = false) => {
    const same = JSON.stringify(order?.column) === JSON.stringify(column);
    return (
      <SortHead
        label={label}
        numeric={numeric}
        active={same}
        descending={order?.descending ?? false}
        onSort={() => {
          setOrder({ column, descending: same ? !order!.descending : numeric });
        }}
      />
    );
  };
  const filtered = search !== "" || from !== null || to !== null || touching !== null;
  return (
    <>
      <div class="filters">
        <label class="search">
          <Search />
          <input
            id={SEARCH_ID}
            type="search"
            placeholder={texts.search}
            aria-label={texts.search}
            aria-keyshortcuts="/"
            value={search}
            onInput={(event) => {
              setSearch(event.currentTarget.value);
            }}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
        <Chooser label={texts.from} value={from} side="before" onChange={setFrom} />
        <Chooser label={texts.to} value={to} side="after" onChange={setTo} />
        {touching !== null && (
          <button
            type="button"
            class="chip"
            onClick={() => {
              update({ selected: null });
            }}
          >
            <Dot territory={plan.territories[touching]} />
            {plan.territories[touching].name}
            <Cross />
          </button>
        )}
        {filtered && (
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              setSearch("");
              setFrom(null);
              setTo(null);
              update({ selected: null });
            }}
          >
            {texts.reset}
          </button>
        )}
        <span class="moves-count" role="status">
          {texts.count(format.whole(found.length), format.whole(plan.changed.length))}
        </span>
        <button
          type="button"
          class="button"
          disabled={found.length === 0}
          onClick={() => {
            download(
              "moves.csv",
              movesCsv(plan, found, (unit) => explain(plan, unit, format), format.lengthUnit),
            );
          }}
        >
          <Download />
          {texts.export}
        </button>
      </div>
      <div class="card table-wrap" tabIndex={0} role="region" aria-label={texts.table}>
        <table class="table moves-table">
          <thead>
            <tr>
              {head(texts.account, "account")}
              {head(texts.from, "from")}
              {head(texts.to, "to")}
              <th scope="col">{texts.why}</th>
              {head(texts.distance(format.lengthUnit), "distance", true)}
              {plan.measures.map((measure, m) => head(measure.name, { measure: m }, true))}
            </tr>
          </thead>
          <tbody>
            {shown.map((unit) => (
              <Move key={unit} unit={unit} />
            ))}
          </tbody>
        </table>
        {found.length === 0 && <p class="empty">{texts.none}</p>}
      </div>
      {found.length > PAGE && (
        <div class="pager">
          <span class="muted">
            {texts.page(format.whole(start + 1), format.whole(Math.min(start + PAGE, found.length)))} /{" "}
            {format.whole(found.length)}
          </span>
          <button
            type="button"
            class="icon"
            aria-label={texts.previous}
            disabled={start === 0}
            onClick={() => {
              setPage(page - 1);
            }}
          >
            <Back />
          </button>
          <button
            type="button"
            class="icon"
            aria-label={texts.next}
            disabled={start + PAGE >= found.length}
            onClick={() => {
              setPage(page + 1);
            }}
          >
            <Forward />
          </button>
        </div>
      )}
    </>
  );
}

function Move({ unit }: { unit: number }) {
  const { plan, format, state, update } = usePage();
  const from = plan.before![unit];
  const source = from < 0 ? null : plan.territories[from];
  const target = plan.territories[plan.after[unit]];
  const name = plan.names[unit];
  const before = plan.distanceBefore?.[unit] ?? NaN;
  return (
    <tr
      class={state.account === unit ? "chosen-row" : undefined}
      onClick={() => {
        update((old) => ({ account: old.account === unit ? null : unit }));
      }}
    >
      <th scope="row">
        {name || plan.ids[unit]}
        {name !== "" && <small>{plan.ids[unit]}</small>}
      </th>
      <td>
        <span class="place">
          <Dot territory={source} />
          {source?.name ?? <span class="muted">{messages.moves.nobody}</span>}
        </span>
      </td>
      <td>
        <span class="place">
          <Dot territory={target} />
          {target.name}
        </span>
      </td>
      <td class="why-cell">{explain(plan, unit, format)}</td>
      <td class="number" data-label={messages.moves.distance(format.lengthUnit)}>
        {!Number.isNaN(before) && (
          <span class="muted was">
            {format.length(before)} <Arrow />
          </span>
        )}{" "}
        {format.length(plan.distance[unit])}
      </td>
      {plan.values.map((values, m) => (
        <td key={m} class="number" data-label={plan.measures[m].name}>
          {format.quantity(values[unit])}
        </td>
      ))}
    </tr>
  );
}

interface ChooserProps {
  label: string;
  value: number | null;
  side: "before" | "after";
  onChange: (value: number | null) => void;
}

function Chooser({ label, value, side, onChange }: ChooserProps) {
  const { plan } = usePage();
  return (
    <label class="field">
      <span aria-hidden="true">{label}</span>
      <select
        aria-label={label}
        value={value === null ? "" : String(value)}
        onChange={(event) => {
          const text = event.currentTarget.value;
          onChange(text === "" ? null : Number(text));
        }}
      >
        <option value="">{messages.moves.anywhere}</option>
        {side === "before" && plan.overall.new > 0 && <option value="-1">{messages.moves.nobody}</option>}
        {plan.territories.map(
          (territory, index) =>
            territory[side] !== null && (
              <option key={index} value={String(index)}>
                {territory.name}
              </option>
            ),
        )}
      </select>
    </label>
  );
}

function movesCsv(plan: Plan, units: Uint32Array, why: (unit: number) => string, lengthUnit: string): string {
  const { columns } = messages.moves;
  const distance = lengthUnit === "" ? columns.distance : `${columns.distance}_km`;
  const header = [columns.unit, columns.name, columns.from, columns.to, columns.why, distance];
  const rows = Array.from(units, (unit) => {
    const from = plan.before![unit];
    return [
      plan.ids[unit],
      plan.names[unit],
      from < 0 ? "" : plan.territories[from].name,
      plan.territories[plan.after[unit]].name,
      why(unit),
      Number(plan.distance[unit].toFixed(3)),
      ...plan.values.map((values) => Number(values[unit].toPrecision(7))),
    ];
  });
  return csv([[...header, ...plan.measures.map((measure) => measure.name)], ...rows]);
}
