"""Connected territories around centers that are units: the search for ``centers="unit"`` and ``contiguous``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.border import Merit
from terrier.engine.design.costs import Costs
from terrier.engine.design.descent import Descent, descend
from terrier.engine.design.divided import assign_exactly, divide, round_off
from terrier.engine.design.graph import components_within
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.params import Params
from terrier.engine.design.patch import Pace, Patch, can_be_cut, patch_of, trade, violation
from terrier.engine.design.stop import Stop, seconds_left
from terrier.engine.design.sums import sums
from terrier.engine.design.tree_cut import cut_along_trees
from terrier.engine.design.zones import grow

PACK_NODES, PACK_CUTS = 10, 5
"""Of branch and cut over all territories: fewer than over patches, as each takes longer."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Who goes where, (N,), around which sites, (k,), and how good that is; spent (k,) is each territory's cost."""

    assignment: Ints
    sites: Ints
    loads: Floats
    spent: Floats
    merit: Merit


Report = Callable[[int, Layout, Merit], None]


def search_patches(
    costs: Costs, assignment: Ints, params: Params, stop: Stop, seed: int, report: Report
) -> Layout:
    """Improve a legal assignment round by round until ``stop`` says so, and return the best layout met.

    Patches of a few neighbouring territories are worked on: centers moved, borders annealed around centers standing
    still, or merged and cut anew; kept only when that helps. When nothing has helped for long, a patch of the best layout
    is cut anew for better or worse, and the climb starts again from there.
    """
    k = costs.instance.n_territories
    everyone = np.arange(k, dtype=np.int32)
    rounds = stale = 0

    def left() -> float:
        # Of all rules only time and the user can have changed their mind since the round began.
        return 0.0 if stop(rounds - 1, stale) else seconds_left(stop)

    bench = _Bench(costs, params, np.random.default_rng(seed), left)
    current = best = bench.layout(assignment)
    idle = 0
    report(0, best, best.merit)
    while not stop(rounds, stale):
        rounds += 1
        before, done = best.merit, bench.proposals
        if rounds == 1:
            current = best = bench.work(best, everyone, "rescue")
        elif (start := bench.prospect(best)) is not None:
            current, idle = start, 0
            best = min(best, current, key=lambda layout: layout.merit)
        if (packed := bench.pack(best)) is not best:
            current, idle, best = packed, 0, packed
        while (
            k > 1
            and left() > 0
            and bench.proposals < done + max(params.least_round, 2 * params.sweep * len(assignment))
        ):
            if idle > params.patience * (k + 2):
                current, idle = bench.work(best, bench.zone(best, params.kick), "recut", anyway=True), 0
            there = bench.work(current, *bench.attempt(current))
            idle = 0 if there.merit < current.merit else idle + 1
            current = there
            best = min(best, current, key=lambda layout: layout.merit)
        stale = 0 if best.merit.is_worth(before, params.worthwhile) else stale + 1
        report(rounds, best, best.merit)
    return best


