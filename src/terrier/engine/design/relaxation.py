"""What is left of a problem once its centers stay put and units may be divided: a linear program, and its prices.

Minimize Σ cost · x, x the share of each block that goes to each territory, every load within its band and the share moved
within its cap. Contiguity, pairs kept apart and whole units are given up, so the least cost is below every plan's that has
these centers. By weak duality so is, for any prices λ of the measures and any toll μ ≥ 0 on moves,

    D(λ, μ) = Σ_b min_j ( cost_bj + λ_j · a_b + μ moved_bj ) − Σ_jm max( λ_jm low_jm, λ_jm high_jm ) − μ cap

which `dual` evaluates with every territory looked at.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.eligibility import contracted, held_in
from terrier.engine.design.geometry import EARTH_RADIUS_KM, to_xyz
from terrier.engine.design.instance import whole
from terrier.engine.design.kernels.bound import cheapest
from terrier.engine.design.plan import Plan, stay_scale
from terrier.engine.design.problem import Problem
from terrier.engine.design.sums import sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

ROOM = 1e-8
"""How much wider than asked a band is, so that no plan the checker accepts is outside."""
PARALLEL_FROM, N_PARTS = 10_000, 4
"""Blocks from which a pass over them is shared among threads, and among how many."""
ROUNDING = 1e-10
"""Relative to the sum of all magnitudes: far above what adding floats can lose, far below what anybody reads."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """N blocks (units that must go together are one) of n units, k territories with fixed centers, M measures.

    start : (N + 1,) block b is the units start[b] … start[b + 1] - 1 of the arrays here, which are sorted by block.
    points, weights, present : the units'. stay, counted : (n,) what leaving costs, and adds to the share moved.
    fixed : (N,) locked territory or -1. kinds, eligible : as in `Instance`. activity : (N, M), each measure scaled to sum to k. low, high : (k, M).
    centres, seats, pull, travel, radius, power : as in `kernels.bound`. cap : most that may be moved, inf without one.
    """

    start: NDArray[np.int64]
    points: Floats
    weights: Floats
    present: Ints
    stay: Floats
    counted: Floats
    fixed: Ints
    kinds: Ints
    eligible: NDArray[np.bool_]
    activity: Floats
    low: Floats
    high: Floats
    centres: Floats
    seats: Floats
    pull: Floats
    travel: Floats
    radius: float
    power: int
    cap: float


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Each block's cheapest territories at some prices. candidates, cost, energy (with prices): (N, K), cheapest first.

    least : (N,) what no territory's energy is below.
    """

    candidates: Ints
    cost: Floats
    energy: Floats
    least: Floats


def relax(problem: Problem, plan: Plan) -> Relaxation:
    """Give up all but costs, bands, locks, groups and the cap on moves, with the centers where ``plan`` has them; O(n)."""
    n, k, m = problem.n_units, problem.n_territories, problem.n_measures
    block = _blocks(problem)
    order = np.argsort(block, kind="stable")
    n_blocks = int(block.max()) + 1
    unit = k / problem.measures.sum(axis=0)
    low, high = loads_allowed(problem, plan)
    present = np.full(n, -1, dtype=np.int32) if problem.present is None else problem.present
    held = present >= 0
    stay = np.zeros(n)
    if problem.present is not None and problem.stay_weight > 0:
        stay = problem.stay_weight * stay_scale(problem) * problem.stay_weights
    total_moves = float(problem.move_weights[held].sum())
    fixed = np.full(n_blocks, -1, dtype=np.int32)
    kept = held_in(problem.locks, problem.present, problem.frozen, n)[0]
    fixed[block[kept >= 0]] = kept[kept >= 0]
    kinds, eligible = contracted(problem.kinds, problem.eligible, problem.frozen, block, k)
    pull, seats = np.zeros(k), np.zeros((k, 3))
    if problem.seats is not None:
        seated = ~np.isnan(problem.seats).any(axis=1)
        pull[seated] = problem.seat_pull
        seats[seated] = to_xyz(problem.seats[seated], problem.metric)
    travel = np.empty((0, 0))
    if problem.travel is not None and plan.sites is not None:
        travel = np.ascontiguousarray(problem.travel[order][:, plan.sites])
    return Relaxation(
        start=np.concatenate([[0], np.cumsum(np.bincount(block, minlength=n_blocks))]),
        points=to_xyz(problem.coordinates, problem.metric)[order],
        weights=problem.weights[order],
        present=present[order],
        stay=stay[order],
        counted=(np.where(held, problem.move_weights, 0.0) / total_moves)[order]
        if total_moves > 0
        else np.zeros(n),
        fixed=fixed,
        kinds=kinds,
        eligible=eligible,
        activity=np.ascontiguousarray(sums(block, problem.measures * unit, n_blocks).reshape(n_blocks, m)),
        low=low * unit,
        high=high * unit,
        centres=to_xyz(plan.centres, problem.metric),
        seats=seats,
        pull=pull,
        travel=travel,
        radius=EARTH_RADIUS_KM if problem.metric == "sphere" else 0.0,
        power=2 if problem.objective == "squared_distance" else 1,
        cap=np.inf if problem.max_moved is None else problem.max_moved + ROOM,
    )


