"""Outlines of territories: the land each one covers, without gaps or overlaps between neighbors.

Units that are areas dissolve. Points claim the land nearest to them (Voronoi cells), as far as a reach that follows how
densely the units lie, clipped to the US where all of them are there. Cells are not united one by one: the cell edges
between different territories alone, polygonized, give the outlines, in O(n log n) for n points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay, cKDTree
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from terrier.atlas import outlines
from terrier.engine.design import Problem
from terrier.report.basemap import in_us

GRID = 1e-5  # degrees, about a meter: every vertex lies on it, so that neighbors share theirs exactly
SIMPLIFY = 1 / 1500  # of the drawing's width: half a pixel on a large screen
FINER = 1000  # times finer is the grid on which outlines are computed
GUARDS = 16

Outlines = list[BaseGeometry]
Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Cells:
    """Voronoi cells as the e edges between them. ends : (e, 4) x and y of both. sites : (e, 2) who lies on either side."""

    ends: NDArray[np.float64]
    sites: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the units lie, on a plane for drawing: x is longitude shrunk by the middle latitude, y is latitude.

    seam : the longitude at which the globe is cut, -180 unless the units lie on both sides of the date line.
    spots : different places. spot_of : (n,) the place of each unit. cells : their Voronoi cells, all finite.
    Sites past the spots are guards that stand around them.
    """

    places: NDArray[np.float64]
    squeeze: float
    seam: float
    region: BaseGeometry
    grid: float
    spots: NDArray[np.float64]
    spot_of: NDArray[np.intp]
    cells: Cells

    @property
    def size(self) -> float:
        return float(np.ptp(self.places, axis=0).max()) or 1.0


def survey(problem: Problem) -> Ground:
    """Lay the units on the plane and find the land around them, once for all the outlines of a document."""
    places = problem.coordinates.copy()
    squeeze, seam = 1.0, -180.0
    if problem.metric == "sphere":
        seam = _seam(places[:, 0])
        places[:, 0] = np.where(places[:, 0] < seam, places[:, 0] + 360, places[:, 0])
        squeeze = max(0.1, float(np.cos(np.radians(places[:, 1].mean()))))
    places[:, 0] *= squeeze
    size = float(np.ptp(places, axis=0).max()) or 1.0
    grid = GRID if problem.metric == "sphere" else size * 1e-7
    region = _around(places, grid)
    if problem.metric == "sphere" and in_us(problem.coordinates):
        region = _on_land(region, places, squeeze)
    spots, spot_of = np.unique(places, axis=0, return_inverse=True)
    return Ground(places, squeeze, seam, region, grid, spots, spot_of.ravel(), _cells(spots, size, grid))


def point_outlines(ground: Ground, labels: Labels, n_labels: int) -> Outlines:
    """The land nearest to the units of each label, in the problem's coordinates; empty where a label has none."""
    of_spot = _majority(ground.spot_of, labels, len(ground.spots), n_labels)
    exact = _territories(ground, of_spot, n_labels)
    coarse = shapely.coverage_simplify(exact, ground.size * SIMPLIFY, simplify_boundary=False)
    return [_home(shape, ground) for shape in _on_grid(coarse, ground.grid)]


def area_outlines(shapes: Sequence[BaseGeometry], labels: Labels, n_labels: int) -> Outlines:
    """The union of the areas of each label, simplified together so that neighbors still meet."""
    areas = np.array(shapes, dtype=object)
    united = [
        shapely.union_all(shapely.make_valid(areas[labels == j]), grid_size=GRID) for j in range(n_labels)
    ]
    polygons = np.array([_polygons(shape) for shape in united], dtype=object)
    west, south, east, north = shapely.total_bounds(polygons)
    coarse = shapely.coverage_simplify(polygons, max(east - west, north - south) / 6000)
    return [_polygons(shape) for shape in coarse]


