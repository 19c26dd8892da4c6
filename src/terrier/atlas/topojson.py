"""TopoJSON: polygons as loops of numbered arcs, so that neighbours share theirs exactly. Reads what `us-atlas` writes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Object = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """arcs : one (p, 2) array of longitude and latitude each. step : what they are rounded to, in degrees.
    objects : by name, as in the file.
    """

    arcs: Sequence[NDArray[np.float64]]
    step: float
    objects: dict[str, Object]

    @classmethod
    def read(cls, file: Path) -> Topology:
        data = json.loads(file.read_text(encoding="utf-8"))
        scale, translate = data["transform"]["scale"], data["transform"]["translate"]
        # Points are whole steps from the one before.
        arcs = [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in data["arcs"]]
        return cls(arcs, max(scale), data["objects"])

    def geometries(self, name: str) -> list[Object]:
        found: list[Object] = self.objects[name]["geometries"]
        return found

    def polygon(self, geometry: Object) -> shapely.MultiPolygon:
        """The outline as one valid multipolygon, without the rings that rounding has flattened to a line or a point.

        An area of which nothing else is left (Falls Church, Virginia) stays as a patch around that line.
        """
        rings = [[self._ring(arcs) for arcs in polygon] for polygon in _polygons(geometry)]
        parts = [
            shapely.Polygon(outer, [hole for hole in holes if len(hole) >= 4])
            for outer, *holes in rings
            if len(outer) >= 4
        ]
        outline = areal(shapely.MultiPolygon(parts))
        if outline.is_empty:
            outline = areal(
                shapely.MultiPoint(np.concatenate([outer for outer, *_ in rings])).buffer(self.step)
            )
        return outline

    def neighbours(self, geometries: Sequence[Object]) -> NDArray[np.int32]:
        """Pairs of positions of geometries with an arc of some length in common; sorted, smaller first."""
        users: dict[int, set[int]] = defaultdict(set)
        for position, geometry in enumerate(geometries):
            for polygon in _polygons(geometry):
                for arc in (arc if arc >= 0 else ~arc for ring in polygon for arc in ring):
                    users[arc].add(position)
        pairs = {
            pair
            for arc, positions in users.items()
            if len(positions) > 1 and np.ptp(self.arcs[arc], axis=0).any()
            for pair in combinations(sorted(positions), 2)
        }
        return np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)

    def _ring(self, arcs: Sequence[int]) -> NDArray[np.float64]:
        """The points of a closed ring; ~i stands for arc i backwards, and arcs share their end points."""
        points = [self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1] for arc in arcs]
        ring = np.concatenate([points[0][:1], *(arc[1:] for arc in points)])
        moved = np.concatenate([[True], np.any(ring[1:] != ring[:-1], axis=1)])
        distinct: NDArray[np.float64] = ring[moved]
        return distinct


def areal(geometry: BaseGeometry) -> shapely.MultiPolygon:
    """The geometry made valid, and of that only what has an area."""
    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    parts = [part for part in shapely.get_parts(shapely.get_parts(valid)) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon([part for part in parts if not part.is_empty])


def _polygons(geometry: Object) -> Iterator[list[list[int]]]:
    """Each polygon of a geometry as rings of arc numbers, the outer ring first."""
    yield from geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
