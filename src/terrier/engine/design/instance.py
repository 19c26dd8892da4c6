"""The problem as the search sees it: groups contracted, measures scaled, everything in flat arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.eligibility import contracted, held_in
from terrier.engine.design.geometry import to_xyz
from terrier.engine.design.graph import Graph
from terrier.engine.design.plan import stay_scale
from terrier.engine.design.problem import Problem
from terrier.engine.design.sums import sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Booleans = NDArray[np.bool_]


LEAST_TARGET = 1e-9
"""Of an average territory's load: what a smaller target counts as, to divide by."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """N search units (a must-go-together group is one), k territories, M measures.

    Scaled so that the numbers mean the same everywhere: weights sum to k and each measure sums to k, hence an average
    territory weighs 1 and holds 1 of each measure.

    member : (n,) search unit of each problem unit. points : (N, 3) km. weights : (N,). activity : (N, M).
    home : (N,) present territory or -1. stay : (N,) cost of leaving it. move_weights : (N,) as a share of the total.
    fixed : (N,) locked territory or -1. targets, bands : (k, M), a load is fine when it is within the band of the target.
    Without capacities each column of targets sums to about k. counts : (M,) whether a measure only counts.
    seats : (k, 3), pull : (k,) zero where there is none. power : 1 for distance, else 2.
    neighbours, conflicts : compressed rows over search units.
    kinds : (N,), eligible : (c, k): territory j may take unit i when eligible[kinds[i], j]; both empty when all may all.
    Locked units stay where they are, whatever their kind.
    """

    member: Ints
    points: Floats
    weights: Floats
    activity: Floats
    home: Ints
    stay: Floats
    move_weights: Floats
    max_moved: float
    fixed: Ints
    targets: Floats
    bands: Floats
    counts: NDArray[np.bool_]
    seats: Floats
    pull: Floats
    power: int
    contiguous: bool
    neighbours: Graph
    conflicts: Graph
    kinds: Ints
    eligible: Booleans

    @property
    def n_units(self) -> int:
        return len(self.points)

    @property
    def n_territories(self) -> int:
        return len(self.targets)

    @property
    def n_measures(self) -> int:
        return int(self.activity.shape[1])


def contract(problem: Problem) -> Instance:
    """Turn a problem into an instance; O(n).

    A group becomes one unit at its weighted mean place: Σ w·d² over a group is that of its mean plus a constant. Its
    home is where most of its weight is today, so that leaving elsewhere's share behind is never counted as a saving.
    """
    k = problem.n_territories
    member = _members(problem)
    n_search = int(member.max()) + 1
    weights = sums(member, problem.weights, n_search)
    points = to_xyz(problem.coordinates, problem.metric)
    points = sums(member, problem.weights[:, None] * points, n_search)
    activity = sums(member, problem.measures, n_search)
    scale = k / weights.sum()
    kinds, eligible = contracted(problem.kinds, problem.eligible, problem.frozen, member, k)
    home, held_stay, held_moves = _homes(problem, member, n_search)
    fixed = np.full(n_search, -1, dtype=np.int32)
    held = held_in(problem.locks, problem.present, problem.frozen, problem.n_units)[0]
    fixed[member[held >= 0]] = held[held >= 0]
    if len(eligible):
        # Whoever may not stay has no home: that move is forced, and no search can save it.
        lost = (home >= 0) & (fixed != home) & ~eligible[kinds, home]
        home[lost], held_stay[lost], held_moves[lost] = -1, 0.0, 0.0
    stay = np.zeros(n_search)
    total_moves = 1.0
    if problem.present is not None:
        stay = problem.stay_weight * stay_scale(problem) * held_stay * scale
        total_moves = max(float(problem.move_weights[problem.present >= 0].sum()), np.finfo(float).tiny)
    pull = np.zeros(k)
    seats = np.zeros((k, 3))
    if problem.seats is not None:
        seated = ~np.isnan(problem.seats).any(axis=1)
        pull[seated] = problem.seat_pull
        seats[seated] = to_xyz(problem.seats[seated], problem.metric)
    targets, bands = _bounds(problem)
    return Instance(
        member=member,
        points=points / weights[:, None],
        weights=weights * scale,
        activity=np.ascontiguousarray(activity * (k / activity.sum(axis=0))),
        home=home,
        stay=stay,
        move_weights=held_moves / total_moves,
        max_moved=_cap(problem, held_moves, total_moves),
        fixed=fixed,
        targets=targets,
        bands=bands,
        counts=counted(problem.measures),
        seats=seats,
        pull=pull,
        power=1 if problem.objective == "distance" else 2,
        contiguous=problem.contiguous,
        neighbours=_contract_edges(problem.adjacency if problem.contiguous else None, member, n_search),
        conflicts=Graph.from_edges(n_search, [] if problem.apart is None else member[problem.apart]),
        kinds=kinds,
        eligible=eligible,
    )


def _bounds(problem: Problem) -> tuple[Floats, Floats]:
    """(k, M) middle and half-width of what each load may be: within the tolerance, and no more than the capacity.

    Where a capacity is below the tolerance no load is fine; then the search aims at what is just below the capacity.
    """
    k = problem.n_territories
    scale = k / problem.measures.sum(axis=0)
    targets = np.maximum(problem.targets * scale, LEAST_TARGET)
    # A band wider than everything there is asks nothing; the dual needs it finite.
    bands = np.minimum(problem.tolerances * targets, float(k))
    room = np.full_like(targets, np.inf)
    if problem.capacities is not None:
        room = np.where(np.isnan(problem.capacities), np.inf, problem.capacities * scale)
    low, high = np.maximum(targets - bands, 0.0), np.minimum(targets + bands, room)
    low = np.where(low > high, np.maximum(high - bands, 0.0), low)
    whole_low, whole_high = (of * scale for of in whole(problem, low / scale, high / scale))
    limited = (room < targets + bands) | (whole_low > low) | (whole_high < high)
    low, high = whole_low, whole_high
    middle = np.where(limited, np.maximum((low + high) / 2, LEAST_TARGET), targets)
    bands = np.where(limited, (high - low) / 2, bands)
    if problem.frozen is not None:
        bands[problem.frozen] = float(k)  # nothing there can change, so nothing is asked
    return middle, bands


def counted(measures: Floats) -> NDArray[np.bool_]:
    """(M,) whether a measure only counts: every unit brings nothing or the same."""
    same: NDArray[np.bool_] = ((measures == 0) | (measures == measures.max(axis=0))).all(axis=0)
    return same


def whole(problem: Problem, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The same bounds (k, m), in the measures' own units, drawn in to whole multiples where a measure only counts: 237.5 to 262.5
    accounts is 238 to 262. Where no multiple is within them they stay.

    Prices that lead to 237.5 would leave every territory half an account short, and that adds up.
    """
    low, high = low.copy(), high.copy()
    for m in np.flatnonzero(counted(problem.measures)):
        unit = float(problem.measures[:, m].max())
        # A hair wider than whole, for loads are sums of many parts.
        up, down = np.ceil(low[:, m] / unit - 1e-6) - 1e-6, np.floor(high[:, m] / unit + 1e-6) + 1e-6
        meets = up <= down
        low[meets, m], high[meets, m] = up[meets] * unit, down[meets] * unit
    return low, high


