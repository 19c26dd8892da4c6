import { signed } from "./format";

/** A deviation as a bar from the middle: the band is the tolerance, the full width twice of it. */
export function Bar({
  deviation,
  tolerance,
  label,
}: {
  deviation: number;
  tolerance: number | null;
  label: string;
}) {
  const band = tolerance ?? 0.1;
  const reach = Math.min(1, Math.abs(deviation) / (2 * band)) * 50;
  const beyond = tolerance !== null && Math.abs(deviation) > tolerance + 1e-9;
  return (
    <span class={`balance-bar ${beyond ? "is-beyond" : ""}`}>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="balance-band" x="25" y="0" width="50" height="8" />
        <rect class="balance-fill" x={deviation < 0 ? 50 - reach : 50} y="1.5" width={reach} height="5" />
        <rect class="balance-middle" x="49.5" y="0" width="1" height="8" />
      </svg>
      <span class="balance-figure" title={label}>
        {signed(deviation)}
      </span>
    </span>
  );
}
