"""How far and how long it is from one account to another: estimated from a straight line, or measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import minimum_spanning_tree

from terrier.engine.design.geometry import Floats, Metric, distance
from terrier.engine.design.neighbours import spanning_tree
from terrier.engine.travel.speed import CIRCUITY

Indices = NDArray[np.intp]


class Roads(Protocol):
    """Legs between n accounts, and from a base to them. Hours and kilometers of a leg are those of one way."""

    def legs(self, a: Indices, b: Indices) -> tuple[Floats, Floats]:
        """(q,) hours and (q,) km between accounts ``a`` and ``b``."""
        ...

    def hauls(self, base: Floats, members: Indices) -> tuple[Floats, Floats]:
        """(q,) hours and (q,) km from a base (longitude and latitude, or x and y) to each of the members."""
        ...

    def tree(self, members: Indices) -> Indices:
        """(q - 1, 2) the shortest tree that joins the members, as positions within ``members``."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class StraightRoads:
    """Great circles times a circuity factor, driven at local speeds.

    A long way is driven at the mean speed of its two ends, but no slower than ``far_speed`` beyond the first and last
    `LOCAL_KM` of it: between towns one drives fast wherever one comes from.

    coordinates : (n, 2). speed : (n,) km/h around each account. circuity : one factor, or (n,) by account.
    """

    coordinates: Floats
    metric: Metric
    speed: Floats
    circuity: Floats | float = CIRCUITY
    far_speed: float = 75.0

    def legs(self, a: Indices, b: Indices) -> tuple[Floats, Floats]:
        straight = distance(self.coordinates[a], self.coordinates[b], self.metric)
        km = straight * (self._circuity(a) + self._circuity(b)) / 2
        return self._hours(km, (self.speed[a] + self.speed[b]) / 2), km

    def hauls(self, base: Floats, members: Indices) -> tuple[Floats, Floats]:
        start = np.broadcast_to(base, (len(members), 2))
        km = distance(start, self.coordinates[members], self.metric) * self._circuity(members)
        return self._hours(km, self.speed[members]), km

    def tree(self, members: Indices) -> Indices:
        return spanning_tree(self.coordinates[members], self.metric).astype(np.intp)

    def _hours(self, km: Floats, local: Floats) -> Floats:
        near = np.minimum(km, LOCAL_KM)
        hours: Floats = near / local + (km - near) / np.maximum(local, self.far_speed)
        return hours

    def _circuity(self, at: Indices) -> Floats:
        return np.broadcast_to(np.asarray(self.circuity, dtype=np.float64), (len(self.coordinates),))[at]


LOCAL_KM = 15.0
"""So much of a way, its two ends together, is driven at the speed of the places where it begins and ends."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredRoads:
    """Legs from a matrix, such as a routing server's. A haul starts at the account nearest to the base.

    coordinates : (n, 2). hours, km : (n, n), from row to column. Both ways count half each: a tour goes some legs forth and
    some back.
    """

    coordinates: Floats
    metric: Metric
    hours: Floats
    km: Floats

    def legs(self, a: Indices, b: Indices) -> tuple[Floats, Floats]:
        return (self.hours[a, b] + self.hours[b, a]) / 2, (self.km[a, b] + self.km[b, a]) / 2

    def hauls(self, base: Floats, members: Indices) -> tuple[Floats, Floats]:
        start = np.broadcast_to(base, (len(self.coordinates), 2))
        nearest = int(distance(start, self.coordinates, self.metric).argmin())
        return self.legs(np.full(len(members), nearest), members)

    def tree(self, members: Indices) -> Indices:
        hours = self.hours[np.ix_(members, members)]
        # 0 would mean "no edge": two accounts in one building are still a leg of no time.
        joined = minimum_spanning_tree(
            np.triu(hours + hours.T, 1) / 2 + np.triu(np.full(hours.shape, 1e-9), 1)
        )
        return np.column_stack(joined.nonzero()).astype(np.intp)
