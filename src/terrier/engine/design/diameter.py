"""Least largest diameter: pairs farther apart than a falling limit are annealed out of their territories.

Gliesch, Ritt & Moreira (2018), A multistart alternating tabu search for commercial districting, move the ends of the longest
diameters and mend balance in turn. Here one limit holds for all pairs, a little below the best diameter known; every pair
beyond it costs in proportion to how far, so that also moves that shorten no diameter yet are seen to help.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from terrier.engine.design.champion import Champion, excess_of
from terrier.engine.design.instance import Floats, Ints
from terrier.engine.design.packed import Anneal, Ground, pack, run_flips, widest
from terrier.engine.design.params import Params

Fresh = Callable[[np.random.Generator], Ints | None]
"""Makes a plan from scratch, over search units; None where another start makes no sense."""


class DiameterSearch:
    """Climbs towards one diameter a little below the best known, each from the champion or from a fresh plan."""

    def __init__(
        self, ground: Ground, champion: Champion, params: Params, rng: np.random.Generator, fresh: Fresh
    ) -> None:
        self.ground, self.champion, self.params, self.rng, self.fresh = ground, champion, params, rng, fresh
        self.floor = smallest_limit(ground)
        self.free = np.flatnonzero(ground.instance.fixed < 0).astype(np.int32)
        # A unit that is a large part of a territory needs more heat to move at all.
        n, k = ground.instance.n_units, ground.instance.n_territories
        self.warmth = max(1.0, params.far_unit * k / n)
        self.climbs, self.leave, self.proposals_left = 0, 1.0, 0
        self._begin(champion.assignment)

    def round(self) -> None:
        """Anneal all borders a few times. A climb that stays without gain for a while gives way to another.

        Rounds have about as many proposals each, so that searches side by side need not wait for one another.
        """
        p, each = self.params, self.params.far_sweep * len(self.free)
        share = max(each, min(p.far_round * each, p.far_most))
        self.proposals_left = max(self.proposals_left + share, 1)
        while self.proposals_left > 0:
            if self.stale >= p.far_patience:
                self._next()
            self._anneal(p.far_mild * (p.far_hot / p.far_mild) ** float(self.rng.random()), p.far_sweep)

    def _begin(self, assignment: Ints) -> None:
        self.state = pack(self.ground, assignment)
        self.climb = Champion(assignment.copy(), excess_of(self.ground, self.state), widest(self.state))
        self.stale = 0

    def _next(self) -> None:
        p = self.params
        self.climbs += 1
        start = self.fresh(self.rng) if self.climbs % 2 else None
        self._begin(self.champion.assignment if start is None else start)
        if start is not None or self.climbs % 4 == 0:
            self._anneal(p.far_melt, 5 * p.far_sweep)

    def _anneal(self, hot: float, sweep: int) -> None:
        p, ground, climb, champion = self.params, self.ground, self.climb, self.champion
        if champion.is_balanced:
            # Now a little, now a lot: what stands in the way may be one corner of the map or all of it.
            gap = p.far_gap * (p.far_step / p.far_gap) ** float(self.rng.random())
            limit2 = champion.value * (1 - gap) ** 2
        else:  # Balance first: let territories reach farther and farther.
            self.leave *= p.far_leave
            limit2 = widest(self.state) * self.leave
        record = np.array([climb.value if climb.is_balanced else np.inf, max(self.floor, limit2)])
        best = climb.assignment.copy()
        proposals = max(p.far_least, sweep * len(self.free))
        self.proposals_left -= proposals
        heat = Anneal(
            proposals,
            hot * self.warmth,
            min(hot, p.far_cold),
            shrink=(1 - p.far_step) ** 2,
            pair_price=p.far_pair,
        )
        before = (climb.excess, climb.value)
        if run_flips(ground, self.state, self._prices(), heat, best, record, self.rng, self.free):
            climb.assignment, climb.excess, climb.value = best, 0.0, float(record[0])
        climb.offer(ground, self.state, widest(self.state))
        self.stale = 0 if (climb.excess, climb.value) < before else self.stale + 1
        champion.take(climb)
        if self.rng.random() < 0.3:
            self.state = pack(ground, climb.assignment)

    def _prices(self) -> Floats:
        """A price of imbalance drawn for one run: too high freezes the map, too low never balances it. Until something
        does balance, the range is wide."""
        dearest = 0.7 if self.champion.is_balanced else 2.5
        price = self.params.far_price * 10.0 ** self.rng.uniform(0.0, dearest)
        return np.full(self.ground.lower.shape, price)


def smallest_limit(ground: Ground) -> float:
    """The squared diameter that no plan can undercut: that of the widest group which must stay together."""
    limit = 0.0
    for i in np.flatnonzero(np.diff(ground.place_ptr) > 1):
        places = ground.places[ground.place_ptr[i] : ground.place_ptr[i + 1]]
        for place in places:
            limit = max(limit, float(((places - place) ** 2).sum(axis=1).max()))
    return limit
