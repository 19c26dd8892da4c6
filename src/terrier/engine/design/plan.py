"""What is answered: who gets what, and every figure that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.extent import cut_edges, diameters
from terrier.engine.design.geometry import distance, from_xyz, to_xyz
from terrier.engine.design.graph import components_within
from terrier.engine.design.problem import Problem
from terrier.engine.design.sites import best_sites, over_capacity, usual_travel
from terrier.engine.design.sums import sums

ShortfallKind = Literal[
    "tolerance", "unit_too_large", "contiguity", "max_moved", "apart", "empty", "capacity"
]

BoundScope = Literal["centers", "all"]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Something asked that the plan does not meet, with its figures.

    ``kind`` says what ``value`` and ``bound`` are:
    "tolerance" the territory's deviation and the tolerance (ratios of the target); "unit_too_large" one unit's share of
    its territory's target and the most that fits; "contiguity" pieces and 1; "max_moved" the share moved and its cap;
    "apart" the other unit of the pair (``value``), ``bound`` 0; "empty" units held and 1; "capacity" the territory's load
    and what it may hold, with ``unit`` as its center if the limit is the center's.
    """

    kind: ShortfallKind
    value: float
    bound: float
    territory: int | None = None
    measure: int | None = None
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The objective and its parts, in weight × km², or weight × km when the objective is "distance".

    ``travel``: to the centres. ``seat``: to the home bases, where there are any. ``stay``: what the moves cost.
    ``cut_edges``: weight of the edges between territories, None without adjacency. ``diameter``: the largest distance
    between two units of one territory, km; None unless it is the objective.
    ``total``: the objective. For the distances (1 - pull) · travel + pull · seat + stay, the pull being 0 for a territory
    without a seat; otherwise the diameter or the edges cut.
    """

    total: float
    travel: float
    seat: float
    stay: float
    diameter: float | None = None
    cut_edges: float | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A proof that no plan costs less than ``value``, in the unit of the score.

    ``scope`` says which plans: "centers", those whose territories have this plan's centers, or "all" that meet what is asked.
    """

    value: float
    scope: BoundScope

    def gap(self, score: Score) -> float:
        """How far the score may be above the least possible, as a ratio of the bound; inf where the bound says nothing."""
        if score.total <= self.value:
            return 0.0
        return score.total / self.value - 1 if self.value > 0 else float("inf")


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A complete answer. Every figure follows from the problem and ``assignment`` alone (see `evaluate`).

    assignment : (n,) territory of each unit. centres : (k, 2) in the problem's coordinates.
    sites : (k,) the unit that is each territory's center, -1 where it is empty; None with free centers.
    loads, deviations : (k, m); a deviation is (load - target) / target (see `Problem.scales`). counts : (k,) units. mean_distance : (k,) weighted.
    pieces : (k,) connected pieces, None without adjacency. moved : share of the move weight that left its
    present territory, None without a present plan. shortfalls : what is not met, worst first. bound : how good a plan can
    be at best, None where that was not asked or something is not met; the only figure `evaluate` leaves out.
    """

    assignment: NDArray[np.int32]
    centres: NDArray[np.float64]
    sites: NDArray[np.int32] | None
    score: Score
    loads: NDArray[np.float64]
    deviations: NDArray[np.float64]
    counts: NDArray[np.int64]
    mean_distance: NDArray[np.float64]
    pieces: NDArray[np.int64] | None
    moved: float | None
    shortfalls: tuple[Shortfall, ...]
    bound: Bound | None = None

    @property
    def gap(self) -> float | None:
        """How far above the least possible score this plan's may be, as a ratio; None without a bound."""
        return None if self.bound is None else self.bound.gap(self.score)

    @property
    def is_feasible(self) -> bool:
        return not self.shortfalls

    @property
    def balance(self) -> NDArray[np.float64]:
        """(m,) each measure's largest deviation from its target, as a ratio."""
        worst: NDArray[np.float64] = np.abs(self.deviations).max(axis=0)
        return worst

    def room(self, problem: Problem) -> NDArray[np.float64]:
        """(k, m) the most each territory may hold by its own capacity and its center's, NaN where neither limits it."""
        own = np.full(self.loads.shape, np.nan) if problem.capacities is None else problem.capacities
        if problem.site_capacities is None or self.sites is None:
            return own
        at_center = np.where(self.sites[:, None] >= 0, problem.site_capacities[self.sites], np.nan)
        most: NDArray[np.float64] = np.fmin(own, at_center)
        return most


