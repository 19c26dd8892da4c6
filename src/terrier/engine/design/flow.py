"""The transport relaxation as a linear program: who would go where if units could be split between territories.

At fixed centers each unit's cost of each territory is a number, and the best split within the bands is a transport problem
with side constraints. Its value is a lower bound on every plan at those centers; with moves as the only cost it is a
lower bound on what any plan must move. No more than about one unit per band is split, so nearly all columns stay
at zero: they are generated as the duals ask for them (Gilmore & Gomory 1961), and each round leaves a certified bound
(Lagrange; Geoffrion 1974). The linear programs are HiGHS's, by way of SciPy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, hstack, vstack

from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.problem import Problem

CHUNK = 2**21
"""Costs looked at at once: units times territories."""
FORCED = 1000.0
"""Times the penalty of widening: what it costs to move all beyond the cap, which locks can force."""
ENOUGH = 1e-4
"""Relative gap between a restricted program and its certified bound at which columns are no longer sought."""
COLUMN_ROUNDS = 40
FIRST_COLUMNS = 20.0
"""Columns to begin with, beyond one a unit, per band."""
LEAST_WIDENING = 1e-3
"""Of an average load: what a band is widened by at least, for a territory that may hold exactly nothing has none."""

Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """What it costs to put a unit into a territory: travel times its weight, toll times the move weight left behind,
    and the instance's own cost of leaving home.

    centres : (k, 3), looked at only when ``travel`` > 0. travel : factor on weight × distance to the power.
    toll : price of the whole move weight. held : (N, k) share of all move weight that each unit holds in each territory today.
    """

    instance: Instance
    centres: Floats
    travel: float
    toll: float
    held: csr_array

    def rows(self, low: int, high: int) -> tuple[Floats, Floats]:
        """(high - low, k) cost and share moved of the units from ``low`` to ``high``; inf where a lock or eligibility forbids it."""
        held = self.held[low:high]
        moves = np.asarray(held.sum(axis=1)).ravel()[:, None] - held.toarray()
        cost = self.toll * moves
        if self.travel > 0:
            cost += self.travel * place_costs(self.instance, self.centres, slice(low, high))
        home, stay = self.instance.home[low:high], self.instance.stay[low:high]
        if stay.any():
            cost += np.where(home >= 0, stay, 0.0)[:, None] * (np.arange(cost.shape[1]) != home[:, None])
        fixed = self.instance.fixed[low:high]
        if len(self.instance.eligible):
            may = self.instance.eligible[self.instance.kinds[low:high]] | (fixed >= 0)[:, None]
            cost[~may] = np.inf
        locked = np.flatnonzero(fixed >= 0)
        allowed = np.zeros((len(locked), cost.shape[1]), dtype=bool)
        allowed[np.arange(len(locked)), fixed[locked]] = True
        cost[locked] = np.where(allowed, cost[locked], np.inf)
        return cost, moves


def held_moves(problem: Problem, member: Ints) -> csr_array:
    """(N, k) share of all move weight that each search unit holds in each territory today."""
    assert problem.present is not None
    held = np.flatnonzero(problem.present >= 0)
    total = float(problem.move_weights[held].sum())
    shares = problem.move_weights[held] / total if total > 0 else np.zeros(len(held))
    return csr_array(
        (shares, (member[held], problem.present[held])), shape=(int(member.max()) + 1, problem.n_territories)
    )


def place_costs(instance: Instance, centres: Floats, units: slice) -> Floats:
    """(u, k) weight × distance to the power of the units to every center and, by its pull, to every seat."""
    far = _far(instance, instance.points[units], centres)
    seated = np.flatnonzero(instance.pull > 0)
    if seated.size:
        pull = instance.pull[seated]
        to_seat = _far(instance, instance.points[units], instance.seats[seated])
        far[:, seated] = (1 - pull) * far[:, seated] + pull * to_seat
    cost: Floats = instance.weights[units, None] * far
    return cost


def _far(instance: Instance, points: Floats, places: Floats) -> Floats:
    squared = (points**2).sum(axis=1)[:, None] + (places**2).sum(axis=1) - 2 * points @ places.T
    near: Floats = np.maximum(squared, 0.0)
    return near if instance.power == 2 else np.sqrt(near)


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The best split found, and what is certain about it.

    value : of the restricted program. bound : no split, hence no plan, costs less. widening : how much wider than allowed the
    bands had to be, as a ratio of their half-width. prices : (k, M) and cap_price : its duals. moved : share moved.
    units, territories, shares : the split, only where a unit has a choice; base : (N,) where all others are.
    columns : what a similar program can start from, unit × k + territory.
    """

    value: float
    bound: float
    widening: float
    prices: Floats
    cap_price: float
    moved: float
    base: Ints
    units: NDArray[np.int64]
    territories: NDArray[np.int64]
    shares: Floats
    columns: Keys

    def rounded(self) -> Ints:
        """Each unit in the territory that has the most of it."""
        assignment = self.base.copy()
        order = np.argsort(self.shares, kind="stable")
        rest = np.ones(len(assignment))
        np.subtract.at(rest, self.units, self.shares)
        most = rest.copy()
        for c in order:
            i = self.units[c]
            if self.shares[c] > most[i]:
                assignment[i], most[i] = self.territories[c], self.shares[c]
        return assignment


