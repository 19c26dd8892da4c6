import type { Format } from "../format/format";
import type { Curve, SizePayload } from "./payload";

/** What every chart gets. */
export interface Charted {
  size: Curve;
  format: Format;
  /** The number of people that the tiles and the table show. */
  chosen: number;
  onChoose: (people: number) => void;
}

/** What every part of the page gets. */
export interface Shared extends Charted {
  size: SizePayload;
}
