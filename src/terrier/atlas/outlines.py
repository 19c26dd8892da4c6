"""Outlines of the US, its states and counties: from `us-atlas` (US Census Bureau, 1:10,000,000), packaged, no network."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from terrier.atlas.topojson import Object, Topology
from terrier.engine.design.geometry import EARTH_RADIUS_KM
from terrier.errors import TerrierError

FILE = Path(__file__).parent / "data" / "counties-10m.json"

_FIPS = """
01 AL  02 AK  04 AZ  05 AR  06 CA  08 CO  09 CT  10 DE  11 DC  12 FL  13 GA  15 HI  16 ID  17 IL  18 IN  19 IA  20 KS
21 KY  22 LA  23 ME  24 MD  25 MA  26 MI  27 MN  28 MS  29 MO  30 MT  31 NE  32 NV  33 NH  34 NJ  35 NM  36 NY  37 NC
38 ND  39 OH  40 OK  41 OR  42 PA  44 RI  45 SC  46 SD  47 TN  48 TX  49 UT  50 VT  51 VA  53 WA  54 WV  55 WI  56 WY
60 AS  66 GU  69 MP  72 PR  78 VI
"""

POSTAL = MappingProxyType(dict(re.findall(r"(\d\d) (\w\w)", _FIPS)))
"""Postal code of each state by its FIPS number."""

ISLAND_AREAS = frozenset({"AS", "GU", "MP", "PR", "VI"})
STATES = frozenset(POSTAL.values()) - ISLAND_AREAS
"""The fifty states and DC."""
MAINLAND = STATES - {"AK", "HI"}


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """n areas, sorted by FIPS number.

    fips, names, states : n texts; the state by its postal code. polygons : (n,) of multipolygons in degrees.
    edges : (e, 2) which areas share a border; islands share none, see `join_components`.
    coordinates : (n, 2) longitude and latitude of a point inside each, its centre where that is inside. area_km2 : (n,).
    """

    fips: tuple[str, ...]
    names: tuple[str, ...]
    states: tuple[str, ...]
    polygons: NDArray[np.object_]
    edges: NDArray[np.int32]
    coordinates: NDArray[np.float64]
    area_km2: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.fips)

    def of(self, states: Collection[str]) -> Outlines:
        """The areas of some states only, with the borders between them: ``counties().of(MAINLAND)``."""
        kept = np.flatnonzero([state in states for state in self.states])
        position = np.full(len(self), -1, dtype=np.int32)
        position[kept] = np.arange(len(kept))
        edges = position[self.edges]
        return Outlines(
            tuple(self.fips[i] for i in kept),
            tuple(self.names[i] for i in kept),
            tuple(self.states[i] for i in kept),
            self.polygons[kept],
            edges[(edges >= 0).all(axis=1)],
            self.coordinates[kept],
            self.area_km2[kept],
        )

    def containing(self, coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
        """Position of the area in which each (n, 2) point lies, -1 where in none; the first where on a border."""
        found = np.full(len(coordinates), -1, dtype=np.int64)
        point, area = shapely.STRtree(self.polygons).query(
            shapely.points(coordinates), predicate="intersects"
        )
        backwards = np.lexsort((-area, point))
        found[point[backwards]] = area[backwards]
        return found


@cache
def counties() -> Outlines:
    """The 3,231 counties and their like in the states and the island areas, with their true adjacency."""
    return _outlines("counties")


@cache
def states() -> Outlines:
    """The fifty states, DC and the five island areas."""
    return _outlines("states")


@cache
def land() -> shapely.MultiPolygon:
    """All land of the US, to clip territories at the coast and the Great Lakes."""
    topology = _topology()
    outline: shapely.MultiPolygon = topology.polygon(topology.geometries("nation")[0])
    return outline


@cache
def _topology() -> Topology:
    if not FILE.is_file():
        raise TerrierError(
            "the outlines of US states and counties are missing; run `make assets` to put them in place"
        )
    return Topology.read(FILE)


def _outlines(name: str) -> Outlines:
    topology = _topology()
    listed: list[Object] = sorted(topology.geometries(name), key=lambda geometry: str(geometry["id"]))
    polygons = np.array([topology.polygon(geometry) for geometry in listed], dtype=object)
    fips = tuple(str(geometry["id"]) for geometry in listed)
    return Outlines(
        fips,
        tuple(str(geometry["properties"]["name"]) for geometry in listed),
        tuple(POSTAL[code[:2]] for code in fips),
        polygons,
        topology.neighbours(listed),
        _points_inside(polygons),
        _area_km2(polygons),
    )


def _points_inside(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    west, _, east, _ = shapely.bounds(polygons).T
    # The Aleutians lie on both sides of the date line: bring them together, and their centre back again.
    astride = (east - west) > 180
    together = polygons.copy()
    together[astride] = shapely.transform(
        polygons[astride],
        lambda xy: np.column_stack([np.where(xy[:, 0] > 0, xy[:, 0] - 360, xy[:, 0]), xy[:, 1]]),
    )
    centres = shapely.centroid(together)
    inside = np.where(shapely.contains(together, centres), centres, shapely.point_on_surface(together))
    coordinates = shapely.get_coordinates(inside)
    coordinates[:, 0] = (coordinates[:, 0] + 180) % 360 - 180
    return coordinates


def _area_km2(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """On the sphere, by Lambert's cylinder: longitude by the sine of latitude keeps areas."""
    flat = shapely.transform(
        polygons, lambda xy: np.column_stack([np.radians(xy[:, 0]), np.sin(np.radians(xy[:, 1]))])
    )
    area: NDArray[np.float64] = shapely.area(flat) * EARTH_RADIUS_KM**2
    return area