def evaluate(problem: Problem, assignment: NDArray[np.int32]) -> Plan:
    """Compute every figure of the plan that puts unit i into territory ``assignment[i]``, in O(n m).

    With unit centers also each territory's best center, by trying all of its units.
    """
    assignment = np.array(assignment, dtype=np.int32)  # a copy: the plan's own is frozen
    k = problem.n_territories
    counts = np.bincount(assignment, minlength=k)
    loads = sums(assignment, problem.measures, k)
    deviations = (loads - problem.targets) / problem.scales
    centres = weighted_centres(problem, assignment)
    sites = None
    if problem.centers == "unit":
        sites = best_sites(problem, assignment, loads)
        centres[sites >= 0] = problem.coordinates[sites[sites >= 0]]
    if sites is not None and problem.travel is not None:
        far = problem.travel[np.arange(problem.n_units), sites[assignment]]
    else:
        far = distance(problem.coordinates, centres[assignment], problem.metric)
    pieces = None
    if problem.adjacency is not None:
        first = np.unique(components_within(problem.adjacency, assignment), return_index=True)[1]
        pieces = np.bincount(assignment[first], minlength=k)
    weight = np.maximum(sums(assignment, problem.weights, k), np.finfo(float).tiny)
    assignment.flags.writeable = False
    moved = moved_share(problem, assignment)
    return Plan(
        assignment=assignment,
        centres=centres,
        sites=sites,
        score=_score(problem, assignment, far),
        loads=loads,
        deviations=deviations,
        counts=counts,
        mean_distance=sums(assignment, problem.weights * far, k) / weight,
        pieces=pieces,
        moved=moved,
        shortfalls=_shortfalls(problem, assignment, counts, deviations, pieces, moved)
        + over_own_capacity(problem, loads)
        + _over_capacity(problem, sites, loads),
    )


def weighted_centres(problem: Problem, assignment: NDArray[np.int32]) -> NDArray[np.float64]:
    """(k, 2) weighted mean place of each territory's units, or weighted median for "distance".

    An empty territory sits at its seat, or where the mean of everything is. The median (Weiszfeld 1937) is iterated to
    a millionth of the territory's size.
    """
    points = to_xyz(problem.coordinates, problem.metric)
    k = problem.n_territories
    mean = _means(points, problem.weights, assignment, k)
    if problem.objective == "distance":
        mean = _medians(points, problem.weights, assignment, mean)
    centres = from_xyz(mean, problem.metric)
    empty = np.bincount(assignment, minlength=k) == 0
    if empty.any():
        everything = np.zeros(len(points), dtype=np.int32)
        centres[empty] = from_xyz(_means(points, problem.weights, everything, 1), problem.metric)[0]
        if problem.seats is not None:
            seated = empty & ~np.isnan(problem.seats).any(axis=1)
            centres[seated] = problem.seats[seated]
    return centres


def moved_share(problem: Problem, assignment: NDArray[np.int32]) -> float | None:
    """Share of the move weight, among units with a present territory, that is elsewhere now."""
    if problem.present is None:
        return None
    held = problem.present >= 0
    total = problem.move_weights[held].sum()
    left = held & (assignment != problem.present)
    return float(problem.move_weights[left].sum() / total) if total > 0 else 0.0


def stay_scale(problem: Problem) -> float:
    """What one move of weight 1 costs at ``stay_weight`` 1: today's mean (squared) distance to centre."""
    assert problem.present is not None
    held = problem.present >= 0
    if not held.any():
        return 0.0
    today = np.where(held, problem.present, 0).astype(np.int32)
    if problem.centers == "unit":
        return usual_travel(problem, today, held)
    points = to_xyz(problem.coordinates, problem.metric)
    weights = np.where(held, problem.weights, 0.0)
    centres = from_xyz(_means(points, weights, today, problem.n_territories), problem.metric)
    far = distance(problem.coordinates, centres[today], problem.metric)
    return float(np.average(far if problem.objective == "distance" else far**2, weights=weights))


def _score(problem: Problem, assignment: NDArray[np.int32], far: NDArray[np.float64]) -> Score:
    power = 1 if problem.objective == "distance" else 2
    travel = problem.weights * far**power
    pull = np.zeros(problem.n_units)
    seat = np.zeros(problem.n_units)
    if problem.seats is not None:
        home = problem.seats[assignment]
        seated = ~np.isnan(home).any(axis=1)
        pull[seated] = problem.seat_pull
        to_seat = distance(problem.coordinates[seated], home[seated], problem.metric)
        seat[seated] = problem.weights[seated] * to_seat**power
    stay = 0.0
    if problem.present is not None and problem.stay_weight > 0:
        left = (problem.present >= 0) & (assignment != problem.present)
        stay = problem.stay_weight * stay_scale(problem) * float(problem.stay_weights[left].sum())
    total = float(((1 - pull) * travel + pull * seat).sum()) + stay
    cut = None if problem.adjacency is None else cut_edges(problem, assignment)
    diameter = None
    if problem.objective == "diameter":
        total = diameter = float(diameters(problem, assignment).max())
    elif problem.objective == "cut_edges":
        assert cut is not None
        total = cut
    return Score(
        total=total,
        travel=float(travel.sum()),
        seat=float(seat.sum()),
        stay=stay,
        diameter=diameter,
        cut_edges=cut,
    )


