import type { Territory } from "./accounts";
import type { Measure } from "./figures";

/** A remark at a place, or about a territory. */
export interface Remark {
  id: number;
  text: string;
  who: string;
  at: string;
  territory: number | null;
  longitude: number | null;
  latitude: number | null;
  settled: boolean;
  answers: { who: string; at: string; text: string }[];
}

/** What comes before the columns: the plan, its territories, and where to write to. */
export interface Header {
  plan: { id: number; name: string; version: number; state: string; root: string; open: boolean };
  territories: Territory[];
  measures: Measure[];
  channels: string[];
  classes: string[];
  day_hours: number;
  warned_over: number;
  remarks: Remark[];
  remarks_stamp: string;
}
