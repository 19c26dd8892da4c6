"""Patches around centers standing still: the cheapest division when units may be divided, and exact assignments of whole ones.

Dividing is a transport problem. With one measure it is solved by paths among the territories, in a millisecond; with several it
is a linear program for a general solver.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

from terrier.engine.design.graph import components_within
from terrier.engine.design.instance import Booleans, Floats, Ints
from terrier.engine.design.kernels.divide import divide_one_measure
from terrier.engine.design.patch import Patch

NODES = 100
"""Of branch and cut, after which the best assignment known is taken; unlike a time limit the same everywhere."""


FEW_OPEN = 0.15
"""Of all choices, up to which an exact assignment is tried."""

CLOSE = 1e-5
"""Relative: nearer to the best assignment is not worth the time."""

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


def divide(
    patch: Patch, cost: Floats, prices: Floats | None = None, worth: float = np.inf
) -> Division | None:
    """The cheapest division of the patch's units at these costs with every load within its bounds; None if there is none.

    prices : (p, M) of a similar one, to begin with. worth : one that does not cost less may be given up.
    """
    if patch.activity.shape[1] == 1:
        return _along_paths(patch, cost, prices, worth)
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


def _along_paths(patch: Patch, cost: Floats, prices: Floats | None, worth: float) -> Division | None:
    low, high = np.maximum(0.0, patch.lower[:, 0]), patch.upper[:, 0]
    held = np.flatnonzero(patch.fixed >= 0)
    allowed = cost
    if len(held):
        allowed = cost.copy()
        allowed[held] = np.inf
        allowed[held, patch.fixed[held]] = cost[held, patch.fixed[held]]
    asked = np.zeros(cost.shape[1]) if prices is None else prices[:, 0].copy()
    asked = np.where(np.isfinite(high), asked, np.minimum(asked, 0.0))
    shares = np.empty_like(cost)
    if not divide_one_measure(allowed, patch.activity[:, 0], low, high, worth, asked, shares):
        return None
    value = float(cost[shares > 0] @ shares[shares > 0])
    return Division(value, shares, cost + patch.activity @ asked[None, :], asked[:, None])


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
    patch: Patch, cost: Floats, division: Division, anchors: Ints, worth: float, most: int,
    nodes: int = NODES, cuts: int = CUTS, left: Callable[[], float] = lambda: np.inf,
) -> Ints | None:  # fmt: skip
    """(n,) the cheapest connected assignment of cost below ``worth``, by branch and cut; None where none is found.

    A unit need not be looked at where its energy exceeds its least by more than ``worth`` exceeds the division's value
    (reduced-cost fixing). Of more than ``most`` choices left those that exceed it least are looked at, and the answer may not be the
    best; of more than `FEW_OPEN` of all it is the packing that is hard, and annealing does better. Connectivity is asked
    for only where an answer lacks it: the piece that is cut off may keep its units only if one of those around it comes along, and
    both may choose then. ``left`` : the seconds there are, asked before each model is solved.
    """
    regret = division.energy - division.energy.min(axis=1, keepdims=True)
    regret[~np.isfinite(cost)] = np.inf
    most = patch.n_units + min(most, int(FEW_OPEN * patch.n_units * (patch.n_territories - 1)))
    slack = worth - division.value
    if most < regret.size:
        slack = min(slack, float(np.partition(regret.ravel(), most)[most]))
    open_ = regret <= slack
    may = np.isfinite(cost) & (patch.fixed < 0)[:, None]
    may[np.flatnonzero(patch.fixed >= 0), patch.fixed[patch.fixed >= 0]] = True
    held = np.flatnonzero(anchors >= 0)
    may[anchors[held]] = False
    may[anchors[held], held] = True
    open_[~may.any(axis=1) | (may.sum(axis=1) == 1)] = True
    model = _Model(patch, cost, open_ & may, may, nodes)
    for _ in range(cuts):
        seconds = left()
        if seconds <= 0:
            return None
        where = model.solve(seconds)
        if where is None or float(cost[np.arange(patch.n_units), where].sum()) >= worth:
            return None
        if not model.cut(where, anchors):
            return where
    return None


class _Model:
    """The choices that are left and may be left, their constraints, and the pieces that were cut off so far."""

    def __init__(self, patch: Patch, cost: Floats, open_: Booleans, may: Booleans, nodes: int) -> None:
        self.patch, self.cost, self.open, self.may = patch, cost, open_, may
        self.nodes = nodes
        self.cuts: list[tuple[NDArray[np.intp], NDArray[np.intp], int]] = []

    def solve(self, seconds: float) -> Ints | None:
        """The cheapest assignment among the choices left, as far as few nodes and seconds tell; None where none is found."""
        patch = self.patch
        n, p, m = patch.n_units, patch.n_territories, patch.activity.shape[1]
        units, territories = np.nonzero(self.open)
        column = np.arange(len(units))
        each = csr_array((np.ones(len(column)), (units, column)), shape=(n, len(column)))
        rows = (territories[:, None] * m + np.arange(m)).ravel()
        loads = csr_array(
            (patch.activity[units].ravel(), (rows, np.repeat(column, m))), shape=(p * m, len(column))
        )
        rules = [
            LinearConstraint(each, 1, 1),
            LinearConstraint(loads, patch.lower.ravel(), patch.upper.ravel()),
        ]
        if self.cuts:
            rules.append(LinearConstraint(self._bridges(len(units)), -np.inf, 0.0))
        cost = self.cost[units, territories]
        found = milp(
            cost / (float(np.abs(cost).mean()) or 1.0), constraints=rules,
            integrality=np.ones(len(cost), dtype=np.int64), bounds=Bounds(0, 1),
            options={"mip_rel_gap": CLOSE, "node_limit": self.nodes, "time_limit": seconds},
        )  # fmt: skip
        if found.x is None:
            return None
        chosen = found.x > 0.5
        where = np.zeros(n, dtype=np.int32)
        where[units[chosen]] = territories[chosen]
        return where

    def cut(self, where: Ints, anchors: Ints) -> bool:
        """Forbid each piece that is cut off from its anchor, and let it and the units around it choose; whether there was one."""
        graph = self.patch.graph
        piece = components_within(graph, where)
        before = len(self.cuts)
        for number in range(int(piece.max()) + 1):
            members = np.flatnonzero(piece == number)
            j = int(where[members[0]])
            if anchors[j] < 0 or piece[anchors[j]] == number:
                continue
            inside = np.zeros(self.patch.n_units, dtype=bool)
            inside[members] = True
            around = np.unique(
                np.concatenate([graph.indices[graph.indptr[u] : graph.indptr[u + 1]] for u in members])
            )
            around = around[~inside[around]]
            self.cuts.append((members, around, j))
            self.open[np.ix_(members, np.unique(where[around]))] = True
            self.open[around, j] = True
        self.open &= self.may
        return len(self.cuts) > before

    def _bridges(self, n_columns: int) -> Any:
        """A row for each unit of each piece: it may be there only if one of the units around the piece is."""
        name = np.full(self.open.shape, -1, dtype=np.int64)
        name[self.open] = np.arange(n_columns)
        rows, columns, signs = [], [], []
        row = 0
        for members, around, j in self.cuts:
            bridge = name[around, j]
            bridge = bridge[bridge >= 0]
            for u in name[members, j][name[members, j] >= 0].tolist():
                rows += [row] * (len(bridge) + 1)
                columns += [u, *bridge.tolist()]
                signs += [1.0] + [-1.0] * len(bridge)
                row += 1
        return csr_array((signs, (rows, columns)), shape=(row, n_columns))
