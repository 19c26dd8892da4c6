import { words } from "../words";

/** The line between before and now: pulled with a mouse or a finger, or moved by the arrow keys. */
export function Swipe({ divider, set }: { divider: number; set: (divider: number) => void }) {
  return (
    <div class="studio-swipe">
      <div class="studio-swipe-line" style={{ insetInlineStart: `${divider * 100}%` }} aria-hidden="true">
        <span class="studio-swipe-side is-before">{words("before")}</span>
        <span class="studio-swipe-side is-now">{words("now")}</span>
      </div>
      <input
        type="range"
        class="studio-swipe-range"
        min="2"
        max="98"
        step="1"
        value={divider * 100}
        aria-label={words("swipe")}
        onInput={(event) => {
          set(Number(event.currentTarget.value) / 100);
        }}
      />
    </div>
  );
}
