"""Which units the centers should be: sets of sites held against one another by what they cost when units may be divided.

A division's prices rate every other site at once: put at site s, territory j would draw the units whose cost there plus
price is below their best elsewhere, and by weak duality the sum of these minima bounds what the division would cost
(the Lagrangian bound behind Validi, Buchanan & Lykhovyd 2022, section 4, used here to descend instead of to fix).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from terrier.engine.design.costs import Costs
from terrier.engine.design.divided import Division, divide
from terrier.engine.design.instance import Floats, Ints
from terrier.engine.design.params import Params
from terrier.engine.design.patch import Patch

HUGE = 1e30
"""Instead of an infinite cost, which times no share would be no number."""


class Descent:
    """The cheapest division of a patch known so far, and the search for sites that allow a cheaper one."""

    def __init__(self, costs: Costs, patch: Patch, params: Params, rng: np.random.Generator) -> None:
        self.costs, self.patch, self.params, self.rng = costs, patch, params, rng
        self.best: tuple[Ints, Division] | None = None
        self._stale = 0

    def look(self, sites: Ints, ended: Callable[[], bool]) -> bool:
        """Descend from some sites first and then from others, as often as a round may; whether the best got cheaper.

        At first until that helps no more, later less and less. ``ended`` : asked now and then.
        """
        known = self.best
        while self._look(sites, ended) and not ended():
            pass
        return self.best is not known

    def _look(self, sites: Ints, ended: Callable[[], bool]) -> bool:
        """One round of it; whether another one promises something."""
        known = self.best
        params, patch = self.params, self.patch
        size = patch.n_units * patch.n_territories
        if patch.activity.shape[1] == 1:
            starts, most = max(2, params.quick_starts >> max(0, self._stale - 2)), params.quick_divisions
        else:
            starts, most = (
                int(np.clip(size // 1_000, 1, params.starts)),
                int(np.clip(size // 100, 4, params.divisions)),
            )
        for start in range(starts):
            self._try(sites if self.best is None else self._shaken(*self.best), most)
            if ended() or (self.best is None and start):
                break
        self._stale = 0 if self.best is not known else self._stale + 1
        return patch.activity.shape[1] == 1 and self.best is not None and self._stale < 2

    def _try(self, sites: Ints, most: int) -> None:
        """Keep what a descent from these sites ends with, if it is cheaper; where that is out of reach it ends early."""
        patch = self.patch
        prices = None if self.best is None else self.best[1].prices
        division = divide(patch, self.costs.table(sites, patch.territories, patch.units), prices)
        if division is None:
            return
        sites, division = center(self.costs, patch, sites, division)
        if self.best is None or division.value < self.best[1].value * (1 + self.params.hopeful):
            sites, division = descend(self.costs, patch, sites, division, most)
        if self.best is None or division.value < self.best[1].value * (1 - 1e-9):
            self.best = sites, division

    def _shaken(self, sites: Ints, division: Division) -> Ints:
        """The sites of some neighboring territories drawn anew among their units; now and then one goes far away."""
        rng, patch = self.rng, self.patch
        k = patch.n_territories
        size = min(k, int(rng.integers(1, 5)))
        points = self.costs.points[sites]
        gap = ((points - points[rng.integers(k)]) ** 2).sum(axis=1)
        group = np.argsort(gap, kind="stable")[:size]
        where = division.shares.argmax(axis=1)
        inside = np.zeros(self.costs.instance.n_units, dtype=bool)
        inside[patch.units[np.isin(where, group)]] = True
        odds = np.where(inside[self.costs.instance.member], self.costs.weights, 0.0)
        anew = sites.copy()
        for j in group:
            anew[j] = self._drawn(odds, anew)
        if rng.random() < self.params.far_sites:
            inside[patch.units] = True
            odds = np.where(inside[self.costs.instance.member], self.costs.weights, 0.0)
            anew[group[0]] = self._drawn(odds, anew)
        return anew

    def _drawn(self, odds: Floats, sites: Ints) -> int:
        """A unit that is no site yet, with these odds."""
        odds = odds.copy()
        odds[sites] = 0.0
        total = odds.sum()
        return int(self.rng.choice(len(odds), p=odds / total)) if total > 0 else int(sites[0])


def center(costs: Costs, patch: Patch, sites: Ints, best: Division) -> tuple[Ints, Division]:
    """Put each site at the best unit for what its territory holds and divide anew, as long as that gets cheaper."""
    while True:
        there = sites.copy()
        for at, near, cost in _near(costs, patch, best):
            there[at] = near[np.argmin(best.shares[:, at] @ cost)]
        if (there == sites).all():
            return sites, best
        worth = best.value * (1 - 1e-9)
        found = divide(patch, costs.table(there, patch.territories, patch.units), best.prices, worth)
        if found is None or found.value >= worth:
            return sites, best
        sites, best = there, found


def descend(costs: Costs, patch: Patch, sites: Ints, best: Division, most: int) -> tuple[Ints, Division]:
    """Move sites to where the prices say that it pays, as long as the division gets cheaper; at most ``most`` divisions."""
    left = most
    while left > 0:
        sites, best = center(costs, patch, sites, best)
        for there in _promising(costs, patch, sites, best):
            left -= 1
            worth = best.value * (1 - 1e-9)
            found = divide(patch, costs.table(there, patch.territories, patch.units), best.prices, worth)
            if found is not None and found.value < worth:
                sites, best = there, found
                break
            if left <= 0:
                break
        else:
            break
    return sites, best


def _promising(costs: Costs, patch: Patch, sites: Ints, division: Division) -> Iterator[Ints]:
    """Sets of sites that may divide cheaper, with one moved.

    Only those whose bound is below the division's value, best first; no other can be any cheaper.
    """
    energy, moves = division.energy, []
    order = np.argsort(energy, axis=1)
    rows = np.arange(patch.n_units)
    first = energy[rows, order[:, 0]]
    second = energy[rows, order[:, min(1, energy.shape[1] - 1)]]
    for at, near, cost in _near(costs, patch, division):
        elsewhere = np.where(order[:, 0] == at, second, first)
        priced = cost + (patch.activity @ division.prices[at])[:, None]
        change = np.minimum(elsewhere[:, None], priced).sum(axis=0) - first.sum()
        pays = np.flatnonzero((change < -1e-9 * abs(division.value)) & (near != sites[at]))
        moves += [(float(change[c]), at, int(near[c])) for c in pays]
    for _, at, site in sorted(moves):
        other = sites.copy()
        other[at] = site
        yield other


def _near(costs: Costs, patch: Patch, division: Division) -> Iterator[tuple[int, Ints, Floats]]:
    """For each territory the sites near the middle of what it holds, and (n, s) the cost of all units there."""
    where = division.shares.argmax(axis=1)
    inside = np.empty(costs.instance.n_units, dtype=bool)
    for at, j in enumerate(patch.territories):
        inside[:] = False
        inside[patch.units[where == at]] = True
        near = costs.near_the_middle(np.flatnonzero(inside[costs.instance.member])).astype(np.int32)
        if len(near):
            cost = costs.table(near, np.full(len(near), j, dtype=np.int32), patch.units)
            yield at, near, np.where(np.isfinite(cost), cost, HUGE)
