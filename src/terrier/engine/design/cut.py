"""Fewest edges cut: neighboring territories are merged, cut anew along a random tree, and their borders annealed.

Merging and cutting anew follows DeFord, Duchin & Solomon (2021), Recombination: a family of Markov chains for
redistricting; here it perturbs an iterated local search, and the tree's edge with the fewest edges cut is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from terrier.engine.design.champion import Champion, excess_of
from terrier.engine.design.graph import components_within
from terrier.engine.design.instance import Floats, Ints
from terrier.engine.design.kernels.recut import recut
from terrier.engine.design.packed import Anneal, Ground, pack, run_flips
from terrier.engine.design.params import Params

NOTHING_MET = (np.inf, np.inf)
"""Excess and value at the start of a walk."""


@dataclass(slots=True, eq=False)
class Walk:
    """Where the search stands: an assignment, its excess and the weight it cuts."""

    assignment: Ints
    excess: float
    value: float


def cut_weight(ground: Ground, assignment: Ints) -> float:
    """Σ weight of the edges between different territories."""
    graph = ground.graph
    rows = np.repeat(np.arange(graph.n_units), np.diff(graph.indptr))
    return float(ground.edge_weight[assignment[rows] != assignment[graph.indices]].sum() / 2)


class CutSearch:
    """The search for fewest edges cut; `round` is one batch of work."""

    def __init__(self, ground: Ground, champion: Champion, params: Params, rng: np.random.Generator) -> None:
        self.ground, self.champion, self.params, self.rng = ground, champion, params, rng
        self.walk = Walk(champion.assignment.copy(), champion.excess, champion.value)
        self.unit = float(np.average(ground.edge_weight)) if len(ground.edge_weight) else 1.0
        k = ground.instance.n_territories
        self.rows = np.repeat(np.arange(ground.graph.n_units), np.diff(ground.graph.indptr))
        self.proposals = min(params.cut_proposals, params.cut_each * ground.instance.n_units)
        # Where a unit is a large part of a territory, no tree has an edge that balances more nearly.
        self.slack = max(params.cut_slack, 1.5 * k / ground.instance.n_units)
        self.stale, self.least = 0, NOTHING_MET

    def round(self) -> None:
        """Steps for about ``cut_proposals`` proposals; after too many without gain the walk begins elsewhere."""
        p, instance = self.params, self.ground.instance
        n, k = instance.n_units, instance.n_territories
        if k == 1:
            return
        if self.stale > p.cut_patience * k:
            self._shatter()
            self.stale, self.least = 0, NOTHING_MET
        size = max(1, 2 * n // k)
        sweep = max(p.cut_sweep, self.proposals // (p.cut_steps * size))
        for _ in range(max(1, self.proposals // (sweep * size))):
            self._step(sweep)
            now = (self.walk.excess, self.walk.value)
            # The walk accepts worse states, so only what is better than all since it began is a gain.
            self.stale = 0 if now < self.least else self.stale + 1
            self.least = min(self.least, now)

    def _step(self, sweep: int) -> None:
        """Search the whole map or a chain of two to five territories again, these often cut anew first."""
        p, rng = self.params, self.rng
        assignment = self.walk.assignment.copy()
        if rng.random() < p.cut_all:
            free = np.flatnonzero(self.ground.instance.fixed < 0).astype(np.int32)
            self._anneal(assignment, free, self._heat(p.cut_melt), 4 * sweep * len(free))
            return
        zone = self._zone(assignment, 1 + min(4, int(rng.geometric(0.6))))
        if not zone:
            return
        if rng.random() < p.cut_anew:
            for a, b in pairwise(zone):
                self._recut(assignment, a, b, self.slack * rng.random(), p.cut_trees)
        free = np.flatnonzero(np.isin(assignment, zone) & (self.ground.instance.fixed < 0)).astype(np.int32)
        self._anneal(assignment, free, self._heat(p.cut_hot), sweep * len(free))

    def _heat(self, most: float) -> float:
        """A first temperature, evenly drawn on a logarithmic scale."""
        mild = self.params.cut_mild
        return self.unit * mild * float((most / mild) ** self.rng.random())

    def _anneal(self, assignment: Ints, free: Ints, hot: float, proposals: int) -> None:
        """Anneal some units, then walk on from the best balanced state met, if it is not much worse."""
        p, ground = self.params, self.ground
        state = pack(ground, assignment)
        best, record = np.empty_like(assignment), np.array([np.inf, np.inf])
        heat = Anneal(proposals, hot, min(hot, p.cut_cold * self.unit), ramp=10.0, swap_share=0.5)
        if run_flips(ground, state, self._prices(), heat, best, record, self.rng, free):
            state = pack(ground, best)
            value = float(record[0])
        else:
            value = cut_weight(ground, state.assignment)
        self.champion.offer(ground, state, value)
        excess = excess_of(ground, state)
        slack = self.unit * p.cut_worse * float(self.rng.exponential())
        if (excess, value) <= (self.walk.excess, self.walk.value + slack):
            self.walk = Walk(state.assignment, excess, value)

    def _prices(self) -> Floats:
        """A price of imbalance drawn for one run: too high freezes the map, too low never balances it, and which is which
        depends on how nearly anything can balance. Until something does, the range is wide."""
        dearest = 0.5 if self.champion.is_balanced else 2.5
        price = self.params.cut_price * self.unit * 10.0 ** self.rng.uniform(-0.5, dearest)
        return np.full(self.ground.lower.shape, price)

    def _zone(self, assignment: Ints, size: int) -> list[int]:
        """Some territories, each beside the one before it, drawn by the edges they share."""
        mine, other = assignment[self.rows], assignment[self.ground.graph.indices]
        across = np.flatnonzero(mine != other)
        if not across.size:
            return []
        e = across[self.rng.integers(len(across))]
        zone = [int(mine[e]), int(other[e])]
        while len(zone) < size:
            on = across[(mine[across] == zone[-1]) & ~np.isin(other[across], zone)]
            if not on.size:
                break
            zone.append(int(other[on[self.rng.integers(len(on))]]))
        return zone

    def _recut(self, assignment: Ints, a: int, b: int, slack: float, trees: int) -> None:
        """Cut the union of two territories anew, if it is in one piece, and no pair to keep apart meets by it."""
        ground, instance = self.ground, self.ground.instance
        graph = ground.graph
        units = np.flatnonzero((assignment == a) | (assignment == b)).astype(np.int32)
        merged = np.where((assignment == a) | (assignment == b), 0, 1 + np.arange(len(assignment))).astype(
            np.int32
        )
        if len(np.unique(components_within(graph, merged)[units])) > 1:
            return
        before, foes = assignment.copy(), instance.conflicts.edges()
        chance = self.rng.integers(1, 2**64, size=1, dtype=np.uint64)
        scratch = np.zeros((4, instance.n_units), np.int32)
        recut(
            units, a, b, instance.activity, instance.fixed, instance.kinds, instance.eligible, ground.lower,
            ground.upper, graph.indptr, graph.indices, ground.edge_weight, assignment, slack, trees, chance, scratch,
        )  # fmt: skip
        if (assignment[foes[:, 0]] == assignment[foes[:, 1]]).any():
            assignment[:] = before

    def _shatter(self) -> None:
        """Cut all territories anew, loosely and several times, and anneal everything from hot."""
        p = self.params
        assignment = self.champion.assignment.copy()
        k = self.ground.instance.n_territories
        for _ in range(2 * k):
            zone = self._zone(assignment, 2)
            if zone:
                self._recut(assignment, zone[0], zone[1], 0.1, 1)
        free = np.flatnonzero(self.ground.instance.fixed < 0).astype(np.int32)
        self.walk = Walk(assignment, np.inf, np.inf)
        self._anneal(assignment, free, p.cut_melt * self.unit, max(self.proposals, p.cut_sweep * len(free)))
