import type { Accounts, Territory } from "./accounts";
import { readColumns } from "./columns";
import type { Header } from "./header";

export interface Opened {
  header: Header;
  accounts: Accounts;
}

/** A plan as the server sends it, ready to be shaped. */
export function openedFrom(buffer: ArrayBuffer): Opened {
  const { header, numbers, texts } = readColumns<Header>(buffer);
  const floats = (name: string): Float64Array => numbers(name) as Float64Array;
  const id = floats("id");
  return {
    header,
    accounts: {
      n: id.length,
      id,
      longitude: floats("longitude"),
      latitude: floats("latitude"),
      sales: floats("sales"),
      potential: floats("potential"),
      visits: floats("visits"),
      visitSeconds: floats("visit_seconds"),
      ownSeconds: floats("own_seconds"),
      territory: numbers("territory") as Int16Array,
      before: numbers("before") as Int16Array,
      cause: numbers("cause") as Uint8Array,
      lock: numbers("lock") as Uint8Array,
      channel: numbers("channel") as Uint8Array,
      accountClass: numbers("class") as Uint8Array,
      name: texts("name"),
      city: texts("city"),
    },
  };
}

/** Where each territory stands among the plan's, by its number. */
export function placesOf(territories: readonly Territory[]): Map<number, number> {
  return new Map(territories.map(({ id }, at) => [id, at]));
}
