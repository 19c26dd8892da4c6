"""Designs whose balance counts the travel that they imply: design, tour, design again, until the two agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from terrier.engine.design import Plan, Problem, evaluate
from terrier.engine.design.instance import Ints
from terrier.engine.travel.mend import mend
from terrier.engine.travel.roads import Roads
from terrier.engine.travel.tours import TOURS, Calls, TourModel, Travel, Workday, bases_of, travel_of

Design = Callable[[Problem, bool], Plan]
"""Solves a problem. True: its present plan is near the answer, so that a short search will do."""

INSIDE = 0.5
"""Of the tolerance: what each round aims at, as the travel it assumes is not quite the one it gets."""
STIFF = 0.3
"""Weight of staying in the third round; it doubles with each further one, until little moves and the travel stands still."""


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
    most_rounds: int = 9,
    still: float = 0.005,
    ended: Callable[[], bool] = lambda: False,
    mended: bool = True,
) -> Settled:
    """Balance workload with travel, though travel follows from the plan.

    Each round designs with the travel of the plan before, starting from it, and tours the new plan. Accounts would swing
    between two territories for ever, so from the third round on leaving the plan before costs something, more each round; and
    the travel is taken as the mean of what it was and what it came to. What is still out of tolerance then is mended account by
    account. A present plan of the problem's own stays what the plan is
    compared with, in every round. Of all plans the one is returned that, its own travel counted, misses least, and among
    those the one with the least objective.

    Parameters
    ----------
    measure : which of the problem's measures is the workload; its values are replaced.
    most_rounds, still : the end, once every territory's travel changes by less than ``still`` of a mean workload.
    ended : asked after each round; True ends it there.
    mended : whether accounts may at last be moved one by one (see `mend`); not where more is asked than the problem says.
    """
    best: Settled | None = None
    rounds: list[Round] = []
    start = problem.present if problem.present is not None and (problem.present >= 0).all() else None
    taken = np.zeros(problem.n_units)
    if start is not None:
        taken = travel_of(start, bases_of(problem, start), calls, roads, workday, model).hours
    while len(rounds) < most_rounds:
        assumed = with_workload(problem, measure, calls.work(taken))
        if start is not None:
            assumed = aimed_inside(assumed, measure)
            stay = STIFF * 2.0 ** (len(rounds) - 2) if len(rounds) >= 2 else 0.0
            assumed = continued(assumed, start, stay)
        assignment = design(assumed, start is not None).assignment
        travel = travel_of(assignment, bases_of(problem, assignment), calls, roads, workday, model)
        own = with_workload(problem, measure, calls.work(travel.hours))
        plan = evaluate(own, assignment)
        rounds.append(_round(own, plan, measure, travel.hours - taken))
        found = Settled(own, plan, travel, ())
        if best is None or _merit(found) < _merit(best):
            best = found
        if rounds[-1].change < still or ended():
            break
        taken = travel.hours if len(rounds) < 3 else (taken + travel.hours) / 2
        start = assignment
    assert best is not None
    if mended and not best.plan.is_feasible and not ended():
        workday = workday or Workday()
        assignment = mend(problem, measure, calls, roads, best.plan.assignment, workday, model)
        travel = travel_of(assignment, bases_of(problem, assignment), calls, roads, workday, model)
        own = with_workload(problem, measure, calls.work(travel.hours))
        best = min(best, Settled(own, evaluate(own, assignment), travel, ()), key=_merit)
    return replace(best, rounds=tuple(rounds))


def with_workload(problem: Problem, measure: int, workload: np.ndarray) -> Problem:
    """The problem with other values (n,) of one measure."""
    measures = np.array(problem.measures)
    measures[:, measure] = workload
    return replace(problem, measures=measures)


def aimed_inside(problem: Problem, measure: int) -> Problem:
    """The problem with a part of one measure's tolerance."""
    tolerances = np.array(problem.tolerances)
    tolerances[measure] *= INSIDE
    return replace(problem, tolerances=tolerances)


def continued(problem: Problem, start: Ints, stay: float) -> Problem:
    """The problem as a realignment of ``start``, unless it is one of another plan already."""
    if problem.present is not None:
        return problem
    return replace(problem, present=start, stay_weight=stay)


def _round(problem: Problem, plan: Plan, measure: int, change: np.ndarray) -> Round:
    k = problem.n_territories
    by_territory = np.abs(np.bincount(plan.assignment, change, k))
    mean = float(problem.measures[:, measure].sum()) / k
    return Round(float(by_territory.max()) / mean, float(plan.balance[measure]))


def _merit(found: Settled) -> tuple[int, float, float]:
    beyond = np.maximum(np.abs(found.plan.deviations) - found.problem.tolerances, 0.0)
    others = sum(shortfall.kind not in {"tolerance", "unit_too_large"} for shortfall in found.plan.shortfalls)
    return others, round(float(beyond.sum()), 6), found.plan.score.total
