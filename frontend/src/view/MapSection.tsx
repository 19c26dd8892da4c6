import { useRef, useState } from "preact/hooks";
import { MapCanvas, type MapHandle, type Pointed } from "../map/MapCanvas";
import { ink } from "../map/palette";
import type { View } from "../map/scene";
import { messages } from "../messages";
import { usePage } from "./context";
import { Frame, Minus, Plus } from "./icons";
import { Segments } from "./parts";
import { SidePanel } from "./SidePanel";
import { Tooltip } from "./Tooltip";

export function MapSection() {
  const { plan, state, update } = usePage();
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [divider, setDivider] = useState(0.5);
  const handle = useRef<MapHandle | null>(null);
  const past = plan.before !== null;
  const texts = messages.map;
  const pick = (territory: number | null) => {
    update({ selected: territory, account: null });
    handle.current?.fit(territory);
  };
  return (
    <section class="card map-card" id="map" aria-labelledby="map-title">
      <h2 id="map-title" class="visually-hidden">
        {texts.title}
      </h2>
      <div class="map-main">
        <MapCanvas
          plan={plan}
          view={state.view}
          divider={divider}
          dark={state.theme === "dark"}
          selected={state.selected}
          account={pointed?.account ?? state.account}
          onlyMoves={state.onlyMoves}
          handle={handle}
          onPoint={setPointed}
          onPick={({ account, territory }) => {
            if (account !== null) update({ account });
            else
              update((old) => ({ account: null, selected: old.selected === territory ? null : territory }));
          }}
        />
        {past && (
          <div class="map-tools">
            <Segments<View>
              label={texts.view}
              value={state.view}
              options={[
                ["before", texts.views.before],
                ["after", texts.views.after],
                ["compare", texts.views.compare],
              ]}
              onChange={(view) => {
                update({ view });
              }}
            />
            <button
              type="button"
              class="toggle"
              aria-pressed={state.onlyMoves}
              onClick={() => {
                update({ onlyMoves: !state.onlyMoves });
              }}
            >
              {texts.onlyMoves}
            </button>
          </div>
        )}
        <div class="map-zoom">
          <button
            type="button"
            class="icon"
            aria-label={texts.zoomIn}
            onClick={() => handle.current?.zoomBy(1.6)}
          >
            <Plus />
          </button>
          <button
            type="button"
            class="icon"
            aria-label={texts.zoomOut}
            onClick={() => handle.current?.zoomBy(1 / 1.6)}
          >
            <Minus />
          </button>
          <button type="button" class="icon" aria-label={texts.fit} onClick={() => handle.current?.fit(null)}>
            <Frame />
          </button>
        </div>
        {state.view === "compare" && <Divider value={divider} onChange={setDivider} />}
        <Legend />
        {pointed !== null && <Tooltip pointed={pointed} />}
      </div>
      <SidePanel onPick={pick} />
    </section>
  );
}

/** What colors alone do not say: land without a territory, and the arrows. */
function Legend() {
  const { plan, state } = usePage();
  const land = plan.basemap !== null;
  if (!land && !state.onlyMoves) return null;
  const unheld = plan.overall.new > 0 && state.view !== "after";
  return (
    <div class="map-legend">
      {state.onlyMoves && <p>{messages.map.legendCenter}</p>}
      {land && (
        <p>
          <span class="map-blank" style={{ background: ink(state.theme === "dark").land }} />
          {messages.map.legendBlank(unheld)}
        </p>
      )}
    </div>
  );
}

function Divider({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const texts = messages.map;
  return (
    <div class="divider">
      <span class="divider-label left">{texts.views.before}</span>
      <span class="divider-label right">{texts.views.after}</span>
      <span class="divider-line" style={{ left: `${value * 100}%` }} />
      <input
        type="range"
        min="0"
        max="1000"
        value={value * 1000}
        aria-label={texts.swipe}
        onInput={(event) => {
          onChange(Number(event.currentTarget.value) / 1000);
        }}
      />
    </div>
  );
}
