"""Which units are neighbours, when all that is known is where they are.

Two places are neighbours when they share an edge of the Delaunay triangulation and no third place lies nearly between
them, that is, sees them more than 150° apart: a little less than Delaunay, whose slivers join places along a line past those
between them, and much more than Gabriel's graph (90°), in which territories of heavy accounts can hardly be balanced in one
piece. Like both it contains the minimum spanning tree, and so is connected.

References
----------
Gabriel & Sokal (1969), A new statistical approach to geographic variation analysis, Systematic Zoology 18(3).
Kirkpatrick & Radke (1985), A framework for computational morphology, for the family between the two (β-skeletons).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import ConvexHull, Delaunay, KDTree, QhullError

from terrier.engine.design.geometry import Floats, Metric, to_xyz
from terrier.engine.design.graph import Graph
from terrier.engine.design.kernels.tree import shortest_tree

Integers = NDArray[np.int64]

SAME_PLACE_DEGREES = 1e-5
"""Units within about a metre are at one place: closer ones are noise to a triangulation of the whole earth."""

ABSURD = 8.0
"""An edge so many times longer than is usual at both its ends leaps a lake or a desert, and is cut."""

BETWEEN = np.cos(np.radians(30.0))
"""A third place that sees two others more than 150° apart lies between them."""

FEW = 3000
"""Up to so many units all pairs are looked at sooner than a triangulation is made: 0.3 ms against 2.7 for 400, 12 against 22 for 3,000."""

CARRIERS = 3
"""So many of the units at a place are joined to those of the neighbouring places; the others through them."""


def point_adjacency(coordinates: Floats, metric: Metric) -> Graph:
    """Join each unit to those around it: one connected graph, whatever the points.

    Neighbours as above, without the absurdly long edges that are not needed to hold the graph together. Units at the
    same place (often many accounts on the centre of one ZIP code) are joined to one another.

    Parameters
    ----------
    coordinates : (n, 2) float
        Longitude and latitude in degrees, or x and y on a plane; finite, as in `Problem`.
    """
    sites, site_of = _distinct(np.asarray(coordinates, dtype=np.float64), metric)
    points = to_xyz(sites, metric)
    edges, widest = _edges(points, metric)
    length = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
    backbone = _spanning_tree(len(points), edges, length)
    gabriel = widest < 0
    usual = _usual_length(len(points), edges[gabriel], length[gabriel])
    leaps = length > ABSURD * usual[edges].max(axis=1)
    kept = backbone | (~leaps & (widest <= BETWEEN))
    return Graph.from_edges(len(site_of), _spread(edges[kept], site_of, len(points)))


def spanning_tree(coordinates: Floats, metric: Metric) -> Integers:
    """(n - 1, 2) the shortest tree that joins the units. Those at the same place are joined at no length."""
    if len(coordinates) <= FEW:
        tree: Integers = shortest_tree(to_xyz(np.asarray(coordinates, dtype=np.float64), metric))
        return tree
    sites, site_of = _distinct(np.asarray(coordinates, dtype=np.float64), metric)
    points = to_xyz(sites, metric)
    edges, _ = _edges(points, metric)
    length = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
    between = edges[_spanning_tree(len(points), edges, length)]
    _, first = np.unique(site_of, return_index=True)
    later = np.setdiff1d(np.arange(len(site_of)), first)
    return np.concatenate([first[between], np.column_stack([first[site_of[later]], later])])


def join_components(graph: Graph, coordinates: Floats, metric: Metric) -> tuple[Graph, NDArray[np.int32]]:
    """Tie the separate pieces of a graph together by the shortest possible links, islands to the nearest piece.

    The islands of a chain are tied to one another and the chain once to the mainland: the links are the minimum spanning
    tree of the pieces, where the distance of two pieces is that of their nearest units.

    Returns
    -------
    graph : Graph
        Connected.
    added : (p - 1, 2) int32
        The links added between the p pieces, shortest first.
    """
    piece = graph.components()
    # The shortest link between any set of units and the rest is an edge of the Gabriel graph, so none is missed.
    near = point_adjacency(coordinates, metric).edges()
    near = near[piece[near[:, 0]] != piece[near[:, 1]]]
    points = to_xyz(np.asarray(coordinates, dtype=np.float64), metric)
    length = np.linalg.norm(points[near[:, 0]] - points[near[:, 1]], axis=1)
    near = near[np.argsort(length, kind="stable")]
    added = near[
        _spanning_tree(int(piece.max(initial=-1)) + 1, piece[near].astype(np.int64), np.arange(len(near)))
    ]
    return Graph.from_edges(graph.n_units, np.concatenate([graph.edges(), added])), added


def _distinct(coordinates: Floats, metric: Metric) -> tuple[Floats, Integers]:
    """The distinct places, and the place of each unit."""
    rounded = np.round(coordinates / SAME_PLACE_DEGREES) if metric == "sphere" else coordinates
    _, first, site_of = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    return coordinates[first], site_of.reshape(-1).astype(np.int64)


def _edges(points: Floats, metric: Metric) -> tuple[Integers, Floats]:
    """The edges of the triangulation, a path where the points lie on one line; among them a spanning tree.

    With each the largest -cos of the angle at which a facing corner sees it: below 0 for Gabriel's edges.
    """
    triangles = _triangles(points, metric)
    if triangles is None:
        along = np.argsort(_principal(points, 1)[:, 0], kind="stable")
        edges = np.sort(np.column_stack([along[:-1], along[1:]]), axis=1)
        return edges, np.full(len(edges), -1.0)
    sides = np.sort(
        np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1
    )
    facing = np.concatenate([triangles[:, 2], triangles[:, 0], triangles[:, 1]])
    a, b = points[sides[:, 0]] - points[facing], points[sides[:, 1]] - points[facing]
    long = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    opposed = -np.einsum("ij,ij->i", a, b) / np.maximum(long, 1e-300)
    edges, edge_of = np.unique(sides, axis=0, return_inverse=True)
    widest = np.full(len(edges), -1.0)
    np.maximum.at(widest, edge_of.reshape(-1), opposed)
    dropped = _dropped(points, edges)
    return np.concatenate([edges, dropped]), np.concatenate([widest, np.full(len(dropped), -1.0)])


def _triangles(points: Floats, metric: Metric) -> Integers | None:
    """A Delaunay triangulation: of the sphere (its convex hull) or of the plane; None when all lie on one line."""
    try:
        if metric == "sphere" and len(points) > 3:
            return ConvexHull(points).simplices.astype(np.int64)
    except QhullError:
        pass  # On one circle, or so near one another that the earth is flat: triangulate that plane.
    try:
        return Delaunay(_principal(points, 2)).simplices.astype(np.int64) if len(points) > 2 else None
    except QhullError:
        return None


def _principal(points: Floats, n_axes: int) -> Floats:
    """Coordinates along the axes in which the points spread most."""
    centred = points - points.mean(axis=0) if len(points) else points
    axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1]
    along: Floats = centred @ axes[:, :n_axes]
    return along


def _dropped(points: Floats, edges: Integers) -> Integers:
    """Edges to their nearest place for those that the triangulation left out as too near another one."""
    used = np.zeros(len(points), dtype=np.bool_)
    used[edges] = True
    left_out, within = np.flatnonzero(~used), np.flatnonzero(used)
    if not len(left_out):
        return np.empty((0, 2), dtype=np.int64)
    nearest = KDTree(points[within]).query(points[left_out])[1]
    return np.column_stack([left_out, within[nearest]])


def _spanning_tree(n: int, edges: Integers, length: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Which edges form the minimum spanning tree; of equally long ones the earlier. Repeated edges are welcome."""
    kept = np.zeros(len(edges), dtype=np.bool_)
    order = np.argsort(length, kind="stable")
    low, high = edges[order].min(axis=1), edges[order].max(axis=1)
    first = np.sort(np.unique(low * n + high, return_index=True)[1])
    # Ranks for lengths: ties are settled, and no edge of length 0 vanishes from the sparse matrix.
    ranks = csr_array((first + 1.0, (low[first], high[first])), shape=(n, n))
    kept[order[minimum_spanning_tree(ranks).data.astype(np.int64) - 1]] = True
    return kept