class _Bench:
    """Where patches are worked on: what one search keeps from one piece of work to the next.

    ``left`` : the seconds there are, for work that takes long.
    """

    def __init__(
        self, costs: Costs, params: Params, rng: np.random.Generator, left: Callable[[], float]
    ) -> None:
        self.costs, self.params, self.rng, self.left = costs, params, rng, left
        self.instance: Instance = costs.instance
        self.lower = self.instance.targets - self.instance.bands
        self.upper = self.instance.targets + self.instance.bands
        self.proposals = 0
        self._is_limited = costs.problem.site_capacities is not None
        self.prices: Floats | None = None
        self.descent: Descent | None = None
        self.choices, self.packs, self.waits = 0, 0, 0

    def layout(self, assignment: Ints) -> Layout:
        k = self.instance.n_territories
        loads = sums(assignment, self.instance.activity, k)
        sites = self.costs.best(assignment, np.arange(k, dtype=np.int32), loads)
        pieces = int(components_within(self.instance.neighbours, assignment).max()) + 1
        return self._judge(assignment, sites, pieces - len(np.unique(assignment)))

    def divides(self, now: Layout) -> bool:
        """Whether divisions can tell where centers should be: few enough units, and nothing asked that they know nothing of."""
        instance, k = self.instance, self.instance.n_territories
        asks = len(instance.conflicts.indices) > 0 or instance.max_moved < np.inf or self._is_limited
        few = k > 1 and instance.n_units * k <= self.params.divide_up_to
        return few and not asks and not (now.sites < 0).any()

    def prospect(self, now: Layout) -> Layout | None:
        """Another place to climb from: the sites that divide cheaper than any known before.

        None where there are none, or that cannot be told: too large to divide, or asked what a division does not know of.
        """
        instance, params = self.instance, self.params
        if not self.divides(now):
            return None
        everyone = np.arange(instance.n_territories, dtype=np.int32)
        if self.descent is None:
            patch = patch_of(instance, now.assignment, everyone, self.lower, self.upper)
            self.descent = Descent(self.costs, patch, params, self.rng)
        if not self.descent.look(now.sites, lambda: self.left() <= 0) or self.descent.best is None:
            return None
        self.choices, self.packs, self.waits = instance.n_units // 4, 0, 3
        sites, division = self.descent.best
        asked = np.abs(division.prices)
        self.prices = params.price_over_dual * np.maximum(asked, asked.mean(axis=0))
        where = round_off(self.descent.patch, division, self._anchors(self.descent.patch, sites))
        pieces = int(components_within(instance.neighbours, where).max()) + 1
        there = self._judge(where, sites, pieces - len(np.unique(where)))
        return self.work(there, everyone, "settle")

    def pack(self, now: Layout) -> Layout:
        """Assign everyone exactly, in turn around the sites that divide cheapest and around those of the best layout.

        Few choices are looked at first and twice as many after either; patches have more and more rounds between two times, for
        this may take as long as many of them.
        """
        if self.descent is None or self.descent.best is None or now.merit.violation > 0:
            return now
        self.waits -= 1
        if (
            self.waits > 0
            or self.choices > self.instance.n_units
            or self.instance.n_units < self.params.solve_from
        ):
            return now
        patch, (sites, division) = self.descent.patch, self.descent.best
        if self.packs % 2:
            sites = now.sites
            self.choices *= 2
        self.packs += 1
        self.waits = 2 * self.packs
        worth = now.merit.total * (1 - 1e-9)
        cost = self.costs.table(sites, patch.territories)
        there = divide(patch, cost, division.prices, worth)
        if there is None:
            return now
        anchors = self._anchors(patch, sites)
        found = assign_exactly(
            patch, cost, there, anchors, worth, self.choices, PACK_NODES, PACK_CUTS, self.left
        )
        if found is None:
            return now
        return min(
            now, self._put(now, patch, found, self._best(now, patch, found)), key=lambda layout: layout.merit
        )

    def zone(self, now: Layout, largest: int, around: int = -1) -> Ints:
        """Two to ``largest`` neighbouring territories, around a given or a random one."""
        k = self.instance.n_territories
        size = int(self.rng.integers(2, max(3, min(largest, k) + 1)))
        start = around if around >= 0 else int(self.rng.integers(k))
        return grow(start, size, _beside(self.instance, now.assignment), self.rng)

    def attempt(self, now: Layout) -> tuple[Ints, str]:
        """What to try next: where a load is out of bounds before all."""
        out = self._out(now.loads, now.sites, np.arange(self.instance.n_territories, dtype=np.int32)).any(
            axis=1
        )
        if out.any() and self.rng.random() < 0.7:
            around = int(self.rng.choice(np.flatnonzero(out)))
            if self.rng.random() < 0.3:
                return self.zone(now, 3, around), "recut"
            return self.zone(now, 3 * 2 ** int(self.rng.integers(3)), around), "rescue"
        # Small problems are annealed in less time than their linear programs take.
        ways = ("anneal", "move", "move", "recut", "exact", "exact")
        # In the first round it is not known yet around which sites an exact answer is worth its time.
        exact = self.descent is not None and self.instance.n_units >= self.params.solve_from
        way = ways[int(self.rng.integers(6 if exact else 4))]
        return self.zone(now, 3 if way in {"recut", "exact"} else 5), way

    def work(self, now: Layout, territories: Ints, way: str, anyway: bool = False) -> Layout:
        """Work on a patch in one way and return the best that came of it; ``now`` if that is no better, unless ``anyway``."""
        self.proposals += self.params.sweep  # so that a round ends even where there is nothing to work on
        if way == "exact":
            return self._solve(now, territories)
        found = self._begin(now, territories, way)
        if found is None:
            return now
        patch, local, sites = found
        prices, heat, tries = self._prices(now, territories, way)
        best = None if anyway else now
        for _ in range(tries):
            patch = replace(patch, upper=self._upper(territories, sites))
            cost = self.costs.table(sites, territories, patch.units)
            pace = Pace(self.params.sweep * patch.n_units, heat, self.params.frozen)
            self.proposals += pace.proposals
            loads = trade(patch, local, cost, self._anchors(patch, sites), prices, pace, self.rng)
            after = self._best(now, patch, local)
            there = self._put(now, patch, local, after)
            best = there if best is None or there.merit < best.merit else best
            out = self._out(loads, after, territories)
            if not out.any() and (after == sites).all():
                break
            sites = after
            prices = np.where(out, prices * self.params.grow, prices)
            heat = heat if out.any() else min(heat, self.params.mild / 5)
        return now if best is None else best

    def _solve(self, now: Layout, territories: Ints) -> Layout:
        """Assign a patch exactly, around its sites and around some that its division would rather have."""
        patch = patch_of(self.instance, now.assignment, territories, self.lower, self.upper)
        here = now.sites[territories]
        asks = (
            now.merit.violation > 0
            or len(patch.foes.indices) > 0
            or self.instance.max_moved < np.inf
            or (here < 0).any()
        )
        if asks or patch.n_territories < 2 or patch.n_units * patch.n_territories > self.params.solve_up_to:
            return now
        best = now
        local = np.searchsorted(territories, now.assignment[patch.units]).astype(np.int32)
        for start in (here, self._moved(patch, local, here)):
            self.proposals += self.params.solve_worth
            patch = replace(patch, upper=self._upper(territories, start))
            division = divide(patch, self.costs.table(start, territories, patch.units))
            if division is None:
                continue
            sites = start
            if start is not here:
                sites, division = descend(self.costs, patch, start, division, self.params.divisions // 2)
            worth = float(best.spent[territories].sum())
            if division.value >= worth:
                continue
            cost, anchors = self.costs.table(sites, territories, patch.units), self._anchors(patch, sites)
            worth *= 1 - 1e-9
            found = assign_exactly(patch, cost, division, anchors, worth, self.params.choices, left=self.left)
            if found is not None:
                there = self._put(now, patch, found, self._best(now, patch, found))
                best = there if there.merit < best.merit else best
        return best

    def _prices(self, now: Layout, territories: Ints, way: str) -> tuple[Floats, float, int]:
        """(p, M) what a load out of bounds costs at first, the temperature that goes with it, and how often to anneal.

        Where units are small, a little more than a division asked for, and cool; where they are hard to pack only far more will
        do, and some heat. Which of the two a patch needs shows by trying.
        """
        params, mild = self.params, self.params.mild
        if self.prices is not None and (way == "settle" or self.rng.random() < 0.5):
            tries, heat = (
                (params.rescues, mild / 10)
                if way == "settle"
                else (3, mild * 10.0 ** self.rng.uniform(-2.0, 0.0))
            )
            return self.prices[territories], heat, tries
        usual = params.dear * float(now.spent[territories].mean())
        prices = np.full((len(territories), self.instance.n_measures), usual)
        if way == "rescue":
            return prices, params.connected_hot, params.rescues
        return prices, mild * 10.0 ** self.rng.uniform(-1.0, 0.5), 3

    def _begin(self, now: Layout, territories: Ints, way: str) -> tuple[Patch, Ints, Ints] | None:
        """The patch, who goes where in it and its sites to start from."""
        if len(territories) < 2:
            return None
        patch = patch_of(self.instance, now.assignment, territories, self.lower, self.upper)
        local = np.searchsorted(territories, now.assignment[patch.units]).astype(np.int32)
        sites = now.sites[territories]
        if way == "recut" and can_be_cut(self.instance, patch):
            cut = cut_along_trees(patch, self.instance.targets[territories], self.rng)
            if cut is None:
                return None
            return patch, cut, self._best(now, patch, cut)
        if way in {"move", "recut"}:
            sites = self._moved(patch, local, sites)
        return patch, local, sites

    def _moved(self, patch: Patch, local: Ints, sites: Ints) -> Ints:
        """Sites with one or more of them at other units of their territory, near ones more often."""
        sites = sites.copy()
        for at in self.rng.permutation(len(sites))[: int(self.rng.integers(1, len(sites) + 1))]:
            inside = np.zeros(self.instance.n_units, dtype=bool)
            inside[patch.units[local == at]] = True
            units = np.flatnonzero(inside[self.instance.member])
            if not len(units):
                continue
            gap = self.costs.points[units] - self.costs.points[sites[at]]
            order = np.argsort((gap**2).sum(axis=1), kind="stable")
            reach = min(len(units), 2 + int(len(units) ** self.rng.random()))
            sites[at] = units[order[int(self.rng.integers(reach))]]
        return sites

    def _best(self, now: Layout, patch: Patch, local: Ints) -> Ints:
        assignment = now.assignment.copy()
        assignment[patch.units] = patch.territories[local]
        loads = sums(assignment, self.instance.activity, self.instance.n_territories)
        return self.costs.best(assignment, patch.territories, loads)

    def _put(self, now: Layout, patch: Patch, local: Ints, sites: Ints) -> Layout:
        assignment, all_sites = now.assignment.copy(), now.sites.copy()
        assignment[patch.units] = patch.territories[local]
        all_sites[patch.territories] = sites
        return self._judge(assignment, all_sites, now.merit.pieces)

    def _anchors(self, patch: Patch, sites: Ints) -> Ints:
        here = np.searchsorted(patch.units, self.instance.member[sites])
        return np.where(sites >= 0, here, -1).astype(np.int32)

    def _upper(self, territories: Ints, sites: Ints) -> Floats:
        return np.minimum(self.upper[territories], self.costs.room(sites))

    def _out(self, loads: Floats, sites: Ints, territories: Ints) -> NDArray[np.bool_]:
        out: NDArray[np.bool_] = (loads < self.lower[territories] - 1e-9) | (
            loads > self._upper(territories, sites) + 1e-9
        )
        return out

    def _judge(self, assignment: Ints, sites: Ints, pieces: int) -> Layout:
        instance, k = self.instance, self.instance.n_territories
        everyone = np.arange(k, dtype=np.int32)
        cost = self.costs.table(sites, everyone)[np.arange(instance.n_units), assignment]
        loads = sums(assignment, instance.activity, k)
        out = violation(loads, self.lower, self._upper(everyone, sites), instance.targets)
        out += int((sites < 0).sum())
        spent = sums(assignment, cost, k)
        return Layout(assignment, sites, loads, spent, Merit(pieces, out, float(spent.sum())))


def _beside(instance: Instance, assignment: Ints) -> list[list[tuple[int, int]]]:
    """For each territory the (neighbour, edges across) pairs."""
    k = instance.n_territories
    edges = instance.neighbours.edges()
    a, b = assignment[edges[:, 0]], assignment[edges[:, 1]]
    across = a != b
    key = np.minimum(a, b)[across].astype(np.int64) * k + np.maximum(a, b)[across]
    found: list[list[tuple[int, int]]] = [[] for _ in range(k)]
    for pair, length in zip(*np.unique(key, return_counts=True), strict=True):
        one, other = divmod(int(pair), k)
        found[one].append((other, int(length)))
        found[other].append((one, int(length)))
    return found
