import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { announce } from "../../text/announce";
import { toast } from "../../toast/toast";
import type { Topology } from "../../map/topology";
import { NOBODY } from "../core/accounts";
import type { Edit } from "../core/edits";
import { StudioMap } from "../map/studio-map";
import type { AreaKind, How, Tool } from "../map/tools";
import type { Studio } from "../studio";
import { counted, words } from "../words";
import { AreaKinds } from "./AreaKinds";
import { Conflict } from "./Conflict";
import type { Desk } from "./desk";
import { Filters } from "./Filters";
import { useStudio } from "./hooks";
import { Icon } from "./Icon";
import { MoveDialog } from "./MoveDialog";
import { Panel, type Tab } from "./Panel";
import { SelectionBar } from "./SelectionBar";
import { Shortcuts } from "./Shortcuts";
import { Summary } from "./Summary";
import { Swipe } from "./Swipe";
import { Toolbar } from "./Toolbar";

export interface AppProps {
  studio: Studio;
  desk: Desk;
  topology: Topology;
  tiles: string;
}

/** The studio's page: the map, what is chosen on it, and every territory's figures beside it. */
export function App({ studio, desk, topology, tiles }: AppProps) {
  const host = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<StudioMap | null>(null);
  const [tool, setTool] = useState<Tool>("select");
  const [how, setHow] = useState<How>("only");
  const [areaKind, setAreaKind] = useState<AreaKind>("county");
  const [divider, setDivider] = useState(0);
  const [onlyMoved, setOnlyMoved] = useState(false);
  const [asking, setAsking] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const [tab, setTab] = useState<Tab>("territories");
  const [place, setPlace] = useState<{ longitude: number; latitude: number } | null>(null);
  useEffect(() => {
    const made = new StudioMap(host.current!, studio, topology, tiles, words("mapLabel"), {
      remarkAt: (longitude, latitude) => {
        setPlace({ longitude, latitude });
        setTab("remarks");
      },
      openRemark: (id) => {
        setTab("remarks");
        requestAnimationFrame(() =>
          document.getElementById(`remark-${id}`)?.scrollIntoView({ block: "nearest" }),
        );
      },
      areaAt: (kind, spot) => desk.areaAt(kind, spot),
      areaChosen: (name, n) => {
        const told = n === 0 ? words("areaEmpty", { area: name }) : counted("areaChosen", n, { area: name });
        if (n === 0) toast(told);
        announce(told);
      },
      nothingThere: (what) => {
        toast(words(what === "area" ? "noArea" : "noTerritoryThere"));
      },
    });
    setMap(made);
    Object.assign(host.current!, { studio, map: made });
    return () => {
      made.close();
    };
  }, [studio, desk, topology, tiles]);
  // At once, and not after the next picture: a click that follows a key means the tool of that key.
  useLayoutEffect(() => {
    map?.use(tool);
    if (map) [map.how, map.areaKind] = [how, areaKind];
  }, [map, tool, how, areaKind]);
  useEffect(() => map?.compare(divider), [map, divider]);
  useEffect(() => map?.showOnlyMoved(onlyMoved), [map, onlyMoved]);
  const deeds = useMemo(() => deedsOf(studio, desk), [studio, desk]);
  useKeys(studio, deeds);
  return (
    <>
      <Head
        studio={studio}
        desk={desk}
        deeds={deeds}
        ask={() => {
          setShortcuts(true);
        }}
      />
      <Summary studio={studio} />
      <div class="studio-body">
        <section class="studio-map-side" aria-label={words("map")}>
          <Filters studio={studio} />
          <div class="studio-map" data-tool={tool}>
            <div class="studio-canvas" ref={host} />
            <Toolbar
              tool={tool}
              use={setTool}
              goToMap={() => map?.focus()}
              how={how}
              setHow={setHow}
              comparing={divider > 0}
              compare={() => {
                setDivider(divider > 0 ? 0 : 0.5);
              }}
              onlyMoved={onlyMoved}
              showOnlyMoved={setOnlyMoved}
              zoomBy={(steps) => map?.zoomBy(steps)}
              showAll={() => map?.showAll()}
              chooseInView={() => map?.chooseInView(how)}
            />
            {tool === "area" && <AreaKinds kind={areaKind} set={setAreaKind} />}
            {divider > 0 && <Swipe divider={divider} set={setDivider} />}
            <SelectionBar
              studio={studio}
              askWhere={() => {
                setAsking(true);
              }}
              lock={deeds.lock}
            />
          </div>
        </section>
        <Panel
          studio={studio}
          desk={desk}
          tab={tab}
          setTab={setTab}
          moveTo={deeds.move}
          lockTerritory={deeds.lockTerritory}
          zoomTo={(accounts) => map?.zoomTo(accounts)}
          place={place}
          placeDone={() => {
            setPlace(null);
            setTool("select");
          }}
          showPlace={(longitude, latitude) => map?.showPlace(longitude, latitude)}
        />
      </div>
      {asking && (
        <MoveDialog
          studio={studio}
          move={deeds.move}
          close={() => {
            setAsking(false);
          }}
        />
      )}
      {shortcuts && (
        <Shortcuts
          close={() => {
            setShortcuts(false);
          }}
        />
      )}
      <Conflict studio={studio} desk={desk} />
    </>
  );
}

