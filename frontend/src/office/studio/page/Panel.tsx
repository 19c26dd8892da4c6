import type { Warning } from "../core/warnings";
import type { Studio } from "../studio";
import { words } from "../words";
import type { Desk } from "./desk";
import { useStudio } from "./hooks";
import { Remarks } from "./Remarks";
import { TerritoryCard } from "./TerritoryCard";
import { TerritoryTable } from "./TerritoryTable";
import { Warnings } from "./Warnings";

export type Tab = "territories" | "warnings" | "remarks";

const TABS: readonly Tab[] = ["territories", "warnings", "remarks"];

interface Props {
  studio: Studio;
  desk: Desk;
  tab: Tab;
  setTab: (tab: Tab) => void;
  moveTo: (territory: number) => void;
  lockTerritory: (territory: number, locked: boolean) => void;
  zoomTo: (accounts: readonly number[]) => void;
  place: { longitude: number; latitude: number } | null;
  placeDone: () => void;
  showPlace: (longitude: number, latitude: number) => void;
}

/** Beside the map: the territories' figures, the warnings, the remarks. */
export function Panel(props: Props) {
  const { studio, desk, tab, setTab } = props;
  useStudio(studio);
  const counts: Record<Tab, number> = {
    territories: studio.territories.length,
    warnings: studio.warnings.length,
    remarks: studio.header.remarks.filter(({ settled }) => !settled).length,
  };
  const repair = (warning: Warning & { kind: "island" }): void => {
    studio.choose(warning.island.accounts);
    props.moveTo(warning.island.beside);
  };
  return (
    <section class="studio-panel" aria-label={words("figures")}>
      <div class="studio-tabs" role="tablist" aria-label={words("figures")}>
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`tab-${one}`}
            aria-selected={tab === one}
            aria-controls="studio-tab-panel"
            tabIndex={tab === one ? 0 : -1}
            onClick={() => {
              setTab(one);
            }}
            onKeyDown={(event) => {
              const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
              if (step === 0) return;
              const next = TABS[(TABS.indexOf(one) + step + TABS.length) % TABS.length];
              setTab(next);
              document.getElementById(`tab-${next}`)?.focus();
            }}
          >
            {words(one)}
            <span class="studio-count">{counts[one]}</span>
          </button>
        ))}
      </div>
      <div id="studio-tab-panel" class="studio-tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "territories" && <TerritoryTable studio={studio} moveTo={props.moveTo} />}
        {tab === "warnings" && <Warnings studio={studio} zoomTo={props.zoomTo} repair={repair} />}
        {tab === "remarks" && (
          <Remarks
            studio={studio}
            desk={desk}
            place={props.place}
            done={props.placeDone}
            showPlace={props.showPlace}
          />
        )}
      </div>
      <TerritoryCard studio={studio} lock={props.lockTerritory} zoomTo={props.zoomTo} />
    </section>
  );
}
