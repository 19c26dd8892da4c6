"""What units cost at sites: exact distances to centers that are units, summed over the members of each search unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.geometry import EARTH_RADIUS_KM, to_xyz
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.problem import Problem
from terrier.engine.design.sums import sums

REMEMBERED = 4_000
"""Units up to which the cost at a site is computed once: at most 128 MB."""

FEW = 48
"""Units of a territory that are tried as its center: those nearest to its middle."""


class Costs:
    """Costs in the instance's scale of the problem's units at sites (unit numbers of the problem)."""

    def __init__(self, problem: Problem, instance: Instance) -> None:
        self.problem, self.instance = problem, instance
        self.points = to_xyz(problem.coordinates, problem.metric)
        self.weights = problem.weights * (instance.n_territories / problem.weights.sum())
        self._is_grouped = instance.n_units < problem.n_units
        self._seats = self._to_seats()
        self._row = np.full(problem.n_units, -1, dtype=np.int32)
        self._rows = np.empty((0, instance.n_units))

    def table(self, sites: Ints, territories: Ints, units: NDArray[np.integer] | None = None) -> Floats:
        """(u, s) cost of each search unit in each territory with its center at the site; all search units by default."""
        instance = self.instance
        rows = slice(None) if units is None else units
        if self.problem.n_units <= REMEMBERED:
            cost = self._remembered(sites)[:, rows].T
        elif self._is_grouped:
            cost = self._summed(sites)[rows]
        else:
            cost = self._travel(np.arange(instance.n_units) if units is None else units, sites)
        pull = instance.pull[territories]
        if pull.any():
            cost = (1 - pull) * cost + pull * self._seats[rows][:, territories]
        leaves = (instance.home[rows, None] >= 0) & (instance.home[rows, None] != territories)
        cost = cost + instance.stay[rows, None] * leaves
        if len(instance.eligible):
            may = instance.eligible[instance.kinds[rows]][:, territories]
            cost = np.where(may | (instance.fixed[rows, None] == territories), cost, np.inf)
        return np.ascontiguousarray(cost)

    def _remembered(self, sites: Ints) -> Floats:
        """(s, N) cost of each search unit at the sites, each site computed once."""
        new = np.unique(sites[self._row[sites] < 0])
        if len(new):
            self._row[new] = len(self._rows) + np.arange(len(new), dtype=np.int32)
            self._rows = np.concatenate([self._rows, self._summed(new).T])
        found: Floats = self._rows[self._row[sites]]
        return found

    def _summed(self, sites: Ints) -> Floats:
        """(N, s) cost of each search unit at the sites."""
        cost = self._travel(np.arange(self.problem.n_units), sites)
        return sums(self.instance.member, cost, self.instance.n_units) if self._is_grouped else cost

    def best(self, assignment: Ints, territories: Ints, loads: Floats) -> Ints:
        """The best site found for each of the territories among its units, -1 where it has none.

        A site that may not hold the load comes last.
        """
        sites = np.empty(len(territories), dtype=np.int32)
        where = assignment[self.instance.member]
        for at, j in enumerate(territories):
            units = np.flatnonzero(where == j)
            if not len(units):
                sites[at] = -1
                continue
            few = self.near_the_middle(units)
            travel = self._travel(units, few).sum(axis=0)
            if self.problem.site_capacities is not None:
                room = self.room(few) - loads[j]
                travel += 1e6 * travel.max() * np.maximum(0.0, -room).sum(axis=1)
            sites[at] = few[np.argmin(travel)]
        return sites

    def room(self, sites: NDArray[np.integer]) -> Floats:
        """(s, M) what a territory may hold at each site, in the instance's scale; inf where there is no limit."""
        room = np.full((len(sites), self.instance.n_measures), np.inf)
        if self.problem.site_capacities is not None:
            scale = self.instance.n_territories / self.problem.measures.sum(axis=0)
            room = np.nan_to_num(self.problem.site_capacities[sites] * scale, nan=np.inf)
        return room

    def near_the_middle(self, units: NDArray[np.intp]) -> NDArray[np.intp]:
        if len(units) <= FEW or self.problem.travel is not None or self.problem.site_capacities is not None:
            return units
        points, weights = self.points[units], self.weights[units]
        middle = weights @ points / weights.sum()
        for _ in range(0 if self.instance.power == 2 else 8):
            pull = weights / np.maximum(np.linalg.norm(points - middle, axis=1), 1e-3)
            middle = pull @ points / pull.sum()
        far = ((points - middle) ** 2).sum(axis=1)
        return units[np.sort(np.argpartition(far, FEW)[:FEW])]

    def _travel(self, units: NDArray[np.integer], sites: NDArray[np.integer]) -> Floats:
        if self.problem.travel is not None:
            far = self.problem.travel[np.ix_(units, sites)]
        else:
            # Differences, not |a|² + |b|² - 2ab, which loses all digits between neighbours.
            gap = self.points[units][:, None, :] - self.points[sites][None, :, :]
            far = np.sqrt(np.einsum("usd,usd->us", gap, gap))
            if self.problem.metric == "sphere":
                far = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, far / (2 * EARTH_RADIUS_KM)))
        cost: Floats = self.weights[units, None] * far**self.instance.power
        return cost

    def _to_seats(self) -> Floats:
        """(N, k) weighted distance to the home bases, by the chord as elsewhere in the search; 0 where there is none."""
        instance = self.instance
        if not instance.pull.any():
            return np.zeros((0, 0))
        gap = instance.points[:, None, :] - instance.seats[None, :, :]
        squared = np.einsum("ikd,ikd->ik", gap, gap)
        far = squared if instance.power == 2 else np.sqrt(squared)
        cost: Floats = instance.weights[:, None] * far * (instance.pull > 0)
        return cost
