"""Small problems solved to the optimum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from terrier.engine.design import Problem, bound, check, solve_exactly
from terrier.errors import ProblemError
from tests.engine.test_bound import everything


def small(n: int, k: int, seed: int, **more: object) -> Problem:
    random = np.random.default_rng(seed)
    fields = {
        "coordinates": random.random((n, 2)) * 100,
        "measures": random.random((n, 1)) + 0.5,
        "tolerances": [0.3],
        "n_territories": k,
        "metric": "plane",
        "objective": "distance",
        "centers": "unit",
    }
    return Problem(**{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("apart", [None, [[0, 1], [2, 3]]])
def test_it_finds_the_best_of_all_plans(seed: int, apart: list[list[int]] | None) -> None:
    problem = small(8, 2, seed, apart=None if apart is None else np.array(apart))
    plan, proved = solve_exactly(problem)
    least = min(plan.score.total for plan in everything(problem))
    assert plan is not None
    assert proved is not None
    assert check(problem, plan) == []
    assert plan.score.total == pytest.approx(least)
    assert least * (1 - 1e-5) <= proved.value <= least


def test_the_relaxed_bound_is_below_the_optimum_and_near() -> None:
    problem = small(40, 4, 1)
    plan, _ = solve_exactly(problem)
    assert plan is not None
    assert plan.gap == pytest.approx(0.0, abs=1e-4)
    relaxed = bound(problem, plan)
    assert relaxed is not None
    assert 0.9 * plan.score.total < relaxed.value <= plan.score.total


def test_capacities_of_sites_are_kept() -> None:
    problem = small(14, 3, 5, tolerances=[np.inf], site_capacities=np.full((14, 1), 5.5))
    plan, _ = solve_exactly(problem)
    assert plan is not None
    assert plan.loads.max() <= 5.5


def test_a_plan_that_would_break_a_lock_is_not_given_but_its_bound_holds() -> None:
    problem = small(8, 2, 1)
    plan, _ = solve_exactly(problem)
    assert plan is not None
    locks = np.full(8, -1, dtype=np.int32)
    together = np.argwhere(plan.assignment == plan.assignment[0]).ravel()[:2]
    locks[together] = [0, 1]
    locked = replace(problem, locks=locks)
    none, proved = solve_exactly(locked)
    assert none is None
    assert proved is not None
    assert proved.value <= min(plan.score.total for plan in everything(locked))


def test_only_unit_centers_and_few_units() -> None:
    with pytest.raises(ProblemError, match="centers: 'free'; must be \"unit\""):
        solve_exactly(replace(small(8, 2, 1), centers="free"))
    with pytest.raises(ProblemError, match="201 units; must be at most 200"):
        solve_exactly(small(201, 2, 1))
