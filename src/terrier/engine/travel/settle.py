"""Designs whose balance counts the travel that they imply: design, tour, design again, until the two agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from terrier.engine.design import Plan, Problem, evaluate
from terrier.engine.design.instance import Ints
from terrier.engine.travel.roads import Roads
from terrier.engine.travel.tours import TOURS, Calls, TourModel, Travel, Workday, bases_of, travel_of

Design = Callable[[Problem, Ints | None], Plan]
"""Solves a problem, starting from a plan where one is given."""


@dataclass(frozen=True, slots=True)
class Round:
    """One design and the tours of it. ``change`` : the largest change of a territory's travel since the tours it was designed
    by, as a share of a territory's mean workload. ``deviation`` : its largest deviation of workload, its own travel counted."""

    change: float
    deviation: float


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """``problem`` holds the workload with the travel of ``plan`` itself; ``plan`` is evaluated by it. ``travel`` is that travel."""

    problem: Problem
    plan: Plan
    travel: Travel
    rounds: tuple[Round, ...]


def settle_travel(
    problem: Problem,
    measure: int,
    calls: Calls,
    roads: Roads,
    design: Design,
    workday: Workday | None = None,
    model: TourModel = TOURS,
    most_rounds: int = 6,
    still: float = 0.005,
) -> Settled:
    """Balance workload with travel, though travel follows from the plan.

    Each round designs with the travel of the plan before, and tours the new plan. From the third round on, the travel is the mean
    of what it was taken for and what it came to, which ends the swinging of accounts between two territories. Of all plans
    the one is returned that, its own travel counted, misses least, and among those the one with the least objective.

    Parameters
    ----------
    measure : which of the problem's measures is the workload; its values are replaced.
    most_rounds, still : the end, once every territory's travel changes by less than ``still`` of a mean workload.
    """
    best: Settled | None = None
    rounds: list[Round] = []
    start = problem.present if problem.present is not None and (problem.present >= 0).all() else None
    taken = np.zeros(problem.n_units)
    if start is not None:
        taken = travel_of(start, bases_of(problem, start), calls, roads, workday, model).hours
    while len(rounds) < most_rounds:
        assumed = with_workload(problem, measure, calls.total + taken)
        assignment = design(assumed, start).assignment
        travel = travel_of(assignment, bases_of(problem, assignment), calls, roads, workday, model)
        own = with_workload(problem, measure, calls.total + travel.hours)
        plan = evaluate(own, assignment)
        rounds.append(_round(own, plan, measure, travel.hours - taken))
        found = Settled(own, plan, travel, ())
        if best is None or _merit(found) < _merit(best):
            best = found
        if rounds[-1].change < still:
            break
        taken = travel.hours if len(rounds) < 3 else (taken + travel.hours) / 2
        start = assignment
    assert best is not None
    return replace(best, rounds=tuple(rounds))


def with_workload(problem: Problem, measure: int, workload: np.ndarray) -> Problem:
    """The problem with other values (n,) of one measure."""
    measures = np.array(problem.measures)
    measures[:, measure] = workload
    return replace(problem, measures=measures)


def _round(problem: Problem, plan: Plan, measure: int, change: np.ndarray) -> Round:
    k = problem.n_territories
    by_territory = np.abs(np.bincount(plan.assignment, change, k))
    mean = float(problem.measures[:, measure].sum()) / k
    return Round(float(by_territory.max()) / mean, float(plan.balance[measure]))


def _merit(found: Settled) -> tuple[int, float, float]:
    beyond = np.maximum(np.abs(found.plan.deviations) - found.problem.tolerances, 0.0)
    others = sum(shortfall.kind not in {"tolerance", "unit_too_large"} for shortfall in found.plan.shortfalls)
    return others, round(float(beyond.sum()), 6), found.plan.score.total
