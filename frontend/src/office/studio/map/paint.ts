import type { Cells } from "../core/cells";
import type { Finder } from "../core/finder";
import type { Sites } from "../core/sites";

/** What the map is painted from. The arrays are the plan's own: after an edit only `changed` needs to be told. */
export interface Painted {
  readonly cells: Cells;
  readonly sites: Sites;
  readonly finder: Finder;
  /** Each account's territory now and before. */
  readonly now: Int16Array;
  readonly before: Int16Array;
  /** Each site's. */
  readonly landNow: Int16Array;
  readonly landBefore: Int16Array;
  /** Each account's marks, see Mark. */
  readonly marks: Uint8Array;
}

export const Mark = { chosen: 1, locked: 2, hidden: 4, moved: 8 } as const;

export interface Look {
  /** Red, green, blue from 0 to 255 of nobody, then of each territory. */
  colors: Uint8Array;
  halo: readonly [number, number, number];
  ink: readonly [number, number, number];
  /** Territories without land of their own, such as portfolios: their accounts are diamonds. */
  afield: ReadonlySet<number>;
  /** The territories that are locked as a whole. */
  locked: ReadonlySet<number>;
  /** The territory that stands out, or -1; the others are paler. */
  lit: number;
  /** Where "before" ends and "now" begins, as a part of the width: 0 shows now alone. */
  divider: number;
  onlyMoved: boolean;
}

/** The parts of the picture that show the plan before and now, in pixels of the canvas. */
export function sidesOf(
  look: Pick<Look, "divider">,
  width: number,
): { now: boolean; left: number; width: number }[] {
  const cut = Math.round(look.divider * width);
  return [
    { now: false, left: 0, width: cut },
    { now: true, left: cut, width: width - cut },
  ].filter((side) => side.width > 0);
}
