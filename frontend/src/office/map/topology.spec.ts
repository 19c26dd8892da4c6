import { expect, test } from "vitest";
import { outlinesOf, type Topology } from "./topology";

const square: Topology = {
  transform: { scale: [0.5, 0.5], translate: [-100, 40] },
  arcs: [
    [
      [0, 0],
      [2, 0],
    ],
    [
      [0, 0],
      [0, 2],
      [2, 0],
      [0, -2],
    ],
  ],
  objects: {
    nation: { type: "MultiPolygon", arcs: [[[0, ~1]]] },
    states: { type: "GeometryCollection", geometries: [{ type: "Polygon", arcs: [[0]] }] },
    counties: { type: "GeometryCollection", geometries: [{ type: "Polygon", arcs: [[0, ~1]] }] },
  },
};

test("arcs are walked in degrees, backwards where they are turned", () => {
  expect(outlinesOf(square).land).toEqual([[-100, 40, -99, 40, -99, 40, -99, 41, -100, 41, -100, 40]]);
});

test("a border of states is not drawn again as one of counties", () => {
  const { states, counties } = outlinesOf(square);
  expect(states).toEqual([[-100, 40, -99, 40]]);
  expect(counties).toHaveLength(1);
});
