import type { StyleSpecification } from "maplibre-gl";
import type { Outlines } from "../../map/topology";
import type { MapColors } from "./css-color";

type Position = [number, number];

/** Under the territories: land, and tiles if the office has an address for them. Above: water, counties, states. */
export function styleOf(colors: MapColors, outlines: Outlines, tiles: string): StyleSpecification {
  const color = (name: keyof MapColors): string => `rgb(${colors[name].join()})`;
  const lines = (parts: number[][]): GeoJSON.Feature => ({
    type: "Feature",
    properties: {},
    geometry: { type: "MultiLineString", coordinates: parts.map(positions) },
  });
  return {
    version: 8,
    sources: {
      water: { type: "geojson", data: waterOf(outlines), tolerance: 0.4 },
      states: { type: "geojson", data: lines(outlines.states) },
      counties: { type: "geojson", data: lines(outlines.counties) },
      ...(tiles ? { tiles: { type: "raster", tiles: [tiles], tileSize: 256 } as const } : {}),
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": color("--map-land") } },
      ...(tiles ? [{ id: "tiles", type: "raster", source: "tiles" } as const] : []),
      {
        id: "water",
        type: "fill",
        source: "water",
        layout: { visibility: tiles ? "none" : "visible" },
        paint: { "fill-color": color("--map-water"), "fill-antialias": true },
      },
      {
        id: "counties",
        type: "line",
        source: "counties",
        minzoom: 5.2,
        paint: { "line-color": color("--map-county"), "line-width": 0.75 },
      },
      {
        id: "states",
        type: "line",
        source: "states",
        paint: { "line-color": color("--map-state"), "line-width": 1 },
      },
    ],
  };
}

/** All that is not land: one large ring with the land as its holes. */
function waterOf({ land }: Outlines): GeoJSON.Feature {
  const world: Position[] = [
    [-180, -85],
    [180, -85],
    [180, 85],
    [-180, 85],
    [-180, -85],
  ];
  return {
    type: "Feature",
    properties: {},
    geometry: { type: "Polygon", coordinates: [world, ...land.map(positions)] },
  };
}

function positions(line: number[]): Position[] {
  const found: Position[] = [];
  for (let i = 0; i < line.length; i += 2) found.push([line[i], line[i + 1]]);
  return found;
}
