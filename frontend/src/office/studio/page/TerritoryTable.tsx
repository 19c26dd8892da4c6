import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { NOBODY } from "../core/accounts";
import type { Figures } from "../core/figures";
import type { Studio } from "../studio";
import { words } from "../words";
import { Bar } from "./Bar";
import { change, load, money, percent, tenth, whole } from "./format";
import { useStudio } from "./hooks";
import { Icon } from "./Icon";

interface Column {
  key: string;
  title: string;
  /** In full, for those who read the table by ear or hover it. */
  long: string;
  of: (figures: Figures) => number;
}

function columnsOf(studio: Studio): Column[] {
  return [
    ...studio.measures.map(({ key }, at) => ({
      key,
      title: words(`measure.${key}`),
      long: words("deviationOf", { measure: words(`measure.${key}`) }),
      of: (one: Figures) => one.deviations[at],
    })),
    {
      key: "n",
      title: words("columnAccounts"),
      long: words("columnAccounts"),
      of: (one) => one.accounts,
    },
    {
      key: "km",
      title: words("columnDistance"),
      long: words("columnDistanceLong"),
      of: (one) => one.distanceKm,
    },
    {
      key: "h",
      title: words("columnTravel"),
      long: `${words("columnTravelLong")}. ${words("estimated")}`,
      of: (one) => one.travelHours,
    },
    {
      key: "pay",
      title: words("columnPay"),
      long: words("columnPayLong"),
      of: (one) => one.pay ?? 0,
    },
    {
      key: "moved",
      title: words("columnMoved"),
      long: words("columnMovedLong"),
      of: (one) => one.gained + one.lost,
    },
  ];
}

/** Every territory with its figures as they are now, sorted as one likes; a click makes it stand out on the map. */
export function TerritoryTable({ studio, moveTo }: { studio: Studio; moveTo: (territory: number) => void }) {
  useStudio(studio);
  const [sort, setSort] = useState<{ key: string; down: boolean }>({ key: "name", down: false });
  // Rows that show what they showed are left alone: of hundreds a move changes few.
  const rows = useRef(new Map<number, { shown: string; row: VNode }>());
  const columns = columnsOf(studio);
  const sorted = order(studio, columns, sort);
  const head = ({ key, title, long }: Omit<Column, "of">) => (
    <th
      scope="col"
      role="columnheader"
      class={
        key === "name"
          ? ""
          : `num ${SPARE.includes(key) ? `is-spare is-${key}` : key === "moved" ? "is-moved" : "is-measure"}`
      }
      aria-sort={sort.key === key ? (sort.down ? "descending" : "ascending") : undefined}
    >
      <button
        type="button"
        title={long}
        onClick={() => {
          setSort({ key, down: sort.key === key ? !sort.down : key !== "name" });
        }}
      >
        {title}
        {sort.key === key && <Icon name={sort.down ? "arrow-down" : "arrow-up"} />}
      </button>
    </th>
  );
  const { lit, selection } = studio;
  const moving = selection.size > 0 && studio.header.plan.open;
  return (
    <div
      class={`studio-table ${moving ? "is-moving" : ""}`}
      tabIndex={0}
      role="region"
      aria-label={words("territories")}
    >
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            {head({ key: "name", title: words("territory"), long: words("territory") })}
            {columns.map(head)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {sorted.map((at) => {
            const shown = `${signature(studio, at)},${lit === at}`;
            const kept = rows.current.get(at);
            if (kept?.shown === shown) return kept.row;
            const row = (
              <TerritoryRow
                key={studio.territories[at].id}
                studio={studio}
                at={at}
                lit={lit === at}
                moveTo={moveTo}
              />
            );
            rows.current.set(at, { shown, row });
            return row;
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The columns after the measures that a narrow panel leaves out. */
const SPARE: readonly string[] = ["n", "km", "h", "pay"];

interface RowProps {
  studio: Studio;
  at: number;
  lit: boolean;
  moveTo: (territory: number) => void;
}

function TerritoryRow({ studio, at, lit, moveTo }: RowProps) {
  const { territories, figures, figuresBefore, measures, colors } = studio;
  const territory = territories[at];
  const one = figures[at];
  return (
    <tr role="row" class={lit ? "is-lit" : ""}>
      <th scope="row" role="rowheader">
        <span class="territory-head">
          <button
            type="button"
            class="territory-name"
            aria-pressed={lit}
            onClick={() => {
              studio.light(lit ? NOBODY : at);
            }}
          >
            <i class="swatch" data-color={colors[at]} data-kind={territory.kind} />
            <span class="min-w-0">
              <span class="row-main">{territory.name}</span>
              <span class="row-sub">{territory.person || words("vacant")}</span>
            </span>
            {territory.locked && <Icon name="lock" />}
          </button>
          <button
            type="button"
            class="btn btn-quiet btn-xs btn-square territory-take"
            aria-label={words("moveHere", { territory: territory.name })}
            title={words("moveHere", { territory: territory.name })}
            disabled={territory.locked}
            onClick={() => {
              moveTo(at);
            }}
          >
            <Icon name="move-right" />
          </button>
        </span>
      </th>
      {measures.map(({ key, tolerance }, measure) => (
        <td key={key} role="cell" class="num is-measure">
          <Bar
            deviation={one.deviations[measure]}
            tolerance={tolerance}
            label={load(key, one.loads[measure])}
          />
        </td>
      ))}
      <td role="cell" class="num is-spare is-n">
        {whole(one.accounts)}
      </td>
      <td role="cell" class="num is-spare is-km">
        {tenth(one.distanceKm)}
      </td>
      <td
        role="cell"
        class="num is-spare is-h"
        title={
          one.utilization === null ? undefined : words("utilization", { share: percent(one.utilization) })
        }
      >
        {whole(one.travelHours)}
      </td>
      <td
        role="cell"
        class="num is-spare is-pay"
        title={words("wasBefore", { figure: money(figuresBefore[at].pay ?? 0) })}
      >
        {one.pay === null ? "–" : money(one.pay)}
      </td>
      <td role="cell" class="num is-moved">
        {one.gained + one.lost === 0 ? (
          <span class="text-muted">–</span>
        ) : (
          <span class="moved-figures">
            <span>{change(one.gained)}</span> <span>{change(-one.lost)}</span>
          </span>
        )}
      </td>
    </tr>
  );
}

/** What a row shows, in short. */
function signature({ figures, territories }: Studio, at: number): string {
  const one = figures[at];
  return [
    ...one.deviations.map((deviation) => Math.round(deviation * 1000)),
    ...one.loads.map(Math.round),
    one.accounts,
    Math.round(one.distanceKm * 10),
    Math.round(one.travelHours),
    Math.round(one.pay ?? -1),
    one.gained,
    one.lost,
    territories[at].locked,
  ].join();
}

function order(
  studio: Studio,
  columns: readonly Column[],
  { key, down }: { key: string; down: boolean },
): number[] {
  const { territories, figures } = studio;
  const all = [...territories.keys()];
  const column = columns.find((one) => one.key === key);
  const sign = down ? -1 : 1;
  if (!column) return all.sort((a, b) => sign * territories[a].name.localeCompare(territories[b].name));
  return all.sort((a, b) => sign * (column.of(figures[a]) - column.of(figures[b])) || a - b);
}
