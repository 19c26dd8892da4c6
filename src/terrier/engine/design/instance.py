"""The problem as the search sees it: groups contracted, measures scaled, everything in flat arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.geometry import to_xyz
from terrier.engine.design.graph import Graph
from terrier.engine.design.plan import stay_scale
from terrier.engine.design.problem import Problem
from terrier.engine.design.sums import sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """N search units (a must-go-together group is one), k territories, M measures.

    Scaled so that the numbers mean the same everywhere: weights sum to k and each measure sums to k, hence an average
    territory weighs 1 and holds 1 of each measure.

    member : (n,) search unit of each problem unit. points : (N, 3) km. weights : (N,). activity : (N, M).
    home : (N,) present territory or -1. stay : (N,) cost of leaving it. move_weights : (N,) as a share of the total.
    fixed : (N,) locked territory or -1. targets : (k, M), each column sums to k. bands : (k, M), how far a load may be from it.
    seats : (k, 3), pull : (k,) zero where there is none. power : 2 for squared distance, else 1.
    neighbours, conflicts : compressed rows over search units.
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
    seats: Floats
    pull: Floats
    power: int
    contiguous: bool
    neighbours: Graph
    conflicts: Graph

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
    home, held_weight, held_moves = _homes(problem, member, n_search)
    stay = np.zeros(n_search)
    total_moves = 1.0
    if problem.present is not None:
        stay = problem.stay_weight * stay_scale(problem) * held_weight * scale
        total_moves = max(float(problem.move_weights[problem.present >= 0].sum()), np.finfo(float).tiny)
    fixed = np.full(n_search, -1, dtype=np.int32)
    if problem.locks is not None:
        locked = problem.locks >= 0
        fixed[member[locked]] = problem.locks[locked]
    pull = np.zeros(k)
    seats = np.zeros((k, 3))
    if problem.seats is not None:
        seated = ~np.isnan(problem.seats).any(axis=1)
        pull[seated] = problem.seat_pull
        seats[seated] = to_xyz(problem.seats[seated], problem.metric)
    targets = problem.targets * (k / problem.measures.sum(axis=0))
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
        # A band wider than everything there is asks nothing; the dual needs it finite.
        bands=np.minimum(problem.tolerances * targets, float(k)),
        seats=seats,
        pull=pull,
        power=2 if problem.objective == "squared_distance" else 1,
        contiguous=problem.contiguous,
        neighbours=_contract_edges(problem.adjacency if problem.contiguous else None, member, n_search),
        conflicts=Graph.from_edges(n_search, [] if problem.apart is None else member[problem.apart]),
    )


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
    """Home of each search unit, and how much weight and move weight it holds there."""
    home = np.full(n_search, -1, dtype=np.int32)
    weight, moves = np.zeros(n_search), np.zeros(n_search)
    if problem.present is None:
        return home, weight, moves
    held = np.flatnonzero(problem.present >= 0)
    key = member[held].astype(np.int64) * problem.n_territories + problem.present[held]
    pairs, where = np.unique(key, return_inverse=True)
    pair_weight = np.bincount(where, problem.weights[held])
    pair_moves = np.bincount(where, problem.move_weights[held])
    units = pairs // problem.n_territories
    order = np.lexsort((pairs, -pair_weight, units))
    best = order[np.unique(units[order], return_index=True)[1]]
    home[units[best]] = pairs[best] % problem.n_territories
    weight[units[best]] = pair_weight[best]
    moves[units[best]] = pair_moves[best]
    return home, weight, moves


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