def relax(
    costs: Costs,
    prices: Floats,
    penalty: float,
    cap: float = np.inf,
    columns: Keys | None = None,
    rounds: int = COLUMN_ROUNDS,
    between: Callable[[], object] = lambda: None,
) -> Flow:
    """Solve the relaxation by column generation, starting from the ``prices`` of a similar problem or zeros.

    Parameters
    ----------
    penalty : cost of widening all bands by their own half-width (see `LEAST_WIDENING`); the program is always feasible.
    cap : largest share that may move; its dual is ``cap_price``.
    columns : those of a similar program's flow, to begin with.
    rounds : of column generation at most; ``bound`` holds after any number.
    between : called before each round, which can take seconds: whoever has no more patience raises there.
    """
    keys = _price(costs, prices, 0.0, None, FIRST_COLUMNS).keys
    if columns is not None:
        keys = np.union1d(keys, columns)
    if np.isfinite(cap):
        keys = np.union1d(keys, _homes(costs.instance))
    best = -np.inf
    for _ in range(rounds):
        between()
        program = _program(costs, keys)
        solved = _solve(costs, program, penalty, cap)
        priced = _price(costs, solved.prices, solved.cap_price, keys, 0.0)
        best = max(best, _lagrangian(costs.instance, priced.least, solved.prices, solved.cap_price, cap))
        if solved.value - best <= ENOUGH * abs(solved.value) or not priced.keys.size:
            break
        keys = np.union1d(keys, priced.keys)
    return Flow(
        value=solved.value,
        bound=best,
        widening=solved.widening,
        prices=solved.prices,
        cap_price=solved.cap_price,
        moved=solved.moved,
        base=program.base,
        units=program.unit,
        territories=program.territory,
        shares=solved.shares,
        columns=_worthwhile(costs, keys, solved),
    )


def _homes(instance: Instance) -> Keys:
    """The columns of staying, without which a cap on moves could not be kept."""
    stay = np.flatnonzero((instance.home >= 0) & (instance.fixed < 0))
    keys: Keys = stay * instance.n_territories + instance.home[stay]
    return keys


def _worthwhile(costs: Costs, keys: Keys, solved: _Solved) -> Keys:
    """The columns of least reduced cost: those in use, those that may be soon, and one of every unit."""
    k = costs.instance.n_territories
    unit, territory = keys // k, keys % k
    cost, moves = entries(costs, unit, territory)
    energy = cost + solved.cap_price * moves
    energy += np.einsum("cm,cm->c", costs.instance.activity[unit], solved.prices[territory])
    lowest = np.full(costs.instance.n_units, np.inf)
    np.minimum.at(lowest, unit, energy)
    reduced = energy - lowest[unit]
    wanted = costs.instance.n_units + int(FIRST_COLUMNS * k * costs.instance.n_measures)
    if wanted >= len(keys):
        return keys
    kept: Keys = keys[reduced <= np.partition(reduced, wanted)[wanted]]
    return kept


