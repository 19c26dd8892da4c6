import { decoded, ringsOf, type Topology } from "../../map/topology";
import { inside } from "../core/inside";

type Ring = readonly (readonly [number, number])[];

export interface County {
  name: string;
  /** Postal letters are not in the outlines: the state by its name. */
  state: string;
  rings: Ring[];
  box: readonly [number, number, number, number];
}

/** The counties of the packaged outlines, in degrees; made when somebody first asks for one. */
export class Counties {
  private known: County[] | null = null;

  constructor(private readonly topology: Topology) {}

  at(longitude: number, latitude: number): County | null {
    const found = this.all().find(
      ({ box: [west, south, east, north], rings }) =>
        longitude >= west &&
        longitude <= east &&
        latitude >= south &&
        latitude <= north &&
        rings.some((ring) => inside(longitude, latitude, ring)),
    );
    return found ?? null;
  }

  private all(): County[] {
    if (this.known) return this.known;
    const lines = decoded(this.topology);
    const states = new Map(
      (this.topology.objects.states.geometries ?? []).map((state) => [
        state.id,
        state.properties?.name ?? "",
      ]),
    );
    this.known = (this.topology.objects.counties.geometries ?? []).map((county) => {
      const rings = ringsOf(county, lines).map(pairs);
      return {
        name: county.properties?.name ?? "",
        state: states.get(county.id?.slice(0, 2)) ?? "",
        rings,
        box: boxOf(rings),
      };
    });
    return this.known;
  }
}

function pairs(line: readonly number[]): Ring {
  const ring: [number, number][] = [];
  for (let i = 0; i < line.length; i += 2) ring.push([line[i], line[i + 1]]);
  return ring;
}

function boxOf(rings: readonly Ring[]): [number, number, number, number] {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (const ring of rings) {
    for (const [x, y] of ring) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box;
}
