/** What the Python writer puts into the page. `src/terrier/report/payload.py` writes the same. */
export interface Payload {
  version: 1;
  title: string;
  created: string;
  command: string;
  settings: [string, string][];
  notes: string[];
  unmet: string[];
  unplaced: [number, string, string][];
  sphere: boolean;
  lengthUnit: string;
  /** Whether the page opens in miles, whatever its reader last chose. */
  miles: boolean;
  /** A tolerance is null where the measure is not balanced. */
  measures: (Omit<Measure, "tolerance"> & { tolerance: number | null })[];
  territories: Territory[];
  overall: Overall;
  units: UnitColumns;
  choices: Choices | null;
  basemap: Basemap | null;
}

/** The plans that this one was chosen from, least moved first. */
export interface Choices {
  chosen: number;
  mustMove: number;
  movedBy: string;
  /** Accounts of closed territories, which every plan gives to others; not counted as moved. */
  sharedOut: number;
  /** Travel is the root mean square distance, otherwise the mean. */
  farCountsMore: boolean;
  /** Largest deviation of each measure before any move. */
  today: number[];
  plans: Choice[];
}

export interface Choice {
  moved: number;
  accounts: number;
  /** Distance compared with today's. */
  travel: number;
  distance: number;
  balance: number[];
  pairs: number;
  /** What the plan does not meet, in words; "balance" for a tolerance. */
  missed: string[];
  gap: number | null;
}

export interface Measure {
  name: string;
  /** Infinity where it is not balanced. */
  tolerance: number;
  total: number;
}

export type Place = [number, number];

/** A territory in one plan, before or after. */
export interface Side {
  units: number;
  loads: number[];
  deviations: (number | null)[];
  distance: number | null;
  center: Place | null;
  /** Polygons of rings of steps, each point after the first as the way from the one before. */
  outline: number[][][];
  /** Hours of travel a year; null where they were not reckoned. */
  travel: number | null;
}

export interface Territory {
  name: string;
  person: string;
  color: number;
  seat: Place | null;
  /** The account that is its center; null where the center may be anywhere. */
  site: number | null;
  after: Side | null;
  before: Side | null;
  target: number[] | null;
  /** The most it may hold of each measure, null where nothing limits it; none where nothing limits any. */
  room: (number | null)[] | null;
}

export interface Overall {
  distance: number | null;
  distanceBefore: number | null;
  moved: number;
  new: number;
  movedShare: number | null;
  score: number;
  /** How near the best possible the plan is proved to be, in a sentence; "" where that is not known. */
  bound: string;
  objective: string;
  contiguous: boolean;
  maxMoved: number | null;
}

/** Columns; numbers are base64 of little-endian arrays. */
export interface UnitColumns {
  count: number;
  origin: Place;
  step: number;
  x: string;
  y: string;
  after: string;
  before: string | null;
  reasons: string;
  reasonMeasure: string;
  distance: string;
  distanceBefore: string | null;
  measures: string[];
  ids: string[];
  names: string[];
  details: { name: string; values: string[]; at?: string }[];
}

export interface Basemap {
  step: number;
  land: number[][];
  coast: number[][];
  states: number[][];
  counties: number[][];
  labels: [string, number, number][];
}
