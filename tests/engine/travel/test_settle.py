"""Balancing with travel: the plan agrees with the travel that it implies."""

from __future__ import annotations

import numpy as np
import pytest

from terrier.engine.design import MaxRounds, Plan, Problem, check, solve
from terrier.engine.travel import Calls, Settled, StraightRoads, bases_of, settle_travel, travel_of


def market(n: int = 600, seed: int = 2) -> tuple[Problem, Calls, StraightRoads]:
    """Two cities and much land: travel is a third of the work in one place and most of it in another."""
    random = np.random.default_rng(seed)
    city = random.random(n) < 0.6
    places = np.where(
        city[:, None],
        np.array([-104.9, 39.7]) + 0.15 * random.standard_normal((n, 2)),
        np.array([-108.0, 37.5]) + random.random((n, 2)) * [6, 4],
    )
    calls = Calls(random.choice([2.0, 6.0, 12.0], n), np.full(n, 0.75))
    problem = Problem(
        coordinates=places, measures=calls.total[:, None], tolerances=np.array([0.05]), n_territories=6
    )
    return problem, calls, StraightRoads(places, "sphere", np.where(city, 35.0, 75.0))


def short(problem: Problem, _: bool) -> Plan:
    return solve(problem, stop=MaxRounds(2))


@pytest.fixture(scope="module")
def settled() -> Settled:
    problem, calls, roads = market()
    return settle_travel(problem, 0, calls, roads, short)


def test_every_territory_is_within_tolerance_with_its_own_travel(settled: Settled) -> None:
    _, calls, roads = market()
    plan = settled.plan
    travel = travel_of(plan.assignment, bases_of(settled.problem, plan.assignment), calls, roads)
    work = np.bincount(plan.assignment, calls.total + travel.hours)
    assert abs(work / work.mean() - 1).max() <= 0.05
    np.testing.assert_allclose(plan.loads[:, 0], work)


def test_the_plan_passes_the_independent_checker(settled: Settled) -> None:
    assert check(settled.problem, settled.plan) == []


def test_it_stands_still_within_few_rounds(settled: Settled) -> None:
    assert len(settled.rounds) <= 9
    assert settled.rounds[-1].change < 0.25 * settled.rounds[0].change
    assert settled.rounds[-1].change < 0.05


def test_without_counting_travel_the_same_market_is_far_out_of_balance(settled: Settled) -> None:
    assert settled.rounds[0].deviation > 0.2


def test_the_same_twice_gives_the_same_plan(settled: Settled) -> None:
    problem, calls, roads = market()
    again = settle_travel(problem, 0, calls, roads, short)
    assert (again.plan.assignment == settled.plan.assignment).all()


def test_a_present_plan_stays_what_moves_are_counted_from() -> None:
    problem, calls, roads = market(300)
    present = solve(problem, stop=MaxRounds(1)).assignment
    asked = Problem(
        coordinates=problem.coordinates,
        measures=problem.measures,
        tolerances=np.array([0.1]),
        n_territories=6,
        present=present,
        stay_weight=0.3,
    )
    found = settle_travel(asked, 0, calls, roads, short, most_rounds=4)
    assert found.plan.moved == pytest.approx(float((found.plan.assignment != present).mean()))
