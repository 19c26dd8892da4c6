/** The accounts of a plan, by columns. What a plan decides (territory, cause, lock) changes; the rest stays as it came. */
export interface Accounts {
  readonly n: number;
  /** Ascending. */
  readonly id: Float64Array;
  /** NaN where an account has no place. */
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
  /** In whole cents: sums of whole numbers do not depend on their order. */
  readonly sales: Float64Array;
  readonly potential: Float64Array;
  /** Visits a year, in hundredths, and how long one takes, in seconds. */
  readonly visits: Float64Array;
  readonly visitSeconds: Float64Array;
  /** The account's own service hours, in seconds a year, travel included; 0 where nobody keeps them. They win over calls and travel. */
  readonly ownSeconds: Float64Array;
  /** Positions among the plan's territories; NOBODY where an account is not placed. */
  readonly territory: Int16Array;
  /** Where it was before: what moved is counted against this. */
  readonly before: Int16Array;
  readonly cause: Uint8Array;
  readonly lock: Uint8Array;
  readonly channel: Uint8Array;
  readonly accountClass: Uint8Array;
  readonly name: (account: number) => string;
  readonly city: (account: number) => string;
}

/** Where accounts lie. */
export type Located = Pick<Accounts, "n" | "longitude" | "latitude">;

export const NOBODY = -1;

/** A territory of the plan. */
export interface Territory {
  id: number;
  name: string;
  /** Geographic, portfolio or key. */
  kind: string;
  /** Only territories that say the same here are measured by one another. */
  peers: string;
  /** Who covers it; empty where vacant. */
  person: string;
  region: string;
  /** Where the person starts from. */
  seat: readonly [number, number] | null;
  /** How much of a full position: what a fair share is measured by. */
  share: number;
  /** Selling hours a year. */
  capacity: number;
  pay: Pay | null;
  /** Hours and kilometers a year as the server reckons them, by tours of its own, for the plan as it was opened. */
  load: Load | null;
  /** Of the accounts that it held at first. */
  load_before: Load | null;
  /** Nothing leaves it, nothing comes. */
  locked: boolean;
}

export interface Load {
  workload: number;
  travel_hours: number;
  travel_km: number;
}

/** What a position's own terms say: dollars a year; the rate is a part of sales, more of it beyond the quota, if there is one. */
export interface Pay {
  base: number;
  rate: number;
  quota: number | null;
  accelerator: number;
}

/** Where an account stands among the plan's, by its number; -1 if it is none of them. */
export function positionOf({ id }: Accounts, number: number): number {
  let [from, to] = [0, id.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (id[middle] < number) from = middle + 1;
    else to = middle;
  }
  return id[from] === number ? from : -1;
}

export function isPlaced(accounts: Located, account: number): boolean {
  return !Number.isNaN(accounts.longitude[account]);
}
