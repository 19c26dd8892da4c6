"""The composition root of territory design: a problem in, a plan out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from terrier.engine.design.geometry import to_xyz
from terrier.engine.design.params import Params
from terrier.engine.design.plan import Plan, evaluate
from terrier.engine.design.problem import Problem
from terrier.engine.design.start import bisect
from terrier.engine.design.stop import Stop


@dataclass(frozen=True, slots=True)
class Progress:
    """A better plan was found. ``excess`` is the largest deviation beyond its tolerance, as a ratio; 0 when none."""

    rounds: int
    total: float
    excess: float
    moved: float | None


def solve(
    problem: Problem,
    params: Params | None = None,
    stop: Stop | None = None,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Design territories: find an assignment within every tolerance with the least objective.

    Infeasible is a result, not an error: the best plan found comes back with its shortfalls. The same problem, params,
    seed and number of rounds give the same plan.

    Parameters
    ----------
    stop : Stop, optional
        When to end; by default after 8 rounds without a better plan.
    on_progress : callable, optional
        Called with each better plan's figures.
    """
    points = to_xyz(problem.coordinates, problem.metric)
    activity = (problem.measures / problem.measures.sum(axis=0)).mean(axis=1)
    return evaluate(problem, bisect(points, activity, problem.shares))
