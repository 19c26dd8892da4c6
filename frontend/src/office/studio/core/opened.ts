import type { Accounts, Territory } from "./accounts";
import { readColumns } from "./columns";
import type { Header } from "./header";

export interface Opened {
  header: Header;
  accounts: Accounts;
}

/** All of the accounts but what a plan decides: the first part of what the server sends. */
export type Known = Omit<Accounts, Decided>;
type Decided = "territory" | "before" | "cause" | "lock";

export function knownFrom(part: ArrayBuffer): Known {
  const { numbers, texts } = readColumns(part);
  const floats = (name: string): Float64Array => numbers(name) as Float64Array;
  const id = floats("id");
  return {
    n: id.length,
    id,
    longitude: floats("longitude"),
    latitude: floats("latitude"),
    sales: floats("sales"),
    potential: floats("potential"),
    visits: floats("visits"),
    visitSeconds: floats("visit_seconds"),
    ownSeconds: floats("own_seconds"),
    channel: numbers("channel") as Uint8Array,
    accountClass: numbers("class") as Uint8Array,
    name: texts("name"),
    city: texts("city"),
  };
}

/** A plan as the server sends it in its second part, ready to be shaped. */
export function openedFrom(known: Known, part: ArrayBuffer): Opened {
  const { header, numbers } = readColumns<Header>(part);
  return {
    header,
    accounts: {
      ...known,
      territory: numbers("territory") as Int16Array,
      before: numbers("before") as Int16Array,
      cause: numbers("cause") as Uint8Array,
      lock: numbers("lock") as Uint8Array,
    },
  };
}

/** Where each territory stands among the plan's, by its number. */
export function placesOf(territories: readonly Territory[]): Map<number, number> {
  return new Map(territories.map(({ id }, at) => [id, at]));
}
