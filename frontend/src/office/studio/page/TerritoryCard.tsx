import { useEffect, useRef } from "preact/hooks";
import { NOBODY } from "../core/accounts";
import type { Studio } from "../studio";
import { words } from "../words";
import { load, money, percent, signed, tenth, whole } from "./format";
import { useStudio } from "./hooks";
import { Icon } from "./Icon";

interface Props {
  studio: Studio;
  lock: (territory: number, locked: boolean) => void;
  zoomTo: (accounts: readonly number[]) => void;
}

/** The territory that stands out: all of its figures, and what is done with it as a whole. */
export function TerritoryCard({ studio, lock, zoomTo }: Props) {
  useStudio(studio);
  const card = useRef<HTMLElement>(null);
  const at = studio.lit;
  useEffect(() => {
    card.current?.scrollIntoView({ block: "nearest" });
  }, [at]);
  if (at === NOBODY) return null;
  const { territories, measures, figures, figuresBefore, colors, header } = studio;
  const territory = territories[at];
  const one = figures[at];
  const before = figuresBefore[at];
  const facts: [string, string, string][] = [
    ...measures.map(({ key }, measure): [string, string, string] => [
      words(`measure.${key}`),
      load(key, one.loads[measure]),
      signed(one.deviations[measure]),
    ]),
    [words("columnAccounts"), whole(one.accounts), was(one.accounts, before.accounts, whole)],
    [words("distance"), `${tenth(one.distanceKm)} km`, was(one.distanceKm, before.distanceKm, tenth)],
    [words("travel"), words("hours", { n: whole(one.travelHours) }), inUse(one.utilization)],
  ];
  if (one.pay !== null)
    facts.push([words("measure.pay"), money(one.pay), was(one.pay, before.pay ?? 0, money)]);
  return (
    <section ref={card} class="studio-territory" aria-label={territory.name}>
      <div class="studio-territory-head">
        <i class="swatch" data-color={colors[at]} data-kind={territory.kind} />
        <strong class="min-w-0 grow">
          {territory.name}
          <span class="row-sub">{territory.person || words("vacant")}</span>
        </strong>
        <button
          type="button"
          class="btn btn-ghost btn-sm btn-square"
          aria-label={words("close")}
          onClick={() => {
            studio.light(NOBODY);
          }}
        >
          <Icon name="x" />
        </button>
      </div>
      <dl>
        {facts.map(([name, value, more]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value} <small>{more}</small>
            </dd>
          </div>
        ))}
      </dl>
      {one.gained + one.lost > 0 && <p class="row-sub">{words("estimated")}</p>}
      {territory.locked && <p class="row-sub">{words("territoryLocked")}</p>}
      <div class="studio-list-deeds">
        <button
          type="button"
          class="btn btn-quiet btn-sm"
          onClick={() => {
            studio.choose(studio.accountsOf(at));
          }}
        >
          {words("chooseTerritory")}
        </button>
        <button
          type="button"
          class="btn btn-quiet btn-sm"
          onClick={() => {
            zoomTo(studio.accountsOf(at));
          }}
        >
          {words("show")}
        </button>
        {header.plan.open && (
          <button
            type="button"
            class="btn btn-quiet btn-sm"
            data-key="T"
            title={`${words(territory.locked ? "unlockTerritory" : "lockTerritory")} (Shift T)`}
            onClick={() => {
              lock(at, !territory.locked);
            }}
          >
            <Icon name={territory.locked ? "lock-open" : "lock"} />
            {words(territory.locked ? "unlockTerritory" : "lockTerritory")}
          </button>
        )}
      </div>
    </section>
  );
}

function inUse(share: number | null): string {
  return share === null ? "" : words("ofCapacity", { share: percent(share) });
}

/** What a figure was before, if it was something else. */
function was(now: number, before: number, told: (value: number) => string): string {
  return told(now) === told(before) ? "" : words("wasBefore", { figure: told(before) });
}
