"""The bound for centers that are units is below every plan, whatever its centers."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from terrier.engine.design import Problem, bound, evaluate, median
from terrier.engine.design.kernels.median import site_values
from terrier.engine.design.median import median_bound, sites_of
from tests.engine.problems import problems
from tests.engine.test_bound import everything


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.filter_too_much])
@given(problem=problems(at_most=7), roomy=st.booleans())
def test_no_plan_at_all_costs_less(problem: Problem, roomy: bool) -> None:
    assume(problem.n_territories**problem.n_units <= 128 and problem.travel is None)
    room = np.random.default_rng(1).random((problem.n_units, problem.n_measures)) + 0.7
    room *= problem.measures.sum(axis=0) / problem.n_territories
    problem = replace(
        problem,
        tolerances=np.full(problem.n_measures, 0.7 if roomy else 0.4),
        centers="unit",
        site_capacities=None if roomy else np.maximum(room, problem.measures),
    )
    plans = everything(problem)
    assume(plans)
    least = min(plan.score.total for plan in plans)
    paid = np.random.default_rng(2).random(problem.n_units) * plans[0].score.total
    for start in (np.zeros(problem.n_units), paid):
        assert median_bound(sites_of(problem), start, plans[0].score.total) <= least * (1 + 1e-12)
    found = bound(problem, plans[0])
    assert found is not None
    if found.scope == "all":
        assert found.value <= least * (1 + 1e-12)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_a_site_earns_what_the_linear_program_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 9))
    activity = random.integers(0, 4, n).astype(float)
    cost, earned = random.random((n, n)), random.random(n)
    high = np.full((n, 1), activity.max() + random.random() * activity.sum())
    low = np.array([min(random.random() * activity.sum(), high[0, 0])])
    sites = np.arange(n)
    values, taken = site_values(sites, True, cost, activity[None], low, high, earned)
    for i in sites:
        bounds = [(1.0, 1.0) if u == i else (0.0, 1.0) for u in range(n)]
        best = linprog(
            cost[i] - earned,
            A_ub=[activity, -activity],
            b_ub=[high[i, 0] + 1e-12, -low[0] + 1e-12],
            bounds=bounds,
            method="highs",
        )
        assert values[i] == pytest.approx(best.fun, abs=1e-9)
        assert taken[i] @ (cost[i] - earned) == pytest.approx(values[i], abs=1e-9)
        assert taken[i, i] == 1.0


def two_towns() -> Problem:
    """Twenty units in each, far apart, and a center for each: the best plan is plain to see."""
    random = np.random.default_rng(1)
    places = np.concatenate([random.random((20, 2)), random.random((20, 2)) + 50])
    return Problem(
        coordinates=places, metric="plane", measures=np.ones((40, 1)), tolerances=[0.1], n_territories=2,
        objective="distance", centers="unit",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("work", "scope"),
    [(median.WORK, "all"), (40 * 40 * median.SELECTING * median.LEAST_STEPS - 1, "centers")],
)
def test_it_is_about_any_centers_only_where_all_can_be_tried(
    work: int, scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(median, "WORK", work)
    problem = two_towns()
    found = bound(problem, evaluate(problem, np.arange(40) // 20))
    assert found is not None
    assert found.scope == scope


def test_a_plan_far_from_any_such_bound_is_compared_with_its_own_centers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.modules["terrier.engine.design.bound"], "median_bound", lambda *_: 1.0)
    problem = two_towns()
    plan = evaluate(problem, np.arange(40) // 20)
    found = bound(problem, plan)
    assert found is not None
    assert found.scope == "centers"
    assert found.gap(plan.score) < 0.01


def test_it_is_sharp_where_capacities_do_not_bind() -> None:
    problem = two_towns()
    places = problem.coordinates
    far = np.linalg.norm(places[:, None] - places, axis=2)
    best = far[:20, :20].sum(axis=0).min() + far[20:, 20:].sum(axis=0).min()
    found = median_bound(sites_of(problem), np.zeros(40), best * 1.05)
    assert best * 0.99 <= found <= best * (1 + 1e-12)
