"""Plans scored in each benchmark's own definition, by code that shares nothing with the engine.

The engine's independent checker says whether a plan is what it says it is; this says what it is worth here. Both must
agree before a result counts.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from terrier.bench.case import Floats, Ints, Scored

EARTH_RADIUS_KM = 6371.0
ROUNDING = 1e-9

Distances = Callable[[NDArray[np.int64], NDArray[np.int64]], Floats]
"""From some units to some others, as a matrix."""


def euclid(places: Floats) -> Distances:
    """Distances on a plane between rows of (n, 2) places."""

    def between(a: NDArray[np.int64], b: NDArray[np.int64]) -> Floats:
        across = places[a, 0][:, None] - places[b, 0][None, :]
        up = places[a, 1][:, None] - places[b, 1][None, :]
        found: Floats = np.hypot(across, up)
        return found

    return between


def floored_euclid(places: Floats) -> Distances:
    """Euclid rounded down to a whole number, as in OR-Library's pmedcap."""
    plain = euclid(places)
    return lambda a, b: np.floor(plain(a, b))


def great_circle(degrees: Floats) -> Distances:
    """Kilometers on a sphere of 6,371 km between (n, 2) longitudes and latitudes, by the angle between two vectors."""
    lon, lat = np.radians(degrees).T
    points = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])

    def between(a: NDArray[np.int64], b: NDArray[np.int64]) -> Floats:
        # From the chord: the arc cosine of a dot product loses all digits of short distances.
        chord = np.sqrt(((points[a][:, None, :] - points[b][None, :, :]) ** 2).sum(axis=2))
        turned: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, chord / 2))
        return turned

    return between


def unit_centers(distances: Distances, weights: Floats, power: int, assignment: Ints, k: int) -> float:
    """Σ weight · distance^power to the best center among each territory's own units."""
    total = 0.0
    for j in range(k):
        units = np.flatnonzero(assignment == j)
        if not len(units):
            continue
        total += float((weights[units] @ distances(units, units) ** power).min())
    return total


def capacitated_median(
    distances: Distances, demand: Floats, capacity: Floats, assignment: Ints, k: int
) -> Scored:
    """The capacitated p-median: Σ distance to the median, demand no more than the median's capacity.

    Each territory's median is the cheapest of its own units that is large enough.
    """
    flaws = list(wholeness(assignment, len(demand), k))
    total = 0.0
    for j in range(k):
        units = np.flatnonzero(assignment == j)
        load = float(demand[units].sum())
        enough = units[capacity[units] >= load - ROUNDING]
        if len(units) and not len(enough):
            flaws.append(f"territory {j}: a demand of {load:g} and no median so large")
            enough = units
        if len(units):
            total += float(distances(units, enough).sum(axis=0).min())
    return Scored(total, tuple(flaws))


def free_centers(degrees: Floats, weights: Floats, assignment: Ints, k: int) -> float:
    """Σ weight · km² to each territory's weighted mean place on the sphere."""
    lon, lat = np.radians(degrees).T
    points = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    mean = np.column_stack([np.bincount(assignment, weights * axis, k) for axis in points.T])
    mean = mean / np.maximum(np.linalg.norm(mean, axis=1), 1e-300)[:, None]
    half = np.minimum(1.0, np.linalg.norm(points - mean[assignment], axis=1) / 2)
    return float(weights @ (2 * EARTH_RADIUS_KM * np.arcsin(half)) ** 2)


def largest_diameter(distances: Distances, assignment: Ints, k: int) -> float:
    """The largest distance between two units of one territory."""
    widest = 0.0
    for j in range(k):
        units = np.flatnonzero(assignment == j)
        if len(units):
            widest = max(widest, float(distances(units, units).max()))
    return widest


def cut_edges(edges: NDArray[np.integer], assignment: Ints) -> int:
    """How many edges join units of different territories."""
    return int((assignment[edges[:, 0]] != assignment[edges[:, 1]]).sum())


def wholeness(assignment: Ints, n: int, k: int) -> tuple[str, ...]:
    """Flaws: a unit without a territory, a territory without units."""
    if len(assignment) != n:
        return (f"{len(assignment)} placements for {n} units",)
    if len(assignment) and (assignment.min() < 0 or assignment.max() >= k):
        return (f"a unit is in a territory outside 0 to {k - 1}",)
    empty = np.flatnonzero(np.bincount(assignment, minlength=k) == 0)
    return (f"{len(empty)} empty territories",) if len(empty) else ()


def loads_of(measure: Floats, assignment: Ints, k: int) -> Floats:
    """(k,) the sums of a (n,) measure over the territories."""
    return np.bincount(assignment, measure, k).astype(np.float64)


def within(loads: Floats, low: Floats | float, high: Floats | float, name: str) -> tuple[str, ...]:
    """A flaw when one of the (k,) loads of a measure lies outside its bounds, by more than rounding."""
    slack = ROUNDING * max(1.0, float(np.abs(loads).max()))
    outside = np.flatnonzero((loads < low - slack) | (loads > high + slack))
    if not len(outside):
        return ()
    j = int(outside[0])
    return (f"{len(outside)} territories out of bounds in {name}, territory {j} holds {loads[j]:g}",)


def within_tolerance(measures: Floats, tolerance: float, assignment: Ints, k: int) -> tuple[str, ...]:
    """Flaws of territories off the mean by more than a ratio, one for each of the (n, m) measures."""
    flaws: tuple[str, ...] = ()
    for m, column in enumerate(measures.T):
        mean = float(column.sum()) / k
        loads = loads_of(column, assignment, k)
        flaws += within(loads, (1 - tolerance) * mean, (1 + tolerance) * mean, f"measure {m + 1}")
    return flaws


def connected(edges: NDArray[np.integer], assignment: Ints, k: int) -> tuple[str, ...]:
    """A flaw when a territory is in several pieces: union-find over the edges inside territories."""
    parent = list(range(len(assignment)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    inside = edges[assignment[edges[:, 0]] == assignment[edges[:, 1]]]
    for a, b in inside.tolist():
        parent[root(a)] = root(b)
    roots = np.array([root(i) for i in range(len(assignment))])
    pieces = np.bincount(assignment[np.unique(roots)], minlength=k)
    broken = int((pieces > 1).sum())
    return (f"{broken} territories in several pieces",) if broken else ()
