import { useEffect } from "preact/hooks";
import type { Plan } from "../model/plan";
import { remember } from "./remember";
import type { State, Update } from "./state";

export const SEARCH_ID = "search-moves";

/** Single keys, anywhere but in a field. */
export function useShortcuts(plan: Plan, update: Update): void {
  useEffect(() => {
    const past = plan.before !== null;
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") {
        if (target instanceof HTMLInputElement) target.blur();
        update((state) => (state.help ? { help: false } : { selected: null, account: null }));
        return;
      }
      if (target.closest("input:not([type=range], [type=checkbox]), select, textarea") !== null) return;
      const change = changeFor(
        event.key.length === 1 ? event.key.toLowerCase() : event.key,
        past,
        plan.sphere,
      );
      if (event.key === "/") {
        const search = document.getElementById(SEARCH_ID);
        search?.scrollIntoView({ block: "center" });
        search?.focus({ preventScroll: true });
      } else if (change === null) {
        return;
      } else {
        update(change);
      }
      event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => {
      removeEventListener("keydown", onKeyDown);
    };
  }, [plan, update]);
}

function changeFor(key: string, past: boolean, sphere: boolean): ((state: State) => Partial<State>) | null {
  switch (key) {
    case "?":
      return (state) => ({ help: !state.help });
    case "b":
      return past ? (state) => ({ view: state.view === "before" ? "after" : "before" }) : null;
    case "c":
      return past ? (state) => ({ view: state.view === "compare" ? "after" : "compare" }) : null;
    case "m":
      return past ? (state) => ({ onlyMoves: !state.onlyMoves }) : null;
    case "t":
      return (state) => {
        const theme = state.theme === "dark" ? "light" : "dark";
        remember("theme", theme);
        return { theme };
      };
    case "u":
      return sphere
        ? (state) => {
            const unit = state.unit === "km" ? "mi" : "km";
            remember("unit", unit);
            return { unit };
          }
        : null;
    default:
      return null;
  }
}
