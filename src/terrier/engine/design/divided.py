"""Patches with divisible units: a linear program says what each set of sites could give, and where better sites lie.

With centers standing still and units divisible, assigning is a transport problem with side constraints, small enough for a
general solver. Its prices rate every other site at once: put at site s, territory j would draw the units whose cost there
plus price is below their best elsewhere, and by weak duality the sum of these minima bounds what the program would give
(the Lagrangian bound behind Validi, Buchanan & Lykhovyd 2022, section 4, used here to descend instead of to fix).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

from terrier.engine.design.costs import Costs
from terrier.engine.design.graph import components_within
from terrier.engine.design.instance import Floats, Ints
from terrier.engine.design.patch import Patch

NODES = 100
"""Of branch and cut, after which the best assignment known is taken; unlike a time limit the same everywhere."""


FEW_OPEN = 0.15
"""Of all choices, up to which an exact assignment is tried."""

HUGE = 1e30
"""Instead of an infinite cost, which times no share would be no number."""

CUTS = 12
"""Rounds of them, before connectivity is given up."""


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """value : the least cost. shares : (n, p) of each unit to each territory. energy : (n, p) cost with prices.

    prices : (p, M), what a territory charges for each activity.
    """

    value: float
    shares: Floats
    energy: Floats
    prices: Floats


def divide(patch: Patch, cost: Floats) -> Division | None:
    """The cheapest division of the patch's units at these costs with every load within its bounds; None if there is none."""
    n, p = cost.shape
    held = patch.fixed[:, None]
    units, territories = np.nonzero(np.isfinite(cost) & ((held < 0) | (held == np.arange(p))))
    column = np.arange(len(units))
    each: Any = csr_array((np.ones(len(units)), (units, column)), shape=(n, len(units)))
    m = patch.activity.shape[1]
    rows = (territories[:, None] * m + np.arange(m)).ravel()
    loads = coo_array(
        (patch.activity[units].ravel(), (rows, np.repeat(column, m))), shape=(p * m, len(units))
    ).tocsr()
    low, high = patch.lower.ravel(), patch.upper.ravel()
    limited = np.isfinite(high)
    sides: Any = csr_array(
        vstack([loads[np.flatnonzero(limited)], -loads])
    )  # SciPy's stubs know dense ones only
    scale = float(np.abs(cost[units, territories]).mean()) or 1.0
    found = linprog(
        cost[units, territories] / scale, A_ub=sides, b_ub=np.concatenate([high[limited], -low]),
        A_eq=each, b_eq=np.ones(n), bounds=(0, 1), method="highs",
    )  # fmt: skip
    if found.status != 0:
        return None
    paid = np.zeros(p * m)
    paid[limited] -= found.ineqlin.marginals[: limited.sum()]
    paid += found.ineqlin.marginals[limited.sum() :]
    prices = scale * paid.reshape(p, m)
    shares = np.zeros((n, p))
    shares[units, territories] = found.x
    return Division(float(found.fun or 0.0) * scale, shares, cost + patch.activity @ prices.T, prices)


def descend(costs: Costs, patch: Patch, sites: Ints, best: Division, most: int) -> tuple[Ints, Division]:
    """Move sites to where the prices say that it pays, as long as the division gets cheaper; at most ``most`` divisions."""
    everyone = patch.territories
    left = most
    while left > 0:
        for there in _promising(costs, patch, sites, best):
            left -= 1
            found = divide(patch, costs.table(there, everyone, patch.units))
            if found is not None and found.value < best.value * (1 - 1e-9):
                sites, best = there, found
                break
            if left <= 0:
                break
        else:
            break
    return sites, best


def round_off(patch: Patch, division: Division, anchors: Ints) -> Ints:
    """(n,) each unit's largest share, with pieces cut off from their anchor sent to the cheapest territory they touch."""
    where: Ints = division.shares.argmax(axis=1).astype(np.int32)
    held = np.flatnonzero(anchors >= 0)
    where[anchors[held]] = held
    where[patch.fixed >= 0] = patch.fixed[patch.fixed >= 0]
    graph = patch.graph
    for _ in range(patch.n_units):
        piece = components_within(graph, where)
        home = np.zeros(int(piece.max()) + 1, dtype=bool)
        home[piece[anchors[held]]] = True
        home[piece[patch.fixed >= 0]] = True
        offers: list[tuple[float, int, int]] = []
        for u in np.flatnonzero(~home[piece]).tolist():
            for q in graph.indices[graph.indptr[u] : graph.indptr[u + 1]].tolist():
                energy = float(division.energy[u, where[q]])
                if home[piece[q]] and energy < np.inf:
                    offers.append((energy, u, int(where[q])))
        if not offers:
            return where
        taken: set[int] = set()
        for _, u, j in sorted(offers):
            if u not in taken:
                taken.add(u)
                where[u] = j
    return where