def point_neighbors(ground: Ground, labels: Labels, n_labels: int) -> set[tuple[int, int]]:
    """Pairs of labels with cells side by side, smaller first."""
    of_spot = _majority(ground.spot_of, labels, len(ground.spots), n_labels)
    pairs = ground.cells.sites
    sides = of_spot[pairs[(pairs < len(of_spot)).all(axis=1)]]
    apart = sides[(sides[:, 0] != sides[:, 1]) & (sides >= 0).all(axis=1)]
    return {(int(a), int(b)) for a, b in np.unique(np.sort(apart, axis=1), axis=0)}


def area_neighbors(shapes: Outlines) -> set[tuple[int, int]]:
    """Pairs of outlines that touch, smaller position first."""
    tree = shapely.STRtree(shapes)
    reach = 10 * GRID
    left, right = tree.query(shapes, predicate="dwithin", distance=reach)
    return {(int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b}


def _seam(longitudes: NDArray[np.float64]) -> float:
    """Where to cut the globe: the date line, or the widest empty stretch when units lie on both sides of it."""
    if np.ptp(longitudes) <= 180:
        return -180.0
    ordered = np.unique(longitudes)
    gaps = np.diff(ordered)
    widest = int(gaps.argmax())
    around = ordered[0] + 360 - ordered[-1]
    return float(ordered[widest] + gaps[widest] / 2) if gaps[widest] > 2 * around else -180.0


def _around(places: NDArray[np.float64], grid: float) -> BaseGeometry:
    """Land within reach of the units: a few times the distance between neighbors; holes and narrow bays are filled."""
    size = float(np.ptp(places, axis=0).max()) or 0.2
    spots = np.unique(places, axis=0)
    near = np.asarray(cKDTree(spots).query(spots, k=[min(3, len(spots))])[0])
    usual = float(np.quantile(near, 0.9)) if len(spots) > 1 else size
    reach = float(np.clip(1.6 * usual, size / 40, size / 8))
    step = reach / 4
    coarse = np.unique(np.round(spots / step), axis=0) * step
    # Growing by more than the reach and shrinking back closes what lies between units without reaching far outside.
    blob = shapely.union_all(shapely.buffer(shapely.points(coarse), 3 * reach, quad_segs=6))
    shrunk = shapely.get_parts(shapely.buffer(blob, -2 * reach, quad_segs=6))
    filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shrunk)))
    return shapely.simplify(filled, max(reach / 40, grid))


def _on_land(region: BaseGeometry, places: NDArray[np.float64], squeeze: float) -> BaseGeometry:
    """The part of the region on US land; units on piers and islets keep a little ground of their own."""
    box = shapely.buffer(shapely.envelope(region), 0.1).bounds
    land = shapely.clip_by_rect(shapely.transform(outlines.land(), lambda xy: xy * [squeeze, 1]), *box)
    land = shapely.simplify(land, max(box[2] - box[0], box[3] - box[1]) / 2500)
    shapely.prepare(land)
    points = np.asarray(shapely.points(np.unique(places, axis=0)))
    strays = shapely.buffer(points[~shapely.intersects(land, points)], 0.05)
    return shapely.union_all([shapely.intersection(shapely.make_valid(land), region), *strays])