export interface Deeds {
  move: (territory: number) => void;
  lock: (locked: boolean) => void;
  lockTerritory: (territory: number, locked: boolean) => void;
  undo: () => void;
  redo: () => void;
}

/** What one does, told when it is done. */
function deedsOf(studio: Studio, desk: Desk): Deeds {
  // Undo takes back what was done last: a message about something earlier no longer offers it.
  let offered = (): void => undefined;
  const say = (text: string, warn = false): void => {
    offered();
    offered = toast(text, { warn, act: { label: words("undo"), run: undo } });
    announce(text);
  };
  studio.listen(() => {
    if (desk.conflict) offered();
  });
  const undo = (): void => {
    offered();
    void desk.undo().then((edit) => {
      announce(edit === null ? words("nothingToUndo") : told(edit, "undone"));
    });
  };
  const told = (edit: Edit, what: "undone" | "redone"): string =>
    edit.whole === NOBODY ? counted(what, edit.accounts.length) : lockTold(edit.whole);
  const lockTold = (at: number): string =>
    words(studio.territories[at].locked ? "territoryLockedNow" : "territoryUnlockedNow", {
      territory: studio.territories[at].name,
    });
  return {
    undo,
    redo: () => {
      offered();
      const edit = studio.redo();
      announce(edit === null ? words("nothingToRedo") : told(edit, "redone"));
    },
    move: (to) => {
      const { moved, stayed } = studio.moveChosen(to);
      const territory = to < 0 ? words("nobody") : studio.territories[to].name;
      const parts = [
        moved > 0 ? counted("moved", moved, { territory }) : "",
        stayed > 0 ? counted("stayed", stayed) : "",
        moved + stayed === 0 ? words("thereAlready", { territory }) : "",
      ];
      const text = parts.filter(Boolean).join(" ");
      if (moved > 0) say(text, stayed > 0);
      else toast(text, { warn: true });
    },
    lock: (locked) => {
      const n = studio.lockChosen(locked);
      say(counted(locked ? "lockedNow" : "unlockedNow", n));
    },
    lockTerritory: (territory, locked) => {
      studio.lockTerritory(territory, locked);
      say(lockTold(territory));
    },
  };
}

/** Ctrl Z, Ctrl Shift Z and Escape; the other keys are those of the buttons. */
function useKeys(studio: Studio, deeds: Deeds): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const typing =
        event.target instanceof HTMLElement &&
        event.target.matches("input:not([type=range]), textarea, select");
      if (typing || document.querySelector("dialog[open]")) return;
      const mod = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (mod && key === "z") deeds[event.shiftKey ? "redo" : "undo"]();
      else if (mod && key === "y") deeds.redo();
      else if (!mod && event.key === "Escape") studio.choose([]);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => {
      document.removeEventListener("keydown", press);
    };
  }, [studio, deeds]);
}

interface HeadProps {
  studio: Studio;
  desk: Desk;
  deeds: Deeds;
  ask: () => void;
}

function Head({ studio, desk, deeds, ask }: HeadProps) {
  useStudio(studio);
  const { history } = studio.shaping;
  const { open } = studio.header.plan;
  return (
    <div class="studio-head">
      <SaveState desk={desk} open={open} />
      <button
        type="button"
        class="btn btn-quiet btn-sm"
        disabled={!(history.canUndo || history.more) || !open}
        title={`${words("undo")} (Ctrl Z)`}
        onClick={deeds.undo}
      >
        <Icon name="undo-2" />
        {words("undo")}
      </button>
      <button
        type="button"
        class="btn btn-quiet btn-sm"
        disabled={!history.canRedo || !open}
        title={`${words("redo")} (Ctrl Shift Z)`}
        onClick={deeds.redo}
      >
        <Icon name="redo-2" />
        {words("redo")}
      </button>
      <button
        type="button"
        class="btn btn-ghost btn-sm btn-square"
        data-key="?"
        aria-label={words("shortcuts")}
        title={`${words("shortcuts")} (?)`}
        onClick={ask}
      >
        <Icon name="keyboard" />
      </button>
    </div>
  );
}

function SaveState({ desk, open }: { desk: Desk; open: boolean }) {
  if (!open) return <span class="studio-state">{words("readOnly")}</span>;
  return (
    <span class={`studio-state is-${desk.state}`} role="status" data-state={desk.state}>
      {desk.state === "offline" || desk.state === "gone"
        ? counted(desk.state, desk.waiting)
        : words(desk.state)}
    </span>
  );
}
