import { AREA_KINDS, type AreaKind } from "../map/tools";
import { words } from "../words";

/** What a click with the tool for areas chooses. */
export function AreaKinds({ kind, set }: { kind: AreaKind; set: (kind: AreaKind) => void }) {
  return (
    <div class="studio-area-kinds" role="radiogroup" aria-label={words("areaKinds")}>
      {AREA_KINDS.map((one) => (
        <label key={one}>
          <input
            type="radio"
            class="sr-only"
            name="area-kind"
            checked={kind === one}
            onChange={() => {
              set(one);
            }}
          />
          <span>{words(`area.${one}`)}</span>
        </label>
      ))}
    </div>
  );
}
