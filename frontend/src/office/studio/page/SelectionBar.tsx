import { NOBODY } from "../core/accounts";
import type { Studio } from "../studio";
import { counted, words } from "../words";
import { money } from "./format";
import { useStudio } from "./hooks";
import { Icon } from "./Icon";

interface Props {
  studio: Studio;
  askWhere: () => void;
  lock: (locked: boolean) => void;
}

/** What is chosen, and what can be done with it. */
export function SelectionBar({ studio, askWhere, lock }: Props) {
  useStudio(studio);
  const { selection, accounts, territories } = studio;
  if (selection.size === 0) return null;
  const chosen = selection.list();
  let [sales, locked] = [0, 0];
  const held = new Map<number, number>();
  for (const i of chosen) {
    sales += accounts.sales[i] / 100;
    locked += accounts.lock[i];
    held.set(accounts.territory[i], (held.get(accounts.territory[i]) ?? 0) + 1);
  }
  const from = [...held].sort((a, b) => b[1] - a[1]).slice(0, 2);
  const named = from.map(([at, n]) =>
    words("heldBy", { territory: at === NOBODY ? words("nobody") : territories[at].name, n }),
  );
  const rest = held.size - from.length;
  const { open } = studio.header.plan;
  return (
    <div class="studio-selection" role="region" aria-label={words("selection")}>
      <div class="min-w-0">
        <strong>
          {chosen.length === 1 ? accounts.name(chosen[0]) : counted("accountsChosen", chosen.length)}
        </strong>
        <span class="row-sub">
          {[
            money(sales),
            ...named,
            rest > 0 ? counted("andOthers", rest) : "",
            locked > 0 ? counted("lockedOnes", locked) : "",
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </div>
      <div class="studio-selection-deeds">
        {open && (
          <>
            <button type="button" class="btn btn-primary btn-sm" data-key="m" onClick={askWhere}>
              <Icon name="move-right" />
              {words("moveTo")}
            </button>
            <button
              type="button"
              class="btn btn-quiet btn-sm"
              data-key={locked < chosen.length ? "K" : "U"}
              onClick={() => {
                lock(locked < chosen.length);
              }}
            >
              <Icon name={locked < chosen.length ? "lock" : "lock-open"} />
              {words(locked < chosen.length ? "lock" : "unlock")}
            </button>
          </>
        )}
        <button
          type="button"
          class="btn btn-ghost btn-sm btn-square"
          aria-label={words("clear")}
          title={`${words("clear")} (Esc)`}
          onClick={() => {
            studio.choose([]);
          }}
        >
          <Icon name="x" />
        </button>
      </div>
    </div>
  );
}
