import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { NOBODY } from "../core/accounts";
import type { Studio } from "../studio";
import { counted, words } from "../words";
import { signed } from "./format";
import { Icon } from "./Icon";

interface Props {
  studio: Studio;
  move: (territory: number) => void;
  close: () => void;
}

/** Asks where the chosen accounts are to go: a few letters of a name and Enter. Those beside them come first. */
export function MoveDialog({ studio, move, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const ranked = useMemo(() => besides(studio), [studio]);
  const found = ranked.filter((territory) => fits(studio, territory, query));
  // At once, and not after the next picture: what is typed right after the key that opens it belongs here.
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => {
    dialog.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const take = (territory: number | undefined): void => {
    if (territory === undefined) return;
    dialog.current?.close(); // and not taken out of the page: so the focus goes back where it was
    move(territory);
  };
  const key = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setAt(Math.max(0, Math.min(found.length - 1, at + step)));
    else if (event.key === "Enter") {
      // Whoever types fast is ahead of the list that is drawn.
      const typed = dialog.current?.querySelector("input")?.value ?? "";
      take(typed === query ? found[at] : ranked.find((one) => fits(studio, one, typed)));
    } else return;
    event.preventDefault();
  };
  const label = counted("moveWhere", studio.selection.size);
  return (
    <dialog ref={dialog} class="sheet palette" aria-label={label} onClose={close}>
      <div class="studio-move-head">
        <Icon name="move-right" />
        <input
          class="studio-move-search"
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="move-options"
          aria-activedescendant={found.length > at ? `move-${found[at]}` : undefined}
          aria-label={label}
          placeholder={label}
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={key}
        />
        <button
          type="button"
          class="btn btn-ghost btn-sm btn-square"
          aria-label={words("close")}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="x" />
        </button>
      </div>
      <div class="studio-move-options" id="move-options" role="listbox" aria-label={words("territories")}>
        {found.map((territory, position) => (
          <Option
            key={territory}
            studio={studio}
            territory={territory}
            here={position === at}
            take={() => {
              take(territory);
            }}
          />
        ))}
      </div>
      {found.length === 0 && <p class="studio-empty">{words("noTerritory", { query })}</p>}
    </dialog>
  );
}

function Option({
  studio,
  territory,
  here,
  take,
}: {
  studio: Studio;
  territory: number;
  here: boolean;
  take: () => void;
}) {
  const one = territory === NOBODY ? null : studio.territories[territory];
  return (
    <div
      id={`move-${territory}`}
      class="studio-move-option"
      role="option"
      aria-selected={here}
      onClick={take}
    >
      <i class="swatch" data-color={one === null ? "none" : studio.colors[territory]} data-kind={one?.kind} />
      <span class="row-main">{one?.name ?? words("nobody")}</span>
      <span class="row-sub">{one === null ? words("nobodyNote") : one.person || words("vacant")}</span>
      {one !== null && studio.measures.length > 0 && (
        <span class="tabular">{signed(studio.figures[territory].deviations[0])}</span>
      )}
    </div>
  );
}

function fits(studio: Studio, territory: number, query: string): boolean {
  const one = territory === NOBODY ? null : studio.territories[territory];
  const told = (
    one === null ? words("nobody") : `${one.name} ${one.person} ${one.region}`
  ).toLocaleLowerCase();
  return query
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => told.includes(word));
}

/** The territories, those that border the chosen accounts first; nobody last. Those that are locked take none. */
function besides(studio: Studio): number[] {
  const { graph, accounts, territories } = studio;
  const beside = new Map<number, number>();
  const mine = new Set<number>();
  for (const account of studio.selection.list()) {
    mine.add(accounts.territory[account]);
    const place = graph.placeOf[account];
    if (place < 0) continue;
    for (let edge = graph.start[place]; edge < graph.start[place + 1]; edge++) {
      const other = accounts.territory[graph.first[graph.to[edge]]];
      beside.set(other, (beside.get(other) ?? 0) + 1);
    }
  }
  const rank = (at: number): number => (mine.size === 1 && mine.has(at) ? -1 : (beside.get(at) ?? 0));
  const open = [...territories.keys()].filter((at) => !territories[at].locked);
  open.sort((a, b) => rank(b) - rank(a) || territories[a].name.localeCompare(territories[b].name));
  return [...open, NOBODY];
}
