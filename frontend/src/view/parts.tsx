import type { ComponentChildren } from "preact";
import type { Territory } from "../model/payload";

/** A territory's color as a dot, before its name. */
export function Dot({ territory }: { territory: Territory | null }) {
  const color = territory === null ? "var(--faint)" : `var(--territory-${territory.color})`;
  return <span class="dot" style={{ background: color }} />;
}

interface SegmentsProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

/** A few choices side by side, one of them on. */
export function Segments<T extends string>({ label, value, options, onChange }: SegmentsProps<T>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map(([key, text]) => (
        <button
          key={key}
          type="button"
          aria-pressed={key === value}
          onClick={() => {
            onChange(key);
          }}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

interface SortHeadProps {
  label: ComponentChildren;
  active: boolean;
  descending: boolean;
  numeric?: boolean;
  onSort: () => void;
}

/** A column's head that sorts by it. */
export function SortHead({ label, active, descending, numeric = false, onSort }: SortHeadProps) {
  return (
    <th
      scope="col"
      class={numeric ? "number" : undefined}
      aria-sort={active ? (descending ? "descending" : "ascending") : "none"}
    >
      <button type="button" class="sort" onClick={onSort}>
        {label}
        <span class="sort-mark" aria-hidden="true">
          {active ? (descending ? "↓" : "↑") : ""}
        </span>
      </button>
    </th>
  );
}

/** A deviation as a small pill: quiet within the tolerance, loud outside. */
export function Deviation({
  ratio,
  tolerance,
  text,
}: {
  ratio: number | null;
  tolerance: number;
  text: string;
}) {
  if (ratio === null) return <span class="muted">–</span>;
  return <span class={Math.abs(ratio) <= tolerance + 1e-9 ? "pill" : "pill loud"}>{text}</span>;
}
