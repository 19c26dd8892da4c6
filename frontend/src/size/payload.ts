/** What the charts draw. */
export interface Curve {
  /** The answer first. */
  sentences: string[];
  /** Hours a year that a person can be planned for. */
  hours: number;
  byWorkload: number | null;
  byProfit: number | null;
  flat: [number, number] | null;
  columns: CurveColumns;
}

/** One number for each size. */
export interface CurveColumns {
  people: number[];
  workload_hours_each: number[];
  travel_hours: number[];
  /** On the trend of travel over all sizes. */
  profit?: number[];
  profit_of_the_plan_found?: number[];
}

/** What the Python writer puts into the page. `src/terrier/report/size_writing.py` writes the same. */
export interface SizePayload extends Curve {
  version: 1;
  title: string;
  created: string;
  command: string;
  settings: [string, string][];
  notes: string[];
  columns: SizeColumns;
}

/** One number for each size; money only where it was asked for. */
export interface SizeColumns extends CurveColumns {
  utilization: number[];
  workload_hours_least: number[];
  workload_hours_most: number[];
  balance: number[];
  travel_km: number[];
  visits_a_day: number[];
  mean_distance_km: number[];
  call_hours_possible?: number[];
  sales?: number[];
  sales_if_all_accounts_alike?: number[];
  margin?: number[];
  cost_of_people?: number[];
  cost_of_travel?: number[];
}
