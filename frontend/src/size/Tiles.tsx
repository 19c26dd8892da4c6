import type { ComponentChildren } from "preact";
import { messages } from "./messages";
import type { Shared } from "./shared";

/** The figures of the size chosen, beside what does not depend on it. */
export function Tiles({ size, format, chosen, answer }: Shared & { answer: number }) {
  const { columns, flat, byWorkload, byProfit } = size;
  const at = columns.people.indexOf(chosen);
  const texts = messages.tiles;
  const travel = columns.travel_hours[at] / chosen;
  const note = chosen !== answer ? texts.chosen : byProfit === null ? texts.enough : texts.best;
  return (
    <dl class="tiles">
      <Tile label={texts.people} note={note}>
        {format.whole(chosen)}
      </Tile>
      {columns.profit && columns.sales && (
        <Tile label={texts.profit} note={texts.sales(format.short(columns.sales[at]))}>
          {format.short(columns.profit[at])}
        </Tile>
      )}
      {flat && (
        <Tile label={texts.flat} note={texts.flatNote}>
          {flat[0] === flat[1] ? flat[0] : `${flat[0]}–${flat[1]}`}
        </Tile>
      )}
      <Tile
        label={texts.utilization}
        note={
          <span class={columns.utilization[at] > 1 ? "bad" : undefined}>
            {texts.utilizationNote(format.whole(size.hours))}
          </span>
        }
      >
        {format.percent(columns.utilization[at])}
      </Tile>
      <Tile
        label={texts.travel}
        note={texts.travelNote(format.percent(travel / columns.workload_hours_each[at]))}
      >
        {format.whole(travel)} <small>h</small>
      </Tile>
      {byProfit !== null && (
        <Tile label={texts.workload} note={byWorkload === null ? texts.beyond : texts.workloadNote}>
          {byWorkload ?? texts.none}
        </Tile>
      )}
    </dl>
  );
}

function Tile({
  label,
  note,
  children,
}: {
  label: string;
  note: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd>
        <span class="figure">
          <span class="now">{children}</span>
        </span>
        <span class="note">{note}</span>
      </dd>
    </div>
  );
}
