"""The whole curve of sizes, each plan made from that of the size beside it.

From k to k + 1 people the territory that is worst to travel is split, from k to k - 1 the two that are cheapest to merge become one; a
short search then balances all anew, twice: by the travel of the plan it comes from, and by its own. A size whose travel stands out
above that of the sizes on either side was searched too little, and is tried once more from the other side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from terrier.engine.design import Plan, Problem, evaluate
from terrier.engine.design.geometry import Floats, to_xyz
from terrier.engine.design.instance import Ints
from terrier.engine.design.kernels.bisect import bisect
from terrier.engine.design.sums import sums
from terrier.engine.size.economics import Economics, Profit, profit_of
from terrier.engine.size.workload import SellingTime
from terrier.engine.travel.roads import Roads
from terrier.engine.travel.settle import STIFF, Design, aimed_inside, continued, with_workload
from terrier.engine.travel.tours import TOURS, Calls, TourModel, Travel, Workday, bases_of, travel_of

BUMP = 0.005
"""Of travel: what a size may stand out by before it is tried once more."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Situation:
    """What is known of n accounts and of the people to be.

    problem : the territories asked for, of any number; nothing in it may belong to one of them (seats, locks, a present plan).
    measure : which of its measures is the workload, replaced by calls and travel. sales : (n,) today. economics : None
    where only the workload is to tell.
    """

    problem: Problem
    measure: int
    calls: Calls
    roads: Roads
    time: SellingTime
    workday: Workday
    sales: Floats | None = None
    economics: Economics | None = None
    model: TourModel = TOURS


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One size: ``people`` with the plan for them.

    travel : of the visits asked for. workload : (k,) hours a year, calls and travel. utilization : mean workload over the hours of a
    person. call_hours, km : a year, when all hours of the people are used in the same proportion of calls and travel.
    profit : at those hours; None without economics.
    """

    people: int
    problem: Problem
    plan: Plan
    travel: Travel
    workload: Floats
    utilization: float
    call_hours: float
    km: float
    profit: Profit | None

    @property
    def is_balanced(self) -> bool:
        return self.plan.is_feasible


def curve(situation: Situation, sizes: range, design: Design, start_at: int | None = None) -> Iterator[Point]:
    """A point for every size, as it is found: first ``start_at`` (by default the middle), then upwards, then downwards; at last
    better ones for some.

    ``design`` is asked for a short search in all but the first.
    """
    first = sizes[len(sizes) // 2] if start_at is None else min(max(start_at, sizes[0]), sizes[-1])
    middle = _first(situation, first, design)
    found = {first: middle}
    yield middle
    for step, ahead in ((1, range(first + 1, sizes[-1] + 1)), (-1, range(first - 1, sizes[0] - 1, -1))):
        point = middle
        for people in ahead:
            change = one_more if step > 0 else one_fewer
            start = change(point.problem, point.plan.assignment)
            point = _point(situation, people, design, point.travel.hours, start)
            found[people] = point
            yield point
    for people in _bumps(found):
        # Sizes above the first were split from the one below, the others merged from the one above.
        other = found[people + 1] if people > first else found[people - 1]
        change = one_fewer if people > first else one_more
        start = change(other.problem, other.plan.assignment)
        point = _point(situation, people, design, other.travel.hours, start)
        if _merit(point) < _merit(found[people]):
            found[people] = point
            yield point


def _bumps(found: dict[int, Point]) -> list[int]:
    """Sizes that travel more than the mean of their neighbors by `BUMP`, the worst first."""
    hours = {people: float(point.travel.hours.sum()) for people, point in found.items()}
    inner = [people for people in hours if people - 1 in hours and people + 1 in hours]
    above = {people: 2 * hours[people] / (hours[people - 1] + hours[people + 1]) - 1 for people in inner}
    return sorted(
        (people for people in inner if above[people] > BUMP), key=lambda people: (-above[people], people)
    )


def _merit(point: Point) -> tuple[bool, float]:
    """Travel, once the balance is no worse than twice the tolerance: what is left is a matter of a longer search."""
    beyond = np.abs(point.plan.deviations) / point.problem.tolerances
    return bool(beyond.max() > 2), float(point.travel.hours.sum())


def _first(situation: Situation, people: int, design: Design) -> Point:
    """From nothing: designed without travel, and then from that."""
    asked = _of_size(situation.problem, people)
    plan = design(with_workload(asked, situation.measure, situation.calls.total), False)
    return _point(
        situation, people, design, _travel(situation, asked, plan.assignment).hours, plan.assignment
    )


def _point(situation: Situation, people: int, design: Design, travel_hours: Floats, start: Ints) -> Point:
    """The better balanced of two designs, one by the given travel and one by the travel of that."""
    asked = _of_size(situation.problem, people)
    found: list[Point] = []
    for stay in (0.0, STIFF):
        assumed = with_workload(asked, situation.measure, situation.calls.total + travel_hours)
        plan = design(continued(aimed_inside(assumed, situation.measure), start, stay), True)
        travel = _travel(situation, asked, plan.assignment)
        own = with_workload(asked, situation.measure, situation.calls.total + travel.hours)
        found.append(measured(situation, own, evaluate(own, plan.assignment), travel))
        start, travel_hours = plan.assignment, travel.hours
    return min(found, key=lambda point: float(point.plan.balance.max()))


def _of_size(problem: Problem, people: int) -> Problem:
    return replace(problem, n_territories=people, shares=np.ones(people))


def _travel(situation: Situation, problem: Problem, assignment: Ints) -> Travel:
    bases = bases_of(problem, assignment)
    return travel_of(assignment, bases, situation.calls, situation.roads, situation.workday, situation.model)


def measured(situation: Situation, problem: Problem, plan: Plan, travel: Travel) -> Point:
    """The figures of a plan of some size."""
    people, calls = problem.n_territories, situation.calls
    work = calls.total + travel.hours
    hours = people * situation.time.of_a_person
    # Twice the visits take twice the calls and twice the travel: how many fit into a day stays the same.
    use = hours / float(work.sum())
    call_hours, km = use * float(calls.total.sum()), use * float(travel.km.sum())
    profit = None
    if situation.economics is not None and situation.sales is not None:
        profit = profit_of(people, call_hours, km, situation.sales, calls.total, situation.economics)
    return Point(
        people=people,
        problem=problem,
        plan=plan,
        travel=travel,
        workload=np.asarray(np.bincount(plan.assignment, work, people), dtype=np.float64),
        utilization=1 / use,
        call_hours=call_hours,
        km=km,
        profit=profit,
    )


def one_more(problem: Problem, assignment: Ints) -> Ints:
    """A plan of one territory more: the one with the largest Σ weight · distance² is cut in two across its length."""
    k = problem.n_territories
    points, weights = to_xyz(problem.coordinates, problem.metric), problem.weights
    centers = sums(assignment, weights[:, None] * points, k) / _mass(assignment, weights, k)[:, None]
    spread = np.bincount(assignment, weights * ((points - centers[assignment]) ** 2).sum(axis=1), k)
    spread[np.bincount(assignment, minlength=k) < 2] = -1.0
    members = np.flatnonzero(assignment == int(spread.argmax()))
    work = (problem.measures / problem.measures.sum(axis=0)).mean(axis=1)[members]
    half = bisect(np.ascontiguousarray(points[members]), np.ascontiguousarray(work), np.ones(2))
    found = np.array(assignment, dtype=np.int32)
    found[members[half == 1]] = k
    return found


def one_fewer(problem: Problem, assignment: Ints) -> Ints:
    """A plan of one territory less: two become one where Σ weight · distance² grows least (Ward 1963)."""
    k = problem.n_territories
    points, weights = to_xyz(problem.coordinates, problem.metric), problem.weights
    mass = _mass(assignment, weights, k)
    centers = sums(assignment, weights[:, None] * points, k) / mass[:, None]
    gap = ((centers[:, None] - centers[None, :]) ** 2).sum(axis=2)
    growth = gap * mass[:, None] * mass[None, :] / (mass[:, None] + mass[None, :])
    np.fill_diagonal(growth, np.inf)
    kept, gone = sorted(int(j) for j in np.unravel_index(int(growth.argmin()), growth.shape))
    found = np.where(assignment == gone, kept, assignment)
    return np.where(found > gone, found - 1, found).astype(np.int32)


def _mass(assignment: Ints, weights: Floats, k: int) -> Floats:
    return np.maximum(np.bincount(assignment, weights, k), np.finfo(float).tiny)