def lower_bound(costs: Costs, prices: Floats, cap_price: float = 0.0, cap: float = np.inf) -> float:
    """What no plan can undercut, by Lagrange's duality: valid at any prices, tight at the best ones. O(N k M)."""
    least = _price(costs, prices, cap_price, None, 0.0).least
    return _lagrangian(costs.instance, least, prices, cap_price, cap)


def _lagrangian(instance: Instance, least: float, prices: Floats, cap_price: float, cap: float) -> float:
    toll = cap_price * cap if cap_price > 0 else 0.0
    return least - float((prices * instance.targets + instance.bands * np.abs(prices)).sum()) - toll


@dataclass(frozen=True, slots=True, eq=False)
class _Priced:
    """keys : columns worth having, unit × k + territory. least : Σ over units of the cheapest energy."""

    keys: Keys
    least: float


def _price(costs: Costs, prices: Floats, cap_price: float, known: Keys | None, spread: float) -> _Priced:
    """Look at every unit in every territory at the given prices.

    Without ``known`` columns: each unit's cheapest, and the next best of the units that waver most. With them: the
    cheapest of each unit whose known ones are dearer.
    """
    instance = costs.instance
    n, k = instance.n_units, instance.n_territories
    step = max(1, CHUNK // k)
    least, gaps, seconds = 0.0, [], []
    keys: list[Keys] = []
    for low in range(0, n, step):
        high = min(n, low + step)
        cost, moves = costs.rows(low, high)
        energy = cost + cap_price * moves + instance.activity[low:high] @ prices.T
        rows = np.arange(high - low)
        cheapest = energy.argmin(axis=1)
        lowest = energy[rows, cheapest]
        least += float(lowest.sum())
        key = (rows + low) * k + cheapest
        if known is None:
            keys.append(key)
            if spread > 0 and k > 1:
                for _ in range(min(3, k - 1)):
                    energy[rows, cheapest] = np.inf
                    cheapest = energy.argmin(axis=1)
                    gaps.append(energy[rows, cheapest] - lowest)
                    seconds.append((rows + low) * k + cheapest)
            continue
        at = slice(*np.searchsorted(known, [low * k, high * k]))
        have = np.full(high - low, np.inf)
        np.minimum.at(have, known[at] // k - low, energy[known[at] // k - low, known[at] % k])
        keys.append(key[have - lowest > 1e-9 * (1.0 + np.abs(have))])
    if gaps:
        gap, second = np.concatenate(gaps), np.concatenate(seconds)
        wanted = min(len(gap) - 1, int(spread * k * instance.n_measures))
        near = gap <= np.partition(gap, wanted)[wanted]
        keys.append(second[near & np.isfinite(gap)])
    return _Priced(np.unique(np.concatenate(keys)), least)


@dataclass(frozen=True, slots=True, eq=False)
class _Program:
    """Units with a choice, each from its first column: what the others change.

    base : (N,) first territory of every unit. unit, territory, cost, moves : (C,) of each other column, as differences from
    the first. loads : (k, M) at base. fixed_cost, fixed_moves : at base. matrix : (k M, C) change of the loads.
    choice : (units with several others, C) or None.
    """

    base: Ints
    unit: NDArray[np.int64]
    territory: NDArray[np.int64]
    cost: Floats
    moves: Floats
    loads: Floats
    fixed_cost: float
    fixed_moves: float
    matrix: csr_array
    choice: csr_array | None


def _program(costs: Costs, keys: Keys) -> _Program:
    instance = costs.instance
    k, m = instance.n_territories, instance.n_measures
    unit, territory = keys // k, keys % k
    cost, moves = entries(costs, unit, territory)
    # The cheapest column of a unit is its base.
    order = np.lexsort((cost, unit))
    first = order[np.unique(unit[order], return_index=True)[1]]
    base = territory[first].astype(np.int32)
    is_base = np.zeros(len(keys), dtype=bool)
    is_base[first] = True
    other = np.flatnonzero(~is_base)
    i, j = unit[other], territory[other]
    loads = np.zeros((k, m))
    np.add.at(loads, base, instance.activity)
    columns = np.arange(len(other))
    values = instance.activity[i].ravel()
    rows_in = (j[:, None] * m + np.arange(m)).ravel()
    rows_out = (base[i].astype(np.int64)[:, None] * m + np.arange(m)).ravel()
    repeated = np.repeat(columns, m)
    matrix = coo_array(
        (
            np.concatenate([values, -values]),
            (np.concatenate([rows_in, rows_out]), np.concatenate([repeated, repeated])),
        ),
        shape=(k * m, len(other)),
    )
    _, row, count = np.unique(i, return_inverse=True, return_counts=True)
    several = np.flatnonzero(count[row.ravel()] > 1)
    choice = None
    if several.size:
        _, which = np.unique(row.ravel()[several], return_inverse=True)
        choice = csr_array(
            (np.ones(len(several)), (which.ravel(), several)), shape=(int(which.max()) + 1, len(other))
        )
    return _Program(
        base=base,
        unit=i,
        territory=j,
        cost=cost[other] - cost[first][i],
        moves=moves[other] - moves[first][i],
        loads=loads,
        fixed_cost=float(cost[first].sum()),
        fixed_moves=float(moves[first].sum()),
        matrix=csr_array(matrix),
        choice=choice,
    )


def entries(costs: Costs, unit: NDArray[np.int64], territory: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Cost and share moved of single (unit, territory) pairs; sorted by unit."""
    n, k = costs.instance.n_units, costs.instance.n_territories
    cost, moves = np.empty(len(unit)), np.empty(len(unit))
    step = max(1, CHUNK // k)
    for low in range(0, n, step):
        at = slice(*np.searchsorted(unit, [low, low + step]))
        all_cost, all_moves = costs.rows(low, min(n, low + step))
        cost[at], moves[at] = (
            all_cost[unit[at] - low, territory[at]],
            all_moves[unit[at] - low, territory[at]],
        )
    return cost, moves


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    value: float
    widening: float
    prices: Floats
    cap_price: float
    moved: float
    shares: Floats


def _solve(costs: Costs, program: _Program, penalty: float, cap: float) -> _Solved:
    instance = costs.instance
    k, m = instance.n_territories, instance.n_measures
    targets, bands, here = instance.targets.ravel(), instance.bands.ravel(), program.loads.ravel()
    wide = csr_array(np.column_stack([-np.maximum(bands, LEAST_WIDENING), np.zeros(len(bands))]))
    n_columns = len(program.unit)
    above = hstack([program.matrix, wide])
    below = hstack([-program.matrix, wide])
    rows = [above, below]
    limits = [targets + bands - here, here - targets + bands]
    if np.isfinite(cap):
        # What is forced may be more than the cap: going beyond it is dearer than any band.
        rows.append(csr_array(np.append(program.moves, [0.0, -1.0])[None, :]))
        limits.append(np.array([cap - program.fixed_moves]))
    if program.choice is not None:
        rows.append(hstack([program.choice, csr_array((program.choice.shape[0], 2))]))
        limits.append(np.ones(program.choice.shape[0]))
    upper = np.ones((n_columns + 2, 2))
    upper[:, 0] = 0.0
    upper[-2:, 1] = np.inf
    limits_of_columns: Any = upper
    matrix: Any = csr_array(vstack(rows))  # SciPy's stubs know dense ones only
    scale = max(float(np.abs(program.cost).max(initial=0.0)), penalty / 1e4, np.finfo(float).tiny)
    result = linprog(
        np.append(program.cost / scale, [penalty / scale, FORCED * penalty / scale]),
        A_ub=matrix,
        b_ub=np.concatenate(limits),
        bounds=limits_of_columns,
        method="highs",
    )
    if result.x is None:
        raise RuntimeError(f"the linear program of {n_columns} columns was not solved: {result.message}")
    x = np.asarray(result.x)
    dual = -scale * np.asarray(result.ineqlin.marginals)
    capped = np.isfinite(cap)
    return _Solved(
        value=float(result.fun or 0.0) * scale + program.fixed_cost,
        widening=float(x[-2]),
        prices=(dual[: k * m] - dual[k * m : 2 * k * m]).reshape(k, m),
        cap_price=float(dual[2 * k * m]) if capped else 0.0,
        moved=program.fixed_moves + float(program.moves @ x[:-2]),
        shares=x[:-2],
    )
