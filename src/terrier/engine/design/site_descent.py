"""Where to look for centers at units when territories are large: at the sites around which units divide cheapest."""

from __future__ import annotations

import numpy as np

from terrier.engine.design.costs import Costs
from terrier.engine.design.descent import Descent
from terrier.engine.design.divided import Division
from terrier.engine.design.instance import Floats, Ints
from terrier.engine.design.kernels.hand_out import descend
from terrier.engine.design.kernels.site_costs import FORBIDDEN
from terrier.engine.design.params import Params
from terrier.engine.design.patch import patch_of
from terrier.engine.design.problem import Problem
from terrier.engine.design.site_instance import SiteInstance
from terrier.engine.design.site_state import SiteState, site_state
from terrier.engine.design.stop import BEFORE_ROUNDS, Stop
from terrier.engine.design.sums import sums

LARGE = 100
"""Units in a territory from which hardly any of them is split by a division, so that whole ones cost little more."""
DEAR, TRIES, MOST_WORK = 2.0, 6, 20_000_000
"""What a load outside its bounds costs at first, times the spread of prices; how often that triples; and the work on each."""


class Prospects:
    """Plans around the cheapest sites known so far, by what they cost when units may be divided.

    Divisions tell where centers should be where there is one measure to balance, territories are `LARGE` but units few enough, and
    nothing is asked that divisions know nothing of; else there are no prospects.
    """

    def __init__(
        self, problem: Problem, instance: SiteInstance, params: Params, stop: Stop, seed: int
    ) -> None:
        base = instance.base
        self._problem, self._instance, self._params = problem, instance, params
        self._stop, self._seed = stop, seed
        self._descent: Descent | None = None
        asks = len(base.conflicts.indices) > 0 or base.max_moved < np.inf or np.isfinite(instance.room).any()
        few = LARGE * base.n_territories <= base.n_units <= params.divide_up_to // base.n_territories
        self._any = base.n_measures == 1 and base.n_territories > 1 and few and not asks

    def next(self, state: SiteState) -> SiteState | None:
        """The plan around the sites that divide cheaper than any before, ``state``'s among the first; None without such sites."""
        instance = self._instance
        if not self._any or (state.sites < 0).any():
            return None
        if self._descent is None:
            everyone = np.arange(instance.base.n_territories, dtype=np.int32)
            patch = patch_of(instance.base, state.assignment, everyone, instance.low, instance.high)
            costs = Costs(self._problem, instance.base)
            self._descent = Descent(costs, patch, self._params, np.random.default_rng(self._seed))
        sites = instance.order[state.sites]
        if not self._descent.look(sites, lambda: self._stop(BEFORE_ROUNDS, 0)) or self._descent.best is None:
            return None
        sites, division = self._descent.best
        cost = self._descent.costs.table(sites, self._descent.patch.territories)
        if not self._may_be(sites, cost):
            return None
        position = np.empty(len(instance.order), dtype=np.int32)
        position[instance.order] = np.arange(len(instance.order), dtype=np.int32)
        return site_state(instance, self._whole(sites, division, cost), position[sites])

    def _may_be(self, sites: Ints, cost: Floats) -> bool:
        """Whether each site may belong to its own territory, which a division does not ask: no lock, group or law is against it."""
        base, owner = self._instance.base, self._instance.base.member[sites]
        own = np.arange(len(sites))
        held = (base.fixed[owner] >= 0) & (base.fixed[owner] != own)
        return (
            len(np.unique(owner)) == len(owner)
            and not held.any()
            and bool(np.isfinite(cost[owner, own]).all())
        )

    def _whole(self, sites: Ints, division: Division, cost: Floats) -> Ints:
        """(N,) each unit where most of it is, then loads brought within bounds as cheaply as relocations, swaps and ejections can."""
        instance, base = self._instance, self._instance.base
        everyone = np.arange(base.n_territories, dtype=np.int32)
        units = np.arange(base.n_units, dtype=np.int32)
        n, k = cost.shape
        where: Ints = division.shares.argmax(axis=1).astype(np.int32)
        held = base.fixed >= 0
        where[held] = base.fixed[held]
        where[base.member[sites]] = everyone
        held[base.member[sites]] = True
        table = np.where(np.isfinite(cost) & ~held[:, None], cost, FORBIDDEN)
        table[units, where] = cost[units, where]
        loads = np.ascontiguousarray(sums(where, base.activity, base.n_territories))
        usual = float(cost[units, where].sum()) / base.n_territories
        price, out = DEAR * max(float(np.ptp(division.prices)), usual / 10), np.empty(base.n_units)
        for _ in range(TRIES):
            descend(
                table, where, units, base.activity, loads, instance.low, instance.high, n, k, price, 1e-9 * usual, out, MOST_WORK
            )  # fmt: skip
            price *= 3.0
        return where
