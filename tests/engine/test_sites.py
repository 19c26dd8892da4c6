"""Centers at units: each territory's best legal unit, what it may hold, and lies about either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import MaxRounds, Plan, Problem, Shortfall, check, evaluate, solve
from terrier.engine.design.regions import subproblem
from terrier.errors import ProblemError
from tests.engine.problems import problems


def with_sites(problem: Problem, seed: int, capacities: bool, travel: bool) -> Problem:
    """The same problem with centers at units; capacities around a usual load, a few of them without limit."""
    random = np.random.default_rng(seed)
    n, usual = problem.n_units, problem.measures.sum(axis=0) / problem.n_territories
    room = usual * (0.5 + random.random((n, problem.n_measures)))
    room[random.random(room.shape) < 0.2] = np.nan
    return replace(
        problem,
        centers="unit",
        site_capacities=room if capacities else None,
        travel=100 * random.random((n, n)) if travel else None,
        seats=None if travel else problem.seats,
    )


@settings(max_examples=100)
@given(
    problem=problems(at_most=30, restricted=False),
    seed=st.integers(0, 10**6),
    capacities=st.booleans(),
    travel=st.booleans(),
)
def test_the_checker_believes_what_evaluate_says(
    problem: Problem, seed: int, capacities: bool, travel: bool
) -> None:
    asked = with_sites(replace(problem, locks=None, together=None), seed, capacities, travel)
    assignment = np.random.default_rng(seed).integers(0, asked.n_territories, asked.n_units).astype(np.int32)
    plan = evaluate(asked, assignment)
    assert check(asked, plan) == []
    assert plan.sites is not None
    held = plan.sites >= 0
    np.testing.assert_array_equal(held, plan.counts > 0)
    np.testing.assert_array_equal(assignment[plan.sites[held]], np.flatnonzero(held))


def five(**demands: Any) -> Problem:
    """Five units on a line in two territories; unit 1 is in the middle of its three, but holds little."""
    wanted: dict[str, Any] = {
        "coordinates": [[0, 0], [1, 0], [2, 0], [10, 0], [13, 0]],
        "measures": [[1.0], [1.0], [1.0], [2.0], [2.0]],
        "tolerances": [np.inf],
        "n_territories": 2,
        "metric": "plane",
        "objective": "distance",
        "centers": "unit",
        "site_capacities": [[9.0], [2.0], [3.0], [3.5], [3.0]],
    }
    return Problem(**wanted | demands)


THREE_AND_TWO = np.array([0, 0, 0, 1, 1], dtype=np.int32)


def test_the_center_is_the_best_unit_that_may_hold_the_territory() -> None:
    plan = evaluate(five(), THREE_AND_TWO)
    assert plan.sites is not None
    assert plan.sites.tolist() == [0, 3]  # 0 and 2 are as good; 1 would be better, but holds 2 only
    assert plan.score.total == pytest.approx(1 + 2 + 3)
    assert plan.shortfalls == (Shortfall("capacity", 4.0, 3.5, 1, 0, 3),)
    assert evaluate(five(site_capacities=None, tolerances=[0.5]), THREE_AND_TWO).sites.tolist() == [1, 3]  # type: ignore[union-attr]


def test_travel_counts_from_unit_to_center() -> None:
    minutes = np.full((5, 5), 60.0)
    minutes[:, 2], minutes[:, 4] = 7.0, 5.0
    plan = evaluate(five(travel=minutes), THREE_AND_TWO)
    assert plan.sites is not None
    assert plan.sites.tolist() == [2, 3]  # 4 is nearer, but would be overloaded by more
    np.testing.assert_allclose(plan.mean_distance, [7.0, 60.0])
    assert plan.score.travel == pytest.approx(3 * 7 + 2 * 60)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"centers": "unit "}, "centers: 'unit '; must be one of free, unit"),
        ({"centers": "free"}, "site_capacities: only with centers \"unit\", not 'free'"),
        ({"site_capacities": [[1.0]]}, "site_capacities: shape (1, 1); must be (5, 1)"),
        ({"site_capacities": [[1.0], [2.0], [-3.0], [1], [1]]}, "site_capacities[2, 0]: -3.0; must be at least 0"),
        ({"site_capacities": [[1.0], [2.0], [np.inf], [1], [1]]}, "site_capacities[2, 0]: inf; must be finite"),
        ({"site_capacities": None}, "tolerances[0]: inf; must be finite"),
        ({"tolerances": [np.nan]}, "tolerances[0]: nan; must be finite"),
        ({"centers": "free", "site_capacities": None, "travel": np.zeros((5, 5))}, "travel: only with centers"),
        ({"travel": np.zeros((5, 4))}, "travel: shape (5, 4); must be (5, 5)"),
        ({"travel": -np.eye(5)}, "travel[0, 0]: -1.0; must be at least 0"),
        ({"travel": np.eye(5), "seats": np.zeros((2, 2))}, "travel: says nothing about the way to home bases"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemError) as refused:
        five(**change)
    assert message in str(refused.value)


def moved_sites(*sites: int) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, sites=np.array(sites, dtype=np.int32))


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (lambda p: replace(p, sites=None), "sites not reported"),
        (moved_sites(0), "sites not reported"),
        (moved_sites(0, 2), "unit 2, is not one of its units"),
        (moved_sites(1, 3), "unit 1 is overloaded as its center"),
        (moved_sites(2, 4), "unit 4 is overloaded as its center"),
        (lambda p: replace(p, centres=p.centres + 1), "its center is not where unit 0 is"),
        (lambda p: replace(p, shortfalls=()), "over capacity [(1, 0, 3)] but reported set()"),
        (lambda p: replace(p, shortfalls=(Shortfall("capacity", 4.0, 9.9, 1, 0, 3),)), "bound 3.5 found"),
        (lambda p: replace(p, shortfalls=(Shortfall("capacity", 9.9, 3.5, 1, 0, 3),)), "value 4.0"),
    ],
)
def test_each_lie_about_sites_is_found(lie: Callable[[Plan], Plan], words: str) -> None:
    problem = five()
    plan = evaluate(problem, THREE_AND_TWO)
    assert check(problem, plan) == []
    found = check(problem, lie(plan))
    assert any(words in sentence for sentence in found), found


def test_a_worse_unit_is_not_believed_to_be_the_best() -> None:
    problem = five(site_capacities=None, tolerances=[0.5])
    found = check(problem, moved_sites(0, 3)(evaluate(problem, THREE_AND_TWO)))
    assert any("unit 0, is not the best of its units" in sentence for sentence in found), found


def test_an_empty_territory_has_no_center() -> None:
    problem = five()
    plan = evaluate(problem, np.zeros(5, dtype=np.int32))
    assert plan.sites is not None
    assert plan.sites[1] == -1
    assert check(problem, plan) == []
    assert any("is empty, but unit 3" in s for s in check(problem, moved_sites(0, 3)(plan)))


def test_a_region_s_part_keeps_the_rooms_and_the_ways_of_its_units() -> None:
    whole = five(travel=np.arange(25.0).reshape(5, 5), measures=[[1, 0], [1, 0], [1, 0], [2, 3], [2, 4]],
                 tolerances=[np.inf, np.inf], site_capacities=np.arange(10.0).reshape(5, 2))  # fmt: skip
    part = subproblem(whole, np.array([0, 2]), np.array([1], dtype=np.int32), None)
    assert part.travel is not None
    assert part.site_capacities is not None
    assert part.travel.tolist() == [[0, 2], [10, 12]]
    np.testing.assert_array_equal(
        part.site_capacities, [[0, np.nan], [4, np.nan]]
    )  # none of the second measure here


def test_what_is_not_balanced_is_not_a_shortfall() -> None:
    plan = solve(five(site_capacities=np.full((5, 1), np.nan)), stop=MaxRounds(2))
    assert plan.is_feasible
    assert sorted(plan.counts.tolist()) == [2, 3]
