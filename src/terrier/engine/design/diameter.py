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


MELTING = 5
"""Times the proposals of other runs."""


class DiameterSearch:
    """Climbs towards a diameter a little below that of its champion, from there again and again.

    After many climbs in vain it takes a fresh plan for its champion: how a map is laid out is decided early, and rarely undone.
    """

    def __init__(
        self, ground: Ground, champion: Champion, params: Params, rng: np.random.Generator, fresh: Fresh
    ) -> None:
        self.ground, self.champion, self.params, self.rng, self.fresh = ground, champion, params, rng, fresh
        self.floor = smallest_limit(ground)
        self.free = np.flatnonzero(ground.instance.fixed < 0).astype(np.int32)
        # A unit that is a large part of a territory needs more heat to move at all.
        n, k = ground.instance.n_units, ground.instance.n_territories
        self.warmth = max(1.0, params.far_unit * k / n)
        self.climbs = self.in_vain = self.stale = 0
        self.leave, self.proposals_left = 1.0, 0
        self.state = pack(ground, champion.assignment)

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

    def _next(self) -> None:
        """Begin again at the champion, melted every other time; after many climbs in vain anew."""
        p = self.params
        self.climbs += 1
        self.in_vain += 1
        self.stale = 0
        start = self.fresh(self.rng) if self.in_vain > p.far_climbs else None
        self.state = pack(self.ground, self.champion.assignment if start is None else start)
        if start is not None:
            self.champion = Champion(start, excess_of(self.ground, self.state), widest(self.state))
            self.in_vain, self.leave = 0, 1.0
        if start is not None or self.climbs % 2 == 0:
            self._anneal(p.far_melt, MELTING * p.far_sweep)

    def _anneal(self, hot: float, sweep: int) -> None:
        p, ground, champion = self.params, self.ground, self.champion
        if champion.is_balanced:
            # Now a little, now a lot: what stands in the way may be one corner of the map or all of it.
            gap = p.far_gap * (p.far_step / p.far_gap) ** float(self.rng.random())
            limit2 = champion.value * (1 - gap) ** 2
        else:  # Balance first: let territories reach farther and farther.
            self.leave *= p.far_leave
            limit2 = widest(self.state) * self.leave
        record = np.array([champion.value if champion.is_balanced else np.inf, max(self.floor, limit2)])
        best = champion.assignment.copy()
        proposals = max(p.far_least, sweep * len(self.free))
        self.proposals_left -= proposals
        heat = Anneal(
            proposals, hot * self.warmth, min(hot, p.far_cold), shrink=(1 - p.far_step) ** 2, pair_price=p.far_pair
        )  # fmt: skip
        before = (champion.excess, champion.value)
        if run_flips(ground, self.state, self._prices(), heat, best, record, self.rng, self.free):
            champion.assignment, champion.excess, champion.value = best, 0.0, float(record[0])
        champion.offer(ground, self.state, widest(self.state))
        self.stale += 1
        if (champion.excess, champion.value) < before:
            self.stale = self.in_vain = 0
        if self.rng.random() < 0.3:
            self.state = pack(ground, champion.assignment)

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