def _shortfalls(
    problem: Problem,
    assignment: NDArray[np.int32],
    counts: NDArray[np.int64],
    deviations: NDArray[np.float64],
    pieces: NDArray[np.int64] | None,
    moved: float | None,
) -> tuple[Shortfall, ...]:
    found = [Shortfall("empty", 0, 1, territory=int(j)) for j in np.flatnonzero(counts == 0)]
    if problem.contiguous and pieces is not None:
        found += [
            Shortfall("contiguity", float(pieces[j]), 1, territory=int(j)) for j in np.flatnonzero(pieces > 1)
        ]
    if problem.apart is not None:
        same = problem.apart[assignment[problem.apart[:, 0]] == assignment[problem.apart[:, 1]]]
        found += [Shortfall("apart", float(b), 0, int(assignment[a]), unit=int(a)) for a, b in same]
    if problem.max_moved is not None and moved is not None and moved > problem.max_moved + 1e-12:
        found.append(Shortfall("max_moved", moved, problem.max_moved))
    excess = np.abs(deviations) - problem.tolerances
    over = np.argwhere(excess > 1e-9)
    worst_first = over[np.argsort(-excess[over[:, 0], over[:, 1]], kind="stable")]
    for j, m in worst_first:
        found.append(
            Shortfall("tolerance", float(deviations[j, m]), float(problem.tolerances[m]), int(j), int(m))
        )
    return (*found, *oversized_units(problem, assignment, over))


def over_own_capacity(problem: Problem, loads: NDArray[np.float64]) -> tuple[Shortfall, ...]:
    """The territories that hold more than their own capacity, worst first."""
    if problem.capacities is None:
        return ()
    mean = problem.measures.sum(axis=0) / problem.n_territories
    beyond = np.nan_to_num((loads - problem.capacities) / mean, nan=-1.0)
    over = np.argwhere(beyond > 1e-9)
    worst_first = over[np.argsort(-beyond[over[:, 0], over[:, 1]], kind="stable")]
    return tuple(
        Shortfall("capacity", float(loads[j, m]), float(problem.capacities[j, m]), int(j), int(m))
        for j, m in worst_first
    )


def _over_capacity(
    problem: Problem, sites: NDArray[np.int32] | None, loads: NDArray[np.float64]
) -> tuple[Shortfall, ...]:
    if problem.site_capacities is None or sites is None:
        return ()
    room = problem.site_capacities[sites]
    return tuple(
        Shortfall("capacity", float(loads[j, m]), float(room[j, m]), j, m, int(sites[j]))
        for j, m in over_capacity(problem, sites, loads)
    )


def oversized_units(
    problem: Problem, assignment: NDArray[np.int32], over: NDArray[np.int64]
) -> list[Shortfall]:
    """Among territories out of tolerance, the units that alone exceed what the territory may hold."""
    found = []
    targets = problem.scales
    for j, m in over:
        most = 1 + problem.tolerances[m]
        members = np.flatnonzero(assignment == j)
        share = problem.measures[members, m] / targets[j, m]
        for i in members[share > most + 1e-9]:
            value = float(problem.measures[i, m] / targets[j, m])
            found.append(Shortfall("unit_too_large", value, float(most), int(j), int(m), int(i)))
    return found


def _means(
    points: NDArray[np.float64], weights: NDArray[np.float64], assignment: NDArray[np.int32], k: int
) -> NDArray[np.float64]:
    total = np.maximum(sums(assignment, weights, k), np.finfo(float).tiny)
    return sums(assignment, weights[:, None] * points, k) / total[:, None]


def _medians(
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    assignment: NDArray[np.int32],
    centres: NDArray[np.float64],
) -> NDArray[np.float64]:
    k = len(centres)
    spread = np.linalg.norm(points - centres[assignment], axis=1)
    size = sums(assignment, weights * spread, k) / np.maximum(sums(assignment, weights, k), 1e-300)
    # A mean that falls on a unit would hold plain Weiszfeld there for good, so its pull is softened at first.
    softness = 0.1
    for _ in range(200):
        far = np.linalg.norm(points - centres[assignment], axis=1)
        pull = weights / np.hypot(far, softness * size[assignment] + 1e-12)
        moved = _means(points, pull, assignment, k)
        step = np.linalg.norm(moved - centres, axis=1)
        centres = moved
        if softness <= 1e-6 and (step <= 1e-6 * size + 1e-12).all():
            break
        softness = max(0.8 * softness, 1e-6)
    return _or_nearest_unit(points, weights, assignment, centres)


def _or_nearest_unit(
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    assignment: NDArray[np.int32],
    centres: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Each centre, or the unit nearest to it where that costs less: Weiszfeld only creeps towards a median on a unit."""
    far = np.linalg.norm(points - centres[assignment], axis=1)
    order = np.lexsort((far, assignment))
    territories, first = np.unique(assignment[order], return_index=True)
    units = centres.copy()
    units[territories] = points[order[first]]
    there = np.linalg.norm(points - units[assignment], axis=1)
    gain = sums(assignment, weights * (far - there), len(centres))
    return np.where(gain[:, None] > 0, units, centres)
