import { expect, test } from "vitest";
import type { Topology } from "../map/topology";
import { outlinesFor } from "./outlines";

const withHole: Topology = {
  transform: { scale: [1, 1], translate: [0, 0] },
  arcs: [
    [
      [0, 0],
      [9, 0],
      [0, 9],
      [-9, -9],
    ],
    [
      [4, 1],
      [2, 0],
      [0, 2],
      [-2, -2],
    ],
  ],
  objects: {
    counties: {
      type: "GeometryCollection",
      geometries: [
        { type: "Polygon", id: "51003", arcs: [[0], [1]] },
        { type: "MultiPolygon", id: "51540", arcs: [[[1]]] },
      ],
    },
  },
};

test("a hole in a county stays a hole, and what lies in it is an area of its own", () => {
  const { features } = outlinesFor(withHole, "counties", ({ id }) => id ?? "") as {
    features: { properties: { name: string }; geometry: { coordinates: unknown[][] } }[];
  };
  expect(features.map(({ properties }) => properties.name)).toEqual(["51003", "51540"]);
  expect(features[0].geometry.coordinates[0]).toHaveLength(2);
  expect(features[1].geometry.coordinates).toHaveLength(1);
});
