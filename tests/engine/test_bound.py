"""A lower bound is below every plan it speaks of, and nearly as high as the linear program allows."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from numpy.typing import NDArray
from scipy.optimize import linprog

from terrier.engine.design import Bound, MaxRounds, Params, Plan, Problem, bound, check, evaluate, solve
from terrier.engine.design.ascent import best_prices
from terrier.engine.design.geometry import distance
from terrier.engine.design.regions import solve_by_group
from terrier.engine.design.relaxation import choices, dual, relax
from tests.engine.problems import problems

Floats = NDArray[np.float64]


def cost_at(problem: Problem, centres: Floats) -> Floats:
    """(n, k) what each unit costs in each territory when the centers stay where they are."""
    power = 2 if problem.objective == "squared_distance" else 1
    n, k = problem.n_units, problem.n_territories
    cost = np.zeros((n, k))
    for j in range(k):
        to_center = distance(problem.coordinates, np.tile(centres[j], (n, 1)), problem.metric) ** power
        cost[:, j] = problem.weights * to_center
        if problem.seats is not None and not np.isnan(problem.seats[j]).any():
            to_seat = (
                distance(problem.coordinates, np.tile(problem.seats[j], (n, 1)), problem.metric) ** power
            )
            pull = problem.seat_pull
            cost[:, j] = problem.weights * ((1 - pull) * to_center + pull * to_seat)
    return cost


def everything(problem: Problem) -> list[Plan]:
    """Every plan that meets all that is asked."""
    n, k = problem.n_units, problem.n_territories
    every = (np.array(a, dtype=np.int32) for a in product(range(k), repeat=n))
    plans = (evaluate(problem, a) for a in every if _lawful(problem, a))
    return [plan for plan in plans if not plan.shortfalls]


def _lawful(problem: Problem, a: NDArray[np.int32]) -> bool:
    """Locks, groups, frozen territories and who may serve whom are laws to the engine: no shortfall speaks of them."""
    locks, groups, frozen = problem.locks, problem.together, problem.frozen
    if locks is not None and (a[locks >= 0] != locks[locks >= 0]).any():
        return False
    kept = np.zeros(problem.n_units, dtype=bool)
    if frozen is not None and problem.present is not None:
        kept = (problem.present >= 0) & frozen[problem.present]
        if (a[kept] != problem.present[kept]).any() or frozen[a[~kept]].any():
            return False
    if problem.kinds is not None and problem.eligible is not None:
        locked = kept if locks is None else kept | (locks >= 0)
        if not problem.eligible[problem.kinds, a][~locked].all():
            return False
    return groups is None or all(len(np.unique(a[groups == g])) == 1 for g in np.unique(groups[groups >= 0]))


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
@given(problem=problems(at_most=7))
def test_no_plan_with_these_centers_costs_less(problem: Problem) -> None:
    assume(problem.n_territories**problem.n_units <= 128)
    problem = replace(problem, tolerances=np.full(problem.n_measures, 0.5))
    plans = everything(problem)
    assume(plans)
    at = plans[len(plans) // 2]
    found = bound(problem, at)
    assert found is not None
    cost = cost_at(problem, at.centres)
    rows = np.arange(problem.n_units)
    least = min(cost[rows, plan.assignment].sum() + plan.score.stay for plan in plans)
    assert found.value <= least * (1 + 1e-12)
    if found.scope == "all":
        assert found.value <= min(plan.score.total for plan in plans) * (1 + 1e-12)


def linear_program(problem: Problem, centres: Floats) -> float:
    """The least cost when units may be divided, by HiGHS over every pair of unit and territory."""
    n, k, m = problem.n_units, problem.n_territories, problem.n_measures
    cost = cost_at(problem, centres)
    whole = np.kron(np.eye(n), np.ones(k))
    loads = np.vstack([np.kron(problem.measures[:, o], np.eye(k)) for o in range(m)])
    target, band = problem.targets.T.ravel(), (problem.targets * problem.tolerances).T.ravel()
    found = linprog(
        cost.ravel(),
        A_ub=np.vstack([loads, -loads]),
        b_ub=np.concatenate([target + band, band - target]),
        A_eq=whole,
        b_eq=np.ones(n),
        method="highs",
    )
    return float(found.fun)


def scattered(n: int, k: int, seed: int = 1, **more: object) -> Problem:
    random = np.random.default_rng(seed)
    return Problem(
        coordinates=random.random((n, 2)) * 10 + [-100, 35],
        measures=random.lognormal(0, 1, (n, 2)),
        tolerances=np.full(2, 0.1),
        n_territories=k,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("objective", ["distance", "squared_distance"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_comes_within_a_thousandth_of_the_linear_program(objective: str, seed: int) -> None:
    problem = scattered(90, 5, seed, objective=objective)
    plan = solve(problem, Params(bound=False), MaxRounds(8), seed)
    assert plan.is_feasible
    found = bound(problem, plan)
    assert found is not None
    exact = linear_program(problem, plan.centres)
    assert exact * 0.999 <= found.value <= exact * (1 + 1e-9)


def test_half_an_account_is_in_no_plan_and_in_no_bound() -> None:
    random = np.random.default_rng(3)
    town, village = random.normal(0, 1, (31, 2)), random.normal(0, 1, (10, 2)) + np.array([6.0, 0.0])
    problem = Problem(
        coordinates=np.concatenate([town, village]), metric="plane", measures=np.ones((41, 1)), tolerances=[0.1], n_territories=2,
    )  # fmt: skip
    plan = solve(problem, Params(bound=False), MaxRounds(8))
    found = bound(problem, plan)
    assert found is not None
    # 18.45 to 22.55 accounts divided, 19 to 22 whole.
    assert found.value > linear_program(problem, plan.centres) * 1.01
    assert found.value <= plan.score.total


def test_a_city_does_not_lead_prices_astray() -> None:
    """Half of all in one town, far from the rest: its territories must raise all their prices together."""
    random = np.random.default_rng(2)
    town = np.array([-74, 40.7]) + random.normal(0, 0.05, (150, 2))
    problem = replace(
        scattered(300, 20),
        coordinates=np.concatenate([town, random.random((150, 2)) * [40, 12] + [-120, 30]]),
    )
    plan = solve(problem, Params(bound=False), MaxRounds(12))
    problem = replace(problem, tolerances=np.maximum(1.001 * plan.balance, 0.1))
    plan = evaluate(problem, plan.assignment)
    found = bound(problem, plan)
    assert found is not None
    exact = linear_program(problem, plan.centres)
    assert exact * 0.998 <= found.value <= exact * (1 + 1e-9)


@settings(deadline=None, max_examples=60)
@given(problem=problems(at_most=30))
def test_any_prices_give_a_bound(problem: Problem) -> None:
    """Weak duality, at prices that nobody would ask: the plan itself is among those bounded."""
    random = np.random.default_rng(3)
    lawless: dict[str, None] = dict.fromkeys(
        ("locks", "together", "kinds", "eligible", "frozen", "capacities", "max_moved")
    )
    wide = np.full(problem.n_measures, 1000.0)
    problem = replace(problem, tolerances=wide, **lawless)  # type: ignore[arg-type]
    assignment = random.integers(0, problem.n_territories, problem.n_units).astype(np.int32)
    plan = evaluate(problem, assignment)
    relaxation = relax(problem, plan)
    prices = random.normal(0, 1, relaxation.low.shape) * plan.score.total
    assert dual(relaxation, prices, 0.0, choices(relaxation, prices, 0.0, 1)) <= plan.score.total


def test_a_cap_on_moves_raises_the_bound() -> None:
    problem = scattered(120, 4)
    present = solve(problem, Params(bound=False), MaxRounds(3)).assignment[
        np.random.default_rng(1).permutation(120)
    ]
    free = replace(problem, present=present, stay_weight=0.1)
    plan = solve(free, Params(bound=False), MaxRounds(3))
    capped = replace(relax(free, plan), cap=0.3)
    loose, tight = best_prices(relax(free, plan), None, 0.5, 0.002), best_prices(capped, None, 0.5, 0.002)
    assert loose.moved > 0.3
    assert tight.toll > 0
    assert tight.value > 1.02 * loose.value


def test_seats_alone_bound_every_plan() -> None:
    random = np.random.default_rng(1)
    problem = scattered(60, 3, seats=random.random((3, 2)) * 10 + [-100, 35], seat_pull=1.0)
    plan = solve(problem, stop=MaxRounds(8))
    assert plan.bound is not None
    assert plan.bound.scope == "all"


def test_a_plan_that_misses_something_has_no_bound() -> None:
    problem = scattered(60, 3)
    plan = evaluate(problem, np.zeros(60, dtype=np.int32))
    assert bound(problem, plan) is None
    assert plan.gap is None


def test_an_objective_that_is_no_sum_of_distances_has_no_bound() -> None:
    problem = scattered(60, 3)
    plan = solve(problem, stop=MaxRounds(8))
    wide = replace(problem, objective="diameter")
    assert bound(wide, evaluate(wide, plan.assignment)) is None


def test_relationships_count_in_what_staying_is_worth() -> None:
    """Unit 0 has a strong one and the others none: only its move costs, and the bound may not charge more."""
    problem = scattered(60, 3)
    today = solve(problem, Params(bound=False), MaxRounds(2)).assignment
    strong = np.where(np.arange(60) == 0, 1.0, 0.0)
    elsewhere = np.roll(np.arange(3), 1)[today].astype(np.int32)
    moved = replace(problem, present=elsewhere, stay_weight=5.0, stay_weights=strong)
    plan = evaluate(moved, today)
    found = bound(moved, plan)
    assert found is not None
    assert plan.score.stay > 0
    assert 0.5 * plan.score.total < found.value <= plan.score.total


def test_the_plan_carries_its_bound_and_the_checker_doubts_it() -> None:
    problem = scattered(90, 5)
    plan = solve(problem, stop=MaxRounds(8))
    assert plan.bound is not None
    assert plan.gap == pytest.approx(plan.score.total / plan.bound.value - 1)
    assert check(problem, plan) == []
    assert check(problem, replace(plan, bound=Bound(plan.score.total * 1.01, "all")))
    assert solve(problem, Params(bound=False), MaxRounds(3)).bound is None


def test_good_prices_only_make_it_faster() -> None:
    problem = scattered(90, 5)
    plan = solve(problem, Params(bound=False), MaxRounds(8))
    cold = bound(problem, plan)
    misled = bound(problem, plan, np.full((5, 2), 1e9) * np.arange(5)[:, None])
    assert cold is not None
    assert misled is not None
    assert misled.value == pytest.approx(cold.value, rel=1e-3)


def test_regions_on_their_own_add_up() -> None:
    problem = scattered(120, 4)
    groups = (np.arange(120) % 2).astype(np.int32)
    of_region = np.array([0, 0, 1, 1], dtype=np.int32)
    shares = np.stack([problem.measures[groups == g].sum(axis=0) for g in of_region])
    problem = replace(problem, shares=shares)
    plan = solve_by_group(problem, groups, of_region, stop_for=lambda _: MaxRounds(3))
    assert plan.is_feasible
    assert plan.bound is not None
    assert 0.5 * plan.score.total < plan.bound.value <= plan.score.total


def test_the_only_plan_there_is_is_the_best() -> None:
    random = np.random.default_rng(1)
    problem = Problem(
        coordinates=random.random((30, 2)), measures=np.ones((30, 1)), tolerances=[0.1], n_territories=1
    )
    plan = evaluate(problem, np.zeros(30, dtype=np.int32))
    assert bound(problem, plan) == Bound(plan.score.total, "all")
