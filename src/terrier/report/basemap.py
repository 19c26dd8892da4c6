"""The land under the map: US states and counties near the units, simplified to what a screen can show."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from terrier.atlas import outlines
from terrier.engine.design import Problem

Box = tuple[float, float, float, float]
WHOLE = 25.0  # degrees: units spread wider than this get the whole country
LONGEST = (
    0.5  # degrees: longer edges get points between, as a parallel is no straight line on the page's cone
)
STEP = 1e-3  # degrees between the values a coordinate can take: a tenth of a kilometer


def basemap(problem: Problem) -> dict[str, Any] | None:
    """Land as filled rings, borders as lines by rank (coast, state, county), state codes; None outside of the US."""
    if problem.metric != "sphere" or not in_us(problem.coordinates):
        return None
    box = _box(problem.coordinates)
    detail = max(box[2] - box[0], 1.3 * (box[3] - box[1])) / 4000
    land = shapely.simplify(shapely.clip_by_rect(outlines.land(), *box), detail)
    states = outlines.states()
    inside = _within(states.coordinates, box)
    return {
        "step": STEP,
        "land": [_flat(part.exterior) for part in shapely.get_parts(land) if part.geom_type == "Polygon"],
        **_borders(box, detail),
        "labels": [
            [states.states[i], *np.round(states.coordinates[i], 2).tolist()] for i in np.flatnonzero(inside)
        ],
    }


def in_us(coordinates: NDArray[np.float64]) -> bool:
    """Whether nearly all places lie on US land or just off its coast."""
    land = shapely.buffer(shapely.simplify(outlines.land(), 0.02), 0.1)
    shapely.prepare(land)
    step = max(1, len(coordinates) // 2000)
    return float(shapely.intersects(land, shapely.points(coordinates[::step])).mean()) > 0.98


def _borders(box: Box, detail: float) -> dict[str, list[list[int]]]:
    """Each border once; a state's border is a county's too, and is drawn over it."""
    states, counties = outlines.states().polygons, outlines.counties().polygons
    coast = shapely.boundary(outlines.land())
    return {
        "coast": _lines(coast, box, detail),
        "states": _lines(_mesh(states, box), box, detail),
        "counties": _lines(_mesh(counties, box), box, detail),
    }


def _mesh(polygons: NDArray[np.object_], box: Box) -> Any:
    """The lines between polygons near the box, once each: segments that two of them have."""
    near = polygons[shapely.intersects(polygons, shapely.box(*box))]
    rings = shapely.get_rings(shapely.get_parts(near))
    if len(rings) == 0:
        return shapely.MultiLineString()
    segments = []
    for points in map(shapely.get_coordinates, rings):
        segments.append(np.hstack([points[:-1], points[1:]]))
    ends = np.concatenate(segments).round(7)
    swap = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[swap] = ends[swap][:, [2, 3, 0, 1]]
    once, times = np.unique(ends, axis=0, return_counts=True)
    lines = np.asarray(shapely.linestrings(once[times > 1].reshape(-1, 2, 2)))
    return shapely.line_merge(shapely.multilinestrings(lines))


def _lines(shape: Any, box: Box, detail: float) -> list[list[int]]:
    clipped = shapely.simplify(shapely.clip_by_rect(shape, *box), detail)
    return [_flat(part) for part in shapely.get_parts(clipped) if part.length > 2 * detail]


def _flat(line: Any) -> list[int]:
    """x, y steps in one list, each point after the first as the way from the one before."""
    whole = np.round(shapely.get_coordinates(shapely.segmentize(line, LONGEST)) / STEP).astype(np.int64)
    way = np.diff(whole, axis=0)
    kept = np.concatenate([[True], way.any(axis=1)])
    whole = whole[kept]
    whole[1:] = np.diff(whole, axis=0)
    found: list[int] = whole.ravel().tolist()
    return found


def _box(coordinates: NDArray[np.float64]) -> Box:
    (west, south), (east, north) = coordinates.min(axis=0), coordinates.max(axis=0)
    size = max(east - west, north - south, 1.0)
    if size > WHOLE:
        return (-180.0, 15.0, -60.0, 73.0) if west < -130 else (-128.0, 22.0, -64.0, 51.0)
    pad = 0.6 * size
    return float(west - pad), float(south - pad), float(east + pad), float(north + pad)


def _within(places: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    x, y = places.T
    found: NDArray[np.bool_] = (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])
    return found
