import KDBush from "kdbush";
import type { Located } from "./accounts";
import { inside } from "./inside";
import { mercatorX, mercatorY } from "./mercator";

/** Finds accounts by where they lie on the map. Those without a place are found by nothing. */
export class Finder {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Which account each point of the index is. */
  private readonly account: Uint32Array;
  private readonly index: KDBush;
  private readonly leaf: number;

  /** `leaf`: how many accounts the smallest boxes of the index hold at most. */
  constructor(accounts: Located, leaf = 16) {
    this.leaf = Math.max(2, leaf);
    this.account = Uint32Array.from(accounts.longitude.keys()).filter(
      (i) => !Number.isNaN(accounts.longitude[i]),
    );
    this.index = new KDBush(this.account.length, this.leaf, Float64Array);
    this.x = accounts.longitude.map(mercatorX);
    this.y = accounts.latitude.map(mercatorY);
    for (const i of this.account) this.index.add(this.x[i], this.y[i]);
    this.index.finish();
  }

  within(left: number, top: number, right: number, bottom: number): Uint32Array {
    return Uint32Array.from(this.index.range(left, top, right, bottom), (at) => this.account[at]);
  }

  /** Those in a lasso. */
  encircled(ring: readonly (readonly [number, number])[]): Uint32Array {
    const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
    const box = this.within(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
    return box.filter((i) => inside(this.x[i], this.y[i], ring));
  }

  nearest(x: number, y: number, reach: number): number | null {
    let [found, least]: [number | null, number] = [null, Infinity];
    for (const at of this.index.within(x, y, reach)) {
      const i = this.account[at];
      const distance = (this.x[i] - x) ** 2 + (this.y[i] - y) ** 2;
      if (distance < least) [found, least] = [i, distance];
    }
    return found;
  }

  /** The accounts of each smallest box: neighbors, about as many in each. */
  *boxes(): Generator<Uint32Array> {
    const { ids } = this.index;
    const open: [number, number][] = ids.length > 0 ? [[0, ids.length]] : [];
    while (open.length > 0) {
      const [from, to] = open.pop()!;
      if (to - from <= this.leaf) {
        yield Uint32Array.from(ids.subarray(from, to), (at) => this.account[at]);
        continue;
      }
      // The index is sorted by halves, down to boxes of this size.
      const middle = (from + to - 1) >> 1;
      open.push([from, middle], [middle, to]);
    }
  }
}