def loads_allowed(problem: Problem, plan: Plan) -> tuple[Floats, Floats]:
    """(k, m) least and most that each territory may hold, a hair wider than asked and never wider than all there is.

    Where a measure only counts, drawn in to whole multiples: no plan holds 237.5 accounts.
    """
    total = problem.measures.sum(axis=0)
    band = np.minimum(problem.tolerances + ROOM, 1e9) * problem.scales
    low = np.maximum(problem.targets - band, 0.0)
    high = np.minimum(problem.targets + band, total * (1 + ROOM))
    if problem.site_capacities is not None and plan.sites is not None:
        room = problem.site_capacities[plan.sites]
        high = np.fmin(high, room + ROOM * (room + total))
    if problem.capacities is not None:
        high = np.fmin(high, problem.capacities + ROOM * total)
    return whole(problem, low, high)


def choices(relaxation: Relaxation, prices: Floats, toll: float, width: int) -> Choices:
    """Each block's ``width`` cheapest territories of all k at these prices, in O(n k)."""
    r = relaxation
    width = min(width, len(r.centres))

    def part(low: int, high: int) -> tuple[Ints, Floats, Floats, Floats]:
        at, unit = slice(low, high), slice(r.start[low], r.start[high])
        return cheapest(  # type: ignore[no-any-return]
            r.start[low : high + 1] - r.start[low], r.points[unit], r.weights[unit], r.present[unit],
            r.stay[unit] + toll * r.counted[unit], r.fixed[at], r.kinds[at] if r.kinds.size else r.kinds, r.eligible,
            r.activity[at], r.centres, r.seats, r.pull, r.travel[unit] if r.travel.size else r.travel, prices,
            r.radius, r.power, width,
        )  # fmt: skip

    n_parts = 1 if len(r.fixed) < PARALLEL_FROM else N_PARTS
    edges = np.linspace(0, len(r.fixed), n_parts + 1).astype(int)
    with ThreadPoolExecutor(n_parts) as threads:
        parts = list(threads.map(part, edges[:-1], edges[1:]))
    return Choices(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def dual(relaxation: Relaxation, prices: Floats, toll: float, found: Choices) -> float:
    """The dual's value at the prices that ``found`` was asked at, rounded down: at most the least cost of any plan."""
    best = found.least
    bands = np.maximum(prices * relaxation.low, prices * relaxation.high)
    spent = 0.0 if toll == 0 else toll * relaxation.cap
    # What was subtracted on the way to an energy counts as well, hence the prices' own share of the magnitude.
    paid = np.abs(prices) @ relaxation.activity.sum(axis=0)
    magnitude = float(np.abs(best).sum() + np.abs(bands).sum() + paid.sum()) + spent
    return float(best.sum() - bands.sum()) - spent - ROUNDING * magnitude


def share_moved(relaxation: Relaxation, assignment: Ints) -> float:
    """Share of the move weight that leaves its present territory when block b goes to ``assignment[b]``."""
    goes = np.repeat(assignment, np.diff(relaxation.start))
    left = (relaxation.present >= 0) & (goes != relaxation.present)
    return float(relaxation.counted[left].sum())


def _blocks(problem: Problem) -> Ints:
    """(n,) the block of each unit: its group's, or its own."""
    n = problem.n_units
    if problem.together is None:
        return np.arange(n, dtype=np.int32)
    key = np.where(problem.together >= 0, problem.together.astype(np.int64), np.arange(n) + 2**32)
    return np.unique(key, return_inverse=True)[1].ravel().astype(np.int32)
