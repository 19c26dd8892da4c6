"""Which areas touch, when each comes as a polygon of its own: user outlines in GeoJSON, hexagons, ZIP areas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


def polygon_adjacency(polygons: Sequence[BaseGeometry]) -> NDArray[np.int32]:
    """Pairs of polygons with a stretch of border in common, or that overlap; touching in a point is not enough.

    Returns
    -------
    (e, 2) int32
        Positions in `polygons`, smaller first, sorted: the edges for `Graph.from_edges`.
    """
    areas = np.array(polygons, dtype=object)
    areas = np.where(shapely.is_valid(areas), areas, shapely.make_valid(areas))
    a, b = shapely.STRtree(areas).query(areas, predicate="intersects")
    a, b = a[a < b], b[a < b]
    # An intersection has a length when it is a line or an area, none when it is only points.
    touching = shapely.length(shapely.intersection(areas[a], areas[b])) > 0
    pairs = np.column_stack([a[touching], b[touching]]).astype(np.int32)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
