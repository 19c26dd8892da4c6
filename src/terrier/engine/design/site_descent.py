"""Where to look for centers at units when territories are large: at the sites around which units divide cheapest."""

from __future__ import annotations

import numpy as np

from terrier.engine.design.costs import Costs
from terrier.engine.design.descent import Descent
from terrier.engine.design.divided import Division
from terrier.engine.design.instance import Ints
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
        self._instance, self._params, self._stop = instance, params, stop
        self._rng = np.random.default_rng(seed)
        self._costs = Costs(problem, base)
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
            self._descent = Descent(self._costs, patch, self._params, self._rng)
        sites = instance.order[state.sites]
        if not self._descent.look(sites, lambda: self._stop(BEFORE_ROUNDS, 0)) or self._descent.best is None:
            return None
        sites, division = self._descent.best
        position = np.empty(len(instance.order), dtype=np.int32)
        position[instance.order] = np.arange(len(instance.order), dtype=np.int32)
        return site_state(instance, self._whole(sites, division), position[sites])

    def _whole(self, sites: Ints, division: Division) -> Ints:
        """(N,) each unit where most of it is, then loads brought within bounds as cheaply as relocations, swaps and ejections can."""
        instance, base = self._instance, self._instance.base
        everyone = np.arange(base.n_territories, dtype=np.int32)
        units = np.arange(base.n_units, dtype=np.int32)
        cost = self._costs.table(sites, everyone)
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