def assign_exactly(
    patch: Patch, cost: Floats, division: Division, anchors: Ints, worth: float, most: int
) -> Ints | None:
    """(n,) the cheapest connected assignment of cost below ``worth``, by branch and cut; None where none is found.

    A unit need not be looked at where its energy exceeds its least by more than ``worth`` exceeds the division's value
    (reduced-cost fixing). Of more than ``most`` choices left those that exceed it least are looked at, and the answer may not be the
    best; of more than `FEW_OPEN` of all it is the packing that is hard, and annealing does better. Connectivity is asked
    for only where an answer lacks it: the piece that is cut off may keep its units only if one of those around it comes along.
    """
    regret = division.energy - division.energy.min(axis=1, keepdims=True)
    regret[~np.isfinite(cost)] = np.inf
    most = patch.n_units + min(most, int(FEW_OPEN * patch.n_units * (patch.n_territories - 1)))
    slack = worth - division.value
    if most < regret.size:
        slack = min(slack, float(np.partition(regret.ravel(), most)[most]))
    open_ = regret <= slack
    open_[patch.fixed >= 0] = False
    open_[np.flatnonzero(patch.fixed >= 0), patch.fixed[patch.fixed >= 0]] = True
    held = np.flatnonzero(anchors >= 0)
    open_[anchors[held]] = False
    open_[anchors[held], held] = True
    model = _Model(patch, cost, open_)
    for _ in range(CUTS):
        where = model.solve()
        if where is None or float(cost[np.arange(patch.n_units), where].sum()) >= worth:
            return None
        if not model.cut(where, anchors):
            return where
    return None


class _Model:
    """The choices that are left, their constraints, and the cuts so far."""

    def __init__(
        self, patch: Patch, cost: Floats, open_: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    ) -> None:
        self.patch = patch
        self.units, self.territories = np.nonzero(open_)
        self.name = np.full(open_.shape, -1, dtype=np.int64)
        self.name[self.units, self.territories] = np.arange(len(self.units))
        n, p, m = patch.n_units, patch.n_territories, patch.activity.shape[1]
        column = np.arange(len(self.units))
        each = csr_array((np.ones(len(column)), (self.units, column)), shape=(n, len(column)))
        rows = (self.territories[:, None] * m + np.arange(m)).ravel()
        loads = csr_array(
            (patch.activity[self.units].ravel(), (rows, np.repeat(column, m))), shape=(p * m, len(column))
        )
        self.cost = cost[self.units, self.territories]
        self.rules = [
            LinearConstraint(each, 1, 1),
            LinearConstraint(loads, patch.lower.ravel(), patch.upper.ravel()),
        ]

    def solve(self) -> Ints | None:
        scale = float(np.abs(self.cost).mean()) or 1.0
        found = milp(
            self.cost / scale, constraints=self.rules, integrality=np.ones(len(self.cost), dtype=np.int64), bounds=Bounds(0, 1),
            options={"mip_rel_gap": 1e-9, "node_limit": NODES},
        )  # fmt: skip
        if found.x is None:
            return None
        chosen = found.x > 0.5
        where = np.zeros(self.patch.n_units, dtype=np.int32)
        where[self.units[chosen]] = self.territories[chosen]
        return where

    def cut(self, where: Ints, anchors: Ints) -> bool:
        """Forbid each piece that is cut off from its anchor; whether there was one."""
        graph = self.patch.graph
        piece = components_within(graph, where)
        rows = []
        for number in range(int(piece.max()) + 1):
            members = np.flatnonzero(piece == number)
            j = where[members[0]]
            if anchors[j] < 0 or piece[anchors[j]] == number:
                continue
            inside = np.zeros(self.patch.n_units, dtype=bool)
            inside[members] = True
            around = np.unique(
                np.concatenate([graph.indices[graph.indptr[u] : graph.indptr[u + 1]] for u in members])
            )
            bridge = self.name[around[~inside[around]], j]
            row = np.zeros(len(self.cost))
            row[bridge[bridge >= 0]] = -1.0
            for u in members:
                one = row.copy()
                one[self.name[u, j]] = 1.0
                rows.append(one)
        if rows:
            self.rules.append(LinearConstraint(csr_array(np.array(rows)), -np.inf, 0.0))
        return bool(rows)


def _promising(costs: Costs, patch: Patch, sites: Ints, division: Division) -> Iterator[Ints]:
    """Sets of sites that may divide cheaper: each territory at the best for what it holds, then one moved at a time.

    Of the latter only those whose bound is below the division's value, best first; no other can be any cheaper.
    """
    centered, moves = sites.copy(), []
    energy = division.energy
    order = np.argsort(energy, axis=1)
    rows = np.arange(patch.n_units)
    first = energy[rows, order[:, 0]]
    second = energy[rows, order[:, min(1, energy.shape[1] - 1)]]
    where = division.shares.argmax(axis=1)
    for at, j in enumerate(patch.territories):
        held = patch.units[where == at]
        near = costs.near_the_middle(np.flatnonzero(np.isin(costs.instance.member, held)))
        if not len(near):
            continue
        cost = costs.table(near.astype(np.int32), np.full(len(near), j, dtype=np.int32), patch.units)
        cost = np.where(np.isfinite(cost), cost, HUGE)
        centered[at] = near[np.argmin(division.shares[:, at] @ cost)]
        elsewhere = np.where(order[:, 0] == at, second, first)
        priced = cost + (patch.activity @ division.prices[at])[:, None]
        change = np.minimum(elsewhere[:, None], priced).sum(axis=0) - first.sum()
        pays = np.flatnonzero((change < -1e-9 * abs(division.value)) & (near != sites[at]))
        moves += [(float(change[c]), at, int(near[c])) for c in pays]
    if (centered != sites).any():
        yield centered
    for _, at, site in sorted(moves):
        other = sites.copy()
        other[at] = site
        yield other