def _majority(spot: NDArray[np.intp], labels: Labels, n_places: int, n_labels: int) -> Labels:
    """The label most units at a place have, -1 where none has any: several accounts may share one ZIP's centroid."""
    held = labels >= 0
    votes, counts = np.unique(spot[held].astype(np.int64) * n_labels + labels[held], return_counts=True)
    order = np.argsort(counts, kind="stable")
    found = np.full(n_places, -1, dtype=np.int32)
    found[votes[order] // n_labels] = votes[order] % n_labels
    return found


def _cells(spots: NDArray[np.float64], size: float, grid: float) -> Cells:
    """Voronoi cells; far guards stand around the places, so that every cell is finite and few places do not matter."""
    angles = np.linspace(0, 2 * np.pi, GUARDS, endpoint=False)
    guards = spots.mean(axis=0) + (4 * size + 1) * np.column_stack([np.cos(angles), np.sin(angles)])
    sites = np.vstack([spots, guards])
    triangles = Delaunay(sites)
    corners = triangles.simplices
    # Corners of cells that are one but for rounding become one: with four places in a square two triangles have it.
    vertices = _rounded(_circumcenters(sites[corners]), grid / FINER)
    here, side = np.nonzero(triangles.neighbors > np.arange(len(corners))[:, None])
    ends = np.hstack([vertices[here], vertices[triangles.neighbors[here, side]]])
    between = np.column_stack([corners[here, side - 1], corners[here, side - 2]])
    long = (ends[:, :2] != ends[:, 2:]).any(axis=1)
    return Cells(ends[long], between[long])


def _circumcenters(triangles: NDArray[np.float64]) -> NDArray[np.float64]:
    """The point as far from all three corners of each (n, 3, 2) triangle."""
    first, b, c = triangles[:, 0], triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    bb, cc = (b * b).sum(axis=1), (c * c).sum(axis=1)
    twice = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    away = np.column_stack([c[:, 1] * bb - b[:, 1] * cc, b[:, 0] * cc - c[:, 0] * bb])
    found: NDArray[np.float64] = first + away / twice[:, None]
    return found


def _territories(ground: Ground, labels: Labels, n_labels: int) -> NDArray[Any]:
    """(n_labels,) unions of the cells of each label within the region, from the edges between cells of different labels.

    Only the few edges that the region's own edge crosses are noded; the others meet at their ends already.
    """
    cells = ground.cells
    sides = np.concatenate([labels, np.full(GUARDS, -2, dtype=np.int32)])[cells.sites]
    ends = cells.ends[sides[:, 0] != sides[:, 1]]
    edges = shapely.linestrings(ends.reshape(-1, 2, 2))
    border = shapely.boundary(ground.region)
    for shape in (border, ground.region):
        shapely.prepare(shape)
    cut = shapely.intersects(border, edges)
    within = ~cut & shapely.intersects_xy(ground.region, ends[:, 0], ends[:, 1])
    step = ground.grid / FINER
    noded = shapely.union_all([shapely.multilinestrings(edges[cut]), border], grid_size=step)
    lines = np.concatenate([shapely.get_parts(noded), edges[within]])
    lines = shapely.transform(lines, lambda xy: _rounded(xy, step))  # to the same float, whoever rounded it
    faces = shapely.get_parts(shapely.polygonize(lines))
    inside = shapely.point_on_surface(faces)
    kept = shapely.intersects(ground.region, inside)
    nearest = cKDTree(ground.spots).query(shapely.get_coordinates(inside[kept]))[1]
    return _grouped(faces[kept], labels[nearest], n_labels)


def _on_grid(territories: NDArray[Any], grid: float) -> NDArray[Any]:
    """Every vertex on one grid, so that neighbors share theirs exactly, and what rounding tangled set right."""
    found: NDArray[Any] = shapely.transform(territories, lambda xy: _rounded(xy, grid))
    tangled = ~shapely.is_valid(found)
    found[tangled] = shapely.set_precision(territories[tangled], grid)
    return found


def _rounded(xy: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    return np.round(xy / step) * step


def _grouped(faces: NDArray[Any], owner: Labels, n_labels: int) -> NDArray[Any]:
    groups = np.empty(n_labels, dtype=object)
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(n_labels + 1))
    for j in range(n_labels):
        groups[j] = shapely.multipolygons(faces[order[starts[j] : starts[j + 1]]])
    return groups


def _home(shape: BaseGeometry, ground: Ground) -> BaseGeometry:
    """Back to the problem's coordinates, cut at the date line, as RFC 7946 asks."""
    shape = shapely.transform(shape, lambda xy: xy / [ground.squeeze, 1])
    if ground.seam == -180.0:
        return shape
    west = shapely.clip_by_rect(shape, -180, -90, 180, 90)
    east = shapely.transform(shapely.clip_by_rect(shape, 180, -90, 540, 90), lambda xy: xy - [360, 0])
    return _polygons(shapely.GeometryCollection([*_polygons(west).geoms, *_polygons(east).geoms]))


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, Polygon)]
    return MultiPolygon([part for part in parts if not part.is_empty])
