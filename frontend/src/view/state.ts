import type { LengthUnit } from "../format/format";
import type { View } from "../map/scene";

export type Theme = "light" | "dark";

/** What the reader has chosen. */
export interface State {
  view: View;
  selected: number | null;
  account: number | null;
  onlyMoves: boolean;
  unit: LengthUnit;
  theme: Theme;
  help: boolean;
}

export type Change = Partial<State>;
export type Update = (change: Change | ((state: State) => Change)) => void;
