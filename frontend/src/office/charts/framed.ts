import { getMap } from "echarts/core";

type Corners = [[number, number], [number, number]];
interface Feature {
  properties: { name: string };
  geometry: { coordinates: [number, number][][][] };
}

const MAINLAND = { west: -125.5, east: -66 };

/** How long a degree of longitude is drawn, beside one of latitude. */
const NARROWER = 0.78;

/** North-west and south-east corners around some areas of a map; of the mainland alone, if any of them is there. */
export function framed(map: string, names: string[], aspect: number): Corners {
  const { features } = (getMap(map) as unknown as { geoJSON: { features: Feature[] } }).geoJSON;
  return widened(cornersOf(features, new Set(names)), aspect);
}

/** As wide for its height as there is room, so that land keeps its shape. */
export function widened([[west, north], [east, south]]: Corners, aspect: number): Corners {
  const [width, height] = [(east - west) * NARROWER, north - south];
  const more = [
    Math.max(0, height * aspect - width) / NARROWER / 2,
    Math.max(0, width / aspect - height) / 2,
  ];
  return [
    [west - more[0], north + more[1]],
    [east + more[0], south - more[1]],
  ];
}

export function cornersOf(features: Feature[], names: Set<string>): Corners {
  const points = features
    .filter(({ properties }) => names.size === 0 || names.has(properties.name))
    .flatMap(({ geometry }) => geometry.coordinates.flatMap((polygon) => polygon[0]));
  const inside = points.filter(([x]) => x > MAINLAND.west && x < MAINLAND.east);
  const [least, most] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ];
  for (const point of inside.length > 0 ? inside : points) {
    for (const at of [0, 1]) {
      least[at] = Math.min(least[at], point[at]);
      most[at] = Math.max(most[at], point[at]);
    }
  }
  const room = 0.03 * (most[0] - least[0]) + 0.1;
  return [
    [least[0] - room, most[1] + room],
    [most[0] + room, least[1] - room],
  ];
}
