import { NOBODY } from "../core/accounts";
import type { Warning } from "../core/warnings";
import type { Studio } from "../studio";
import { counted, words } from "../words";
import { load, percent } from "./format";
import { useStudio } from "./hooks";
import { Icon } from "./Icon";

interface Props {
  studio: Studio;
  zoomTo: (accounts: readonly number[]) => void;
  repair: (warning: Warning & { kind: "island" }) => void;
}

const MOST_SHOWN = 200;

/** What should be looked at, each with its figures and what one can do about it. */
export function Warnings({ studio, zoomTo, repair }: Props) {
  useStudio(studio);
  const { warnings } = studio;
  if (warnings.length === 0)
    return (
      <>
        <div class="studio-empty">
          <Icon name="circle-check" />
          <strong>{words("noWarnings")}</strong>
          <span>{words("noWarningsNote")}</span>
        </div>
        <Others />
      </>
    );
  return (
    <>
      <Others />
      <ul class="studio-list">
        {warnings.slice(0, MOST_SHOWN).map((warning, at) => (
          <li key={`${warning.kind} ${warning.territory} ${at}`}>
            <Icon name={warning.kind === "island" ? "unplug" : "triangle-alert"} />
            <div class="min-w-0 grow">
              <strong>{title(studio, warning)}</strong>
              <span class="row-sub">{detail(studio, warning)}</span>
            </div>
            <span class="studio-list-deeds">
              <button
                type="button"
                class="btn btn-quiet btn-sm"
                onClick={() => {
                  look(studio, warning, zoomTo);
                }}
              >
                {words("show")}
              </button>
              {warning.kind === "island" && canRepair(studio, warning) && (
                <button
                  type="button"
                  class="btn btn-primary btn-sm"
                  onClick={() => {
                    repair(warning);
                  }}
                >
                  {words("repair")}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The plan's page warns of other things and counts them apart: it says so, and leads there. */
function Others() {
  return (
    <p class="row-sub whitespace-normal border-b border-line px-4 py-2">
      {words("warningsHere")}{" "}
      <a class="link" href="../#plan-warnings">
        {words("warningsThere")}
      </a>
    </p>
  );
}

/** Its accounts can go to the neighbor: the plan is open, and neither territory is locked. */
function canRepair({ header, territories }: Studio, { island }: Warning & { kind: "island" }): boolean {
  const { territory, beside } = island;
  return (
    header.plan.open && beside !== NOBODY && !territories[territory].locked && !territories[beside].locked
  );
}

function look(studio: Studio, warning: Warning, zoomTo: (accounts: readonly number[]) => void): void {
  const accounts = warning.kind === "island" ? warning.island.accounts : studio.accountsOf(warning.territory);
  zoomTo(accounts);
  if (warning.kind === "island" || warning.kind === "unheld") studio.choose(accounts);
  studio.light(warning.territory);
}

function title(studio: Studio, warning: Warning): string {
  const territory = warning.territory === NOBODY ? "" : studio.territories[warning.territory].name;
  switch (warning.kind) {
    case "unheld":
      return counted("warnUnheld", warning.accounts);
    case "island":
      return counted("warnIsland", warning.island.accounts.length, { territory });
    default:
      return words(`warn.${warning.kind}`, { territory });
  }
}

function detail(studio: Studio, warning: Warning): string {
  switch (warning.kind) {
    case "large":
    case "small": {
      const { key, tolerance } = studio.measures[warning.measure];
      return words(warning.kind === "large" ? "warnLargeNote" : "warnSmallNote", {
        measure: words(`measure.${key}`),
        load: load(key, studio.figures[warning.territory].loads[warning.measure]),
        share: percent(Math.abs(warning.deviation)),
        tolerance: percent(tolerance ?? 0),
      });
    }
    case "capacity":
      return words("warnCapacityNote", { share: percent(warning.utilization) });
    case "empty":
      return words("warnEmptyNote");
    case "unheld":
      return words("warnUnheldNote");
    case "island": {
      const { accounts, beside } = warning.island;
      return beside === NOBODY
        ? counted("warnIslandAlone", accounts.length)
        : counted("warnIslandNote", accounts.length, { beside: studio.territories[beside].name });
    }
  }
}
