import { NOBODY, isPlaced, type Accounts, type Territory } from "./accounts";
import { metersBetween } from "./meters";
import { haulOf, type Tours } from "./travel";

/** What does not change while a plan is shaped, and what it is weighed by. */
export interface Ground {
  readonly accounts: Accounts;
  /** Where each territory's ways begin: its seat; without one, the middle of what it held before. */
  readonly seats: readonly (readonly [number, number] | null)[];
  readonly legMeters: Float64Array;
  readonly legSeconds: Float64Array;
}

/**
 * The sums of each territory, kept while accounts move. All are sums of whole numbers below 2^53, so that taking away what was
 * added leaves exactly what was there: after any edits they equal those counted anew.
 */
export class Totals {
  readonly count: Float64Array;
  readonly sales: Float64Array;
  readonly potential: Float64Array;
  /** Accounts that came from elsewhere, and that went elsewhere, against the plan before. */
  readonly gained: Float64Array;
  readonly lost: Float64Array;
  /** Accounts that somebody held before: it never changes. */
  readonly held: number;
  /** Of all territories: accounts that left whoever held them, and what they buy. */
  moved = 0;
  movedSales = 0;
  private readonly tours: Record<keyof Tours, Float64Array>;
  private readonly spread: Float64Array;

  constructor(
    private readonly ground: Ground,
    readonly nTerritories: number,
  ) {
    const zeros = (): Float64Array => new Float64Array(nTerritories);
    this.held = ground.accounts.before.reduce((count, at) => (at === NOBODY ? count : count + 1), 0);
    this.count = zeros();
    this.sales = zeros();
    this.potential = zeros();
    this.gained = zeros();
    this.lost = zeros();
    this.spread = zeros();
    this.tours = {
      visits: zeros(),
      visitSeconds: zeros(),
      haulMeters: zeros(),
      haulSeconds: zeros(),
      legMeters: zeros(),
      legSeconds: zeros(),
      openVisitSeconds: zeros(),
      openHaulSeconds: zeros(),
      openLegSeconds: zeros(),
      ownSeconds: zeros(),
    };
  }

  /** Takes an account into a territory (sign 1) or out of it (sign -1). */
  take(account: number, territory: number, sign: 1 | -1): void {
    const { accounts, legMeters, legSeconds } = this.ground;
    const from = accounts.before[account];
    if (territory !== from) {
      if (from !== NOBODY) {
        this.moved += sign;
        this.movedSales += sign * accounts.sales[account];
        this.lost[from] += sign;
      }
      if (territory !== NOBODY) this.gained[territory] += sign;
    }
    if (territory === NOBODY) return;
    this.count[territory] += sign;
    this.sales[territory] += sign * accounts.sales[account];
    this.potential[territory] += sign * accounts.potential[account];
    const visits = sign * accounts.visits[account];
    const meters = this.metersToSeat(account, territory);
    const { tours } = this;
    tours.visits[territory] += visits;
    tours.visitSeconds[territory] += visits * accounts.visitSeconds[account];
    const haul = haulOf(meters);
    tours.haulMeters[territory] += visits * haul.meters;
    tours.haulSeconds[territory] += visits * haul.seconds;
    tours.legMeters[territory] += visits * legMeters[account];
    tours.legSeconds[territory] += visits * legSeconds[account];
    this.spread[territory] += sign * meters;
    const own = accounts.ownSeconds[account];
    if (own > 0) {
      tours.ownSeconds[territory] += sign * own;
      return;
    }
    tours.openVisitSeconds[territory] += visits * accounts.visitSeconds[account];
    tours.openHaulSeconds[territory] += visits * haul.seconds;
    tours.openLegSeconds[territory] += visits * legSeconds[account];
  }

  /** How many accounts there are, whoever holds them. */
  get n(): number {
    return this.ground.accounts.n;
  }

  toursOf(territory: number): Tours {
    const { tours } = this;
    return {
      visits: tours.visits[territory],
      visitSeconds: tours.visitSeconds[territory],
      haulMeters: tours.haulMeters[territory],
      haulSeconds: tours.haulSeconds[territory],
      legMeters: tours.legMeters[territory],
      legSeconds: tours.legSeconds[territory],
      openVisitSeconds: tours.openVisitSeconds[territory],
      openHaulSeconds: tours.openHaulSeconds[territory],
      openLegSeconds: tours.openLegSeconds[territory],
      ownSeconds: tours.ownSeconds[territory],
    };
  }

  /** The mean distance of the accounts to where the territory's ways begin, in kilometers. */
  distanceOf(territory: number): number {
    const count = this.count[territory];
    return count === 0 ? 0 : this.spread[territory] / count / 1000;
  }

  private metersToSeat(account: number, territory: number): number {
    const { accounts, seats } = this.ground;
    const seat = seats[territory];
    if (seat === null || !isPlaced(accounts, account)) return 0;
    return metersBetween(accounts.longitude[account], accounts.latitude[account], seat[0], seat[1]);
  }
}

/** The totals counted anew, account by account. */
export function totalsOf(ground: Ground, nTerritories: number): Totals {
  const totals = new Totals(ground, nTerritories);
  const { n, territory } = ground.accounts;
  for (let account = 0; account < n; account++) totals.take(account, territory[account], 1);
  return totals;
}

/** Where ways begin: the seat; else the middle of the accounts a territory held before, or holds now if it held none. */
export function seatsOf(
  accounts: Accounts,
  territories: readonly Territory[],
): (readonly [number, number] | null)[] {
  const middles = [middlesOf(accounts, accounts.before), middlesOf(accounts, accounts.territory)];
  return territories.map(({ seat }, at) => seat ?? middles[0](at) ?? middles[1](at));
}

function middlesOf(
  { n, longitude, latitude }: Accounts,
  territory: Int16Array,
): (at: number) => [number, number] | null {
  const sums = new Map<number, [number, number, number]>();
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(longitude[i])) continue;
    const sum = sums.get(territory[i]) ?? [0, 0, 0];
    sum[0] += longitude[i];
    sum[1] += latitude[i];
    sum[2]++;
    sums.set(territory[i], sum);
  }
  return (at) => {
    const sum = sums.get(at);
    return sum ? [sum[0] / sum[2], sum[1] / sum[2]] : null;
  };
}
