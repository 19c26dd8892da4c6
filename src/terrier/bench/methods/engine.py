"""Terrier itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from terrier.bench.methods.answer import Answer, Stage, Step, Watch
from terrier.engine.design import (
    AnyOf,
    Graph,
    MaxRounds,
    MaxSeconds,
    Params,
    Problem,
    Progress,
    bound,
    check,
    frontier,
    solve,
)

N_SMALL, K_SMALL = 64, 4


def terrier(problem: Problem, seed: int, seconds: float, target: float = -np.inf) -> Answer:
    """`solve` for so many seconds, its compiled code loaded before on a tiny problem of the same kind.

    It ends before when a plan within all tolerances is worth ``target``, in the problem's own unit. The lower bound is found
    afterwards, as it is no part of the search.
    """
    before = Watch()
    params = Params(bound=False)
    solve(small_like(problem), params, MaxRounds(2), seed)
    warm_seconds = before.seconds()
    trace: list[Step] = []
    clock = MaxSeconds(seconds)
    watch = Watch()

    def note(progress: Progress) -> None:
        trace.append(Step(watch.seconds(), progress.total, progress.excess))

    def reached(rounds: int, stale: int) -> bool:
        return bool(trace) and trace[-1].excess <= 0 and trace[-1].value <= target

    clock(0, 0)  # it runs from here, not from the first round
    plan = solve(problem, params, AnyOf((clock, reached)), seed, note)
    answer = watch.stop(Answer(plan.assignment, trace=trace, warm_seconds=warm_seconds))
    answer.checked = tuple(check(problem, plan))
    least = bound(problem, plan)
    answer.bound = None if least is None else least.value
    return answer


def terrier_frontier(problem: Problem, seed: int, seconds: float) -> Answer:
    """All points of the frontier with its own stopping rule."""
    small = small_like(problem)
    today = np.arange(N_SMALL, dtype=np.int32) // (N_SMALL // K_SMALL)
    before = Watch()
    frontier(replace(small, present=today), tolls=(0.0, 1.0, 10.0), seed=seed)
    warm_seconds = before.seconds()
    watch = Watch()
    found = frontier(problem, seed=seed)
    answer = watch.stop(Answer(found.points[-1].plan.assignment, warm_seconds=warm_seconds))
    answer.stages = [Stage(point.toll, point.plan.assignment, point.bound) for point in found.points]
    asked = replace(problem, stay_weight=0.0, max_moved=None)
    answer.checked = tuple(finding for point in found.points for finding in check(asked, point.plan))
    return answer


def small_like(problem: Problem) -> Problem:
    """A grid with the same objective, kind of centers, number of measures and contiguity."""
    side = int(np.sqrt(N_SMALL))
    row, column = np.divmod(np.arange(N_SMALL), side)
    across = np.column_stack([np.arange(N_SMALL), np.arange(N_SMALL) + 1])[column < side - 1]
    down = np.column_stack([np.arange(N_SMALL), np.arange(N_SMALL) + side])[row < side - 1]
    m = problem.n_measures
    bounded = np.isfinite(problem.tolerances)
    return Problem(
        coordinates=np.column_stack([column, row]).astype(np.float64),
        metric=problem.metric,
        objective=problem.objective,
        centers=problem.centers,
        measures=np.ones((N_SMALL, m)),
        tolerances=np.where(bounded, 0.1, np.inf),
        site_capacities=None
        if problem.site_capacities is None
        else np.full((N_SMALL, m), N_SMALL / K_SMALL * 1.1),
        travel=None if problem.travel is None else np.hypot(row[:, None] - row, column[:, None] - column),
        n_territories=K_SMALL,
        adjacency=None
        if problem.adjacency is None
        else Graph.from_edges(N_SMALL, np.concatenate([across, down])),
        contiguous=problem.contiguous,
    )
