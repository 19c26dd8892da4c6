import { decoded, ringsOf, type Topology } from "../map/topology";

/** The outlines of the states as GeoJSON, one polygon for each piece of land. */
export function statesOf(topology: Topology): object {
  const lines = decoded(topology);
  return {
    type: "FeatureCollection",
    features: (topology.objects.states.geometries ?? []).flatMap((state) =>
      ringsOf(state, lines).map((ring) => ({
        type: "Feature",
        properties: { name: state.properties?.name ?? "" },
        geometry: { type: "Polygon", coordinates: [pairs(ring)] },
      })),
    ),
  };
}

function pairs(ring: number[]): [number, number][] {
  return Array.from({ length: ring.length / 2 }, (_, at) => [ring[2 * at], ring[2 * at + 1]]);
}
