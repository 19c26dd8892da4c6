"""How far territories reach and how much they cut: the figures of the objectives without centers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from terrier.engine.design.geometry import EARTH_RADIUS_KM, distance, to_xyz
from terrier.engine.design.problem import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

FEW = 64
"""So many places are compared pair by pair without looking for their hull first."""

BLOCK = 1024

WITHIN = np.cos(np.radians(44.0))
"""Places nearer than this angle to their common middle are less than 90° from one another."""


def diameters(problem: Problem, assignment: Ints) -> Floats:
    """(k,) the largest distance between two units of each territory, km; exact. 0 for an empty one.

    The two are corners of the convex hull. On the sphere that holds for places less than 90° apart, for then every cap around one of
    them is convex; their hull is that of their gnomonic projection, which maps great circles to lines. Wider territories
    are compared pair by pair.
    """
    points = to_xyz(problem.coordinates, problem.metric)
    order = np.argsort(assignment, kind="stable")
    ends = np.cumsum(np.bincount(assignment, minlength=problem.n_territories))
    result = np.zeros(problem.n_territories)
    for j, members in enumerate(np.split(order, ends[:-1])):
        if len(members) < 2:
            continue
        corners = members[_corners(points[members], planar=problem.metric == "plane")]
        a, b = _farthest(points[corners])
        pair = problem.coordinates[corners[[a, b]]]
        result[j] = distance(pair[:1], pair[1:], problem.metric)[0]
    return result


def cut_edges(problem: Problem, assignment: Ints) -> float:
    """Σ weight of the adjacency edges between different territories; their number without ``edge_weights``."""
    assert problem.adjacency is not None
    edges = problem.adjacency.edges()
    cut = assignment[edges[:, 0]] != assignment[edges[:, 1]]
    return float(cut.sum() if problem.edge_weights is None else problem.edge_weights[cut].sum())


def _corners(points: Floats, *, planar: bool) -> NDArray[np.int64]:
    """Positions of all points that can be an end of the longest distance."""
    everything = np.arange(len(points))
    if len(points) <= FEW:
        return everything
    flat = points[:, :2] if planar else _gnomonic(points / EARTH_RADIUS_KM)
    if flat is None:
        return everything
    try:
        return np.sort(ConvexHull(flat).vertices).astype(np.int64)
    except QhullError:  # all on one line, or at one place: its two ends
        first = flat - flat[0]
        along = first @ first[np.argmax(np.einsum("ij,ij->i", first, first))]
        return np.array([np.argmin(along), np.argmax(along)])


def _gnomonic(points: Floats) -> Floats | None:
    """(n, 2) central projection of unit vectors from their middle; None where they reach too far around the sphere."""
    middle = points.mean(axis=0)
    size = np.linalg.norm(middle)
    if size < 1e-3:
        return None
    middle /= size
    height = points @ middle
    if height.min() < WITHIN:
        return None
    east = np.linalg.svd(middle[None, :])[2][1:]
    flat: Floats = (points @ east.T) / height[:, None]
    return flat


def _farthest(points: Floats) -> tuple[int, int]:
    """The two points farthest apart, pair by pair in blocks of rows."""
    best, ends = -1.0, (0, 0)
    for start in range(0, len(points), BLOCK):
        gap = points[start : start + BLOCK, None, :] - points[None, :, :]
        squared = np.einsum("ijk,ijk->ij", gap, gap)
        at = int(np.argmax(squared))
        if squared.flat[at] > best:
            best = float(squared.flat[at])
            ends = (start + at // len(points), at % len(points))
    return ends