def _members(problem: Problem) -> Ints:
    n = problem.n_units
    if problem.together is None:
        return np.arange(n, dtype=np.int32)
    key = np.where(problem.together >= 0, problem.together.astype(np.int64), np.arange(n) + 2**32)
    _, first, member = np.unique(key, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int32)
    order[np.argsort(first, kind="stable")] = np.arange(len(first), dtype=np.int32)
    return order[member.ravel()]


def _homes(problem: Problem, member: Ints, n_search: int) -> tuple[Ints, Floats, Floats]:
    """Home of each search unit, and how much stay weight and move weight it holds there."""
    home = np.full(n_search, -1, dtype=np.int32)
    stay, moves = np.zeros(n_search), np.zeros(n_search)
    if problem.present is None:
        return home, stay, moves
    held = np.flatnonzero(problem.present >= 0)
    key = member[held].astype(np.int64) * problem.n_territories + problem.present[held]
    pairs, where = np.unique(key, return_inverse=True)
    pair_weight = np.bincount(where, problem.weights[held])
    pair_stay = np.bincount(where, problem.stay_weights[held])
    pair_moves = np.bincount(where, problem.move_weights[held])
    units = pairs // problem.n_territories
    order = np.lexsort((pairs, -pair_weight, units))
    best = order[np.unique(units[order], return_index=True)[1]]
    home[units[best]] = pairs[best] % problem.n_territories
    stay[units[best]] = pair_stay[best]
    moves[units[best]] = pair_moves[best]
    return home, stay, moves


def _cap(problem: Problem, held_moves: Floats, total_moves: float) -> float:
    """The cap on moves that the search can still spend: a group split today must lose its lesser parts anyway."""
    if problem.max_moved is None:
        return np.inf
    unavoidable = 1.0 - float(held_moves.sum()) / total_moves
    return max(0.0, problem.max_moved - max(0.0, unavoidable)) + 1e-12


def _contract_edges(graph: Graph | None, member: Ints, n_search: int) -> Graph:
    if graph is None:
        return Graph.from_edges(n_search, [])
    if n_search == len(member):
        return graph
    return Graph.from_edges(n_search, member[graph.edges()])


def may_serve(instance: Instance, units: Ints, territories: Ints) -> Booleans:
    """Whether each territory may take the unit beside it; both arrays of one length."""
    if not len(instance.eligible):
        return np.ones(len(units), dtype=np.bool_)
    may: Booleans = instance.eligible[instance.kinds[units], territories]
    return may