def _usual_length(n: int, edges: Integers, length: Floats) -> Floats:
    """The median length of the edges at each place; 0 where there are none."""
    ends, lengths = edges.T.reshape(-1), np.tile(length, 2)
    order = np.lexsort((lengths, ends))
    degree = np.bincount(ends, minlength=n)
    start = np.cumsum(degree) - degree
    usual = np.zeros(n)
    joined = degree > 0
    usual[joined] = lengths[order][(start + (degree - 1) // 2)[joined]]
    return usual


def _spread(edges: Integers, site_of: Integers, n_sites: int) -> Integers:
    """Edges between units from edges between places, and edges among the units at one place.

    The units of a place are joined in a chain, and each to the first, so that the place holds together when a few of
    them leave. The first `CARRIERS` of them carry the edges to other places.
    """
    order = np.argsort(site_of, kind="stable")
    count = np.bincount(site_of, minlength=n_sites)
    start = np.cumsum(count) - count
    position = np.arange(len(order)) - np.repeat(start, count)
    later = np.flatnonzero(position > 0)
    parts = [
        np.column_stack([order[later - 1], order[later]]),
        np.column_stack([order[later - position[later]], order[later]]),
    ]
    a, b = edges.T
    for i in range(CARRIERS):
        for j in range(CARRIERS):
            both = (count[a] > i) & (count[b] > j)
            parts.append(np.column_stack([order[start[a[both]] + i], order[start[b[both]] + j]]))
    return np.concatenate(parts)
