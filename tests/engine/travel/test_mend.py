"""Mending account by account: never worse, and nothing else broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import MaxRounds, Plan, Problem, check, evaluate, solve
from terrier.engine.travel import TOURS, Calls, StraightRoads, Workday, bases_of, settle_travel, travel_of
from terrier.engine.travel.mend import mend
from terrier.engine.travel.settle import with_workload


def market(n: int, k: int, seed: int) -> tuple[Problem, Calls, StraightRoads]:
    random = np.random.default_rng(seed)
    places = np.array([-100.0, 38.0]) + random.random((n, 2)) ** 2 * [4, 3]
    calls = Calls(random.choice([2.0, 6.0, 12.0], n), np.full(n, 0.75))
    measures = np.column_stack([calls.total, random.lognormal(0, 0.6, n)])
    problem = Problem(
        coordinates=places, measures=measures, tolerances=np.array([0.05, 0.08]), n_territories=k
    )
    return problem, calls, StraightRoads(places, "sphere", np.full(n, 60.0))


def own(problem: Problem, calls: Calls, roads: StraightRoads, assignment: np.ndarray) -> tuple[Problem, Plan]:
    travel = travel_of(assignment, bases_of(problem, assignment), calls, roads, Workday())
    counted = with_workload(problem, 0, calls.total + travel.hours)
    return counted, evaluate(counted, assignment)


def beyond(problem: Problem, plan: Plan) -> float:
    return float(np.maximum(np.abs(plan.deviations) - problem.tolerances, 0).sum())


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(2, 5))
def test_less_is_out_of_tolerance_or_nothing_has_changed(seed: int, k: int) -> None:
    problem, calls, roads = market(60, k, seed)
    random = np.random.default_rng(seed)
    locks = np.where(random.random(60) < 0.1, random.integers(0, k, 60), -1)
    start = solve(replace(problem, locks=locks), stop=MaxRounds(1)).assignment
    locked = replace(problem, locks=locks)
    found = mend(locked, 0, calls, roads, start, Workday(), TOURS, most_tries=60)
    before, after = (beyond(*own(locked, calls, roads, plan)) for plan in (start, found))
    assert after < before or (found == start).all()
    assert (found[locks >= 0] == locks[locks >= 0]).all()
    assert len(np.unique(found)) == k


def test_its_books_agree_with_tours_reckoned_anew() -> None:
    """What it ends with is within tolerance by figures that it had no part in."""
    problem, calls, roads = market(500, 5, 3)
    problem = replace(problem, tolerances=np.full(problem.n_measures, 0.02))

    def design(asked: Problem, _: bool) -> Plan:
        return solve(asked, stop=MaxRounds(1))

    rough = settle_travel(problem, 0, calls, roads, design, most_rounds=2, mended=False)
    assert not rough.plan.is_feasible
    found = mend(problem, 0, calls, roads, rough.plan.assignment, Workday(), TOURS)
    counted, plan = own(problem, calls, roads, found)
    assert plan.is_feasible
    assert check(counted, plan) == []


def test_two_measures_settle_together() -> None:
    problem, calls, roads = market(500, 5, 3)

    def design(asked: Problem, _: bool) -> Plan:
        return solve(asked, stop=MaxRounds(1))

    settled = settle_travel(problem, 0, calls, roads, design, most_rounds=4)
    assert settled.plan.is_feasible
    np.testing.assert_allclose(settled.problem.measures[:, 0], calls.total + settled.travel.hours)


def test_a_cap_on_moves_is_kept() -> None:
    problem, calls, roads = market(120, 3, 9)
    present = solve(problem, stop=MaxRounds(1)).assignment
    asked = replace(problem, present=present, max_moved=0.05)
    found = mend(asked, 0, calls, roads, present, Workday(), TOURS)
    assert float((found != present).mean()) <= 0.05 + 1e-12


def test_no_unit_goes_where_it_may_not_be() -> None:
    problem, calls, roads = market(120, 4, 9)
    start = solve(problem, stop=MaxRounds(1)).assignment
    kinds = (start >= 2).astype(np.int32)
    eligible = np.array([[True, True, False, False], [False, False, True, True]])
    free = mend(replace(problem, tolerances=np.full(2, 0.01)), 0, calls, roads, start, Workday(), TOURS)
    asked = replace(problem, tolerances=np.full(2, 0.01), kinds=kinds, eligible=eligible)
    found = mend(asked, 0, calls, roads, start, Workday(), TOURS)
    assert not eligible[kinds, free].all(), "else it proves nothing"
    assert (found != start).any()
    assert eligible[kinds, found].all()


def test_work_that_is_known_as_a_whole_wins_over_calls_and_travel() -> None:
    whole = np.array([np.nan, 50.0, np.nan])
    calls = Calls(np.array([12.0, 12.0, 0.0]), np.full(3, 0.5), whole)
    assert calls.work(np.array([4.0, 4.0, 0.0])).tolist() == [10.0, 50.0, 0.0]
    assert calls.of(np.array([1, 2])).work().tolist() == [50.0, 0.0]
