import { decoded, joined, type Geometry, type Topology } from "../map/topology";

type Ring = [number, number][];

/** The outlines of states or counties as GeoJSON, with their holes; each is called by what `named` says. */
export function outlinesFor(
  topology: Topology,
  level: "states" | "counties",
  named: (area: Geometry) => string,
): object {
  const lines = decoded(topology);
  const ring = (arcs: number[]): Ring => pairs(joined(arcs, lines));
  return {
    type: "FeatureCollection",
    features: (topology.objects[level].geometries ?? []).map((area) => ({
      type: "Feature",
      properties: { name: named(area) },
      geometry: {
        type: "MultiPolygon",
        coordinates: polygonsOf(area).map((polygon) => polygon.map(ring)),
      },
    })),
  };
}

/** Of each piece of land its outline and the holes in it, as arcs. */
function polygonsOf({ type, arcs }: Geometry): number[][][] {
  const parts = arcs as unknown;
  return type === "Polygon" ? [parts as number[][]] : (parts as number[][][]);
}

function pairs(ring: number[]): Ring {
  return Array.from({ length: ring.length / 2 }, (_, at) => [ring[2 * at], ring[2 * at + 1]]);
}
