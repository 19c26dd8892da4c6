import { NOBODY, type Accounts, type Territory } from "./accounts";
import type { Measure } from "./figures";

/** Accounts for specs: columns of the same length, the rest filled in. */
export function makeAccounts(given: Partial<Accounts> & { longitude: Float64Array }): Accounts {
  const n = given.longitude.length;
  return {
    n,
    id: Float64Array.from({ length: n }, (_, i) => i + 1),
    latitude: new Float64Array(n).fill(40),
    sales: new Float64Array(n).fill(100),
    potential: new Float64Array(n).fill(100),
    visits: new Float64Array(n).fill(1200),
    visitSeconds: new Float64Array(n).fill(2700),
    ownSeconds: new Float64Array(n),
    territory: new Int16Array(n).fill(NOBODY),
    before: new Int16Array(n).fill(NOBODY),
    cause: new Uint8Array(n),
    lock: new Uint8Array(n),
    channel: new Uint8Array(n),
    accountClass: new Uint8Array(n),
    name: (account) => `Account ${account}`,
    city: () => "",
    ...given,
  };
}

export function makeTerritories(n: number): Territory[] {
  return Array.from({ length: n }, (_, at) => ({
    id: 100 + at,
    name: `Territory ${at}`,
    kind: "geographic",
    peers: "geographic",
    person: "",
    region: "",
    seat: null,
    share: 1,
    capacity: 1600,
    pay: { base: 60_000, rate: 0.01, quota: 5_000_000, accelerator: 1.5 },
    load: null,
    load_before: null,
    locked: false,
  }));
}

export const MEASURES: Measure[] = [
  { key: "workload", tolerance: 0.1 },
  { key: "sales", tolerance: 0.2 },
];

/** Numbers that look random and are the same every time. */
export function sequenceOf(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
