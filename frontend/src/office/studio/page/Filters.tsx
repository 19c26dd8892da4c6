import { ALL, isNarrow, type Filter } from "../core/filter";
import type { Studio } from "../studio";
import { counted, words } from "../words";
import { useStudio } from "./hooks";
import { Icon } from "./Icon";

const HELD: readonly Filter["held"][] = ["all", "moved", "nobody", "locked"];

/** Which accounts are shown, and with a click chosen. */
export function Filters({ studio }: { studio: Studio }) {
  useStudio(studio);
  const { filter, header, nShown } = studio;
  const set = (change: Partial<Filter>): void => {
    studio.show({ ...filter, ...change });
  };
  const numberOf = (value: string): number | null => (value === "" ? null : Number(value));
  return (
    <div class="studio-filters" role="search" aria-label={words("filters")}>
      <label class="studio-search">
        <Icon name="search" />
        <input
          type="search"
          class="input"
          data-page-search
          aria-label={words("searchAccounts")}
          placeholder={words("searchAccounts")}
          value={filter.text}
          onInput={(event) => {
            set({ text: event.currentTarget.value });
          }}
        />
      </label>
      <select
        class="select"
        aria-label={words("class")}
        value={filter.accountClass ?? ""}
        onChange={(event) => {
          set({ accountClass: numberOf(event.currentTarget.value) });
        }}
      >
        <option value="">{words("everyClass")}</option>
        {header.classes.map((name, at) => (
          <option key={name} value={at}>
            {name || words("noClass")}
          </option>
        ))}
      </select>
      <select
        class="select"
        aria-label={words("channel")}
        value={filter.channel ?? ""}
        onChange={(event) => {
          set({ channel: numberOf(event.currentTarget.value) });
        }}
      >
        <option value="">{words("everyChannel")}</option>
        {header.channels.map((name, at) => (
          <option key={name} value={at}>
            {name}
          </option>
        ))}
      </select>
      <select
        class="select"
        aria-label={words("state")}
        value={filter.held}
        onChange={(event) => {
          set({ held: event.currentTarget.value as Filter["held"] });
        }}
      >
        {HELD.map((held) => (
          <option key={held} value={held}>
            {words(`held.${held}`)}
          </option>
        ))}
      </select>
      {isNarrow(filter) && (
        <span class="studio-filter-deeds">
          <button
            type="button"
            class="btn btn-quiet btn-sm"
            disabled={nShown === 0}
            onClick={() => {
              studio.choose(studio.shown());
            }}
          >
            {counted("chooseShown", nShown)}
          </button>
          <button
            type="button"
            class="btn btn-ghost btn-sm"
            onClick={() => {
              studio.show(ALL);
            }}
          >
            {words("showAll")}
          </button>
        </span>
      )}
    </div>
  );
}
