import type { Format } from "../format/format";
import type { SizePayload } from "./payload";

/** What every part of the page gets. */
export interface Shared {
  size: SizePayload;
  format: Format;
  /** The number of people that the tiles and the table show. */
  chosen: number;
  onChoose: (people: number) => void;
}
