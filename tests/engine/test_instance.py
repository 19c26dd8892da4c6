"""The problem as the search sees it: the same question in other units, groups as one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph, Problem, evaluate
from terrier.engine.design.border import merit, state_of, total
from terrier.engine.design.instance import contract
from tests.engine import naive
from tests.engine.problems import problems


@settings(max_examples=80)
@given(problem=problems(restricted=False))
def test_an_average_territory_weighs_one_and_holds_one_of_everything(problem: Problem) -> None:
    instance = contract(problem)
    k = problem.n_territories
    assert instance.weights.sum() == pytest.approx(k)
    np.testing.assert_allclose(instance.targets.sum(axis=0), k)
    np.testing.assert_allclose(instance.activity.sum(axis=0), k)
    for m in range(problem.n_measures):
        scaled = problem.measures[:, m] * k / problem.measures[:, m].sum()
        np.testing.assert_allclose(instance.activity[:, m], np.bincount(instance.member, scaled), atol=1e-12)


@settings(max_examples=80)
@given(problem=problems())
def test_a_group_is_one_unit_and_nothing_else_is(problem: Problem) -> None:
    instance = contract(problem)
    together = np.full(problem.n_units, -1) if problem.together is None else problem.together
    for i in range(problem.n_units):
        mates = [i] if together[i] < 0 else np.flatnonzero(together == together[i]).tolist()
        assert np.flatnonzero(instance.member == instance.member[i]).tolist() == mates
        if problem.locks is not None:
            locks = {int(problem.locks[q]) for q in mates} - {-1}
            assert instance.fixed[instance.member[i]] == (locks.pop() if locks else -1)
    # Search units are numbered in the order of their first members.
    first = np.unique(instance.member, return_index=True)[1]
    assert (np.diff(first) > 0).all()


@settings(max_examples=80)
@given(problem=problems(layouts=("scattered", "two towns"), restricted=False), seed=st.integers(0, 10**6))
def test_on_a_plane_and_without_groups_the_objective_differs_only_in_scale(
    problem: Problem, seed: int
) -> None:
    assume(problem.metric == "plane" and problem.together is None)
    instance = contract(problem)
    k = problem.n_territories
    assignment = np.random.default_rng(seed).integers(0, k, problem.n_units).astype(np.int32)
    state = state_of(instance, assignment)
    plan = evaluate(problem, assignment)
    there = total(instance, state) * problem.weights.sum() / k
    if instance.power == 2:
        assert there == pytest.approx(plan.score.total, rel=1e-9)
    elif not instance.pull.any():  # the search takes fewer steps to its medians than the plan
        assert plan.score.total * (1 - 1e-3) <= there <= plan.score.total * 1.03
    np.testing.assert_allclose(state.loads / instance.targets - 1, plan.deviations, atol=1e-9)
    if plan.moved is not None:
        assert state.moved[0] == pytest.approx(plan.moved)
    assert total(instance, state) == pytest.approx(naive.objective(instance, assignment, state.centres))


def test_a_group_at_home_in_two_places_lives_where_most_of_its_weight_is() -> None:
    problem = Problem(
        coordinates=[[0, 0], [0, 3], [9, 9], [5, 5]],
        measures=np.ones((4, 1)),
        tolerances=[1.0],
        n_territories=2,
        metric="plane",
        weights=[1.0, 2.0, 4.0, 1.0],
        together=[5, 5, 5, -1],
        present=[0, 0, 1, 0],
        stay_weight=1.0,
        max_moved=0.5,
    )
    instance = contract(problem)
    np.testing.assert_array_equal(instance.home, [1, 0])
    np.testing.assert_allclose(instance.points[0], [36 / 7, 42 / 7, 0])
    # Units 0 and 1 must leave territory 0 whatever happens: only unit 2 counts as leaving, and the cap shrinks.
    np.testing.assert_allclose(instance.move_weights, [0.25, 0.25])
    assert instance.max_moved == pytest.approx(0.0)


def test_edges_and_quarrels_are_those_of_the_groups() -> None:
    problem = Problem(
        coordinates=np.zeros((5, 2)),
        measures=np.ones((5, 1)),
        tolerances=[1.0],
        n_territories=2,
        adjacency=Graph.from_edges(5, [(0, 1), (1, 2), (2, 3), (3, 4)]),
        contiguous=True,
        together=[-1, 0, -1, 0, -1],
        apart=[[1, 3], [0, 3]],
    )
    instance = contract(problem)
    np.testing.assert_array_equal(instance.member, [0, 1, 2, 1, 3])
    assert instance.neighbours.edges().tolist() == [[0, 1], [1, 2], [1, 3]]
    assert instance.conflicts.edges().tolist() == [[0, 1]]


@settings(max_examples=60)
@given(problem=problems(), seed=st.integers(0, 10**6))
def test_a_plan_without_violation_is_one_within_all_tolerances(problem: Problem, seed: int) -> None:
    problem = replace(problem, kinds=None, eligible=None, frozen=None)
    instance = contract(problem)
    k = problem.n_territories
    chosen = np.random.default_rng(seed).integers(0, k, instance.n_units).astype(np.int32)
    plan = evaluate(problem, chosen[instance.member])
    missed = {s.kind for s in plan.shortfalls} & {"tolerance", "max_moved", "empty", "capacity"}
    found = merit(instance, state_of(instance, chosen)).violation > 0
    assert found <= bool(missed)
    least = (1 - problem.tolerances) * problem.targets
    if (
        problem.capacities is None or not (problem.capacities < least).any()
    ):  # else the two contradict each other
        assert found == bool(missed)


def one_measure(**demands: Any) -> Problem:
    """Four units of 1 and one of 6 in two territories."""
    wanted: dict[str, Any] = {
        "coordinates": [[0, 0], [0, 1], [0, 2], [0, 3], [0, 4]],
        "measures": [[1.0], [1.0], [1.0], [1.0], [6.0]],
        "tolerances": [0.2],
        "n_territories": 2,
        "metric": "plane",
    }
    return Problem(**(wanted | demands))


@pytest.mark.parametrize(
    ("capacities", "tolerance", "lowest", "highest"),
    [
        (None, 0.2, 4.0, 6.0),
        ([[np.nan], [np.nan]], 0.2, 4.0, 6.0),
        ([[7.0], [np.nan]], 0.2, 4.0, 6.0),
        ([[4.5], [np.nan]], 0.2, 4.0, 4.5),
        ([[4.5], [np.nan]], np.inf, 0.0, 4.5),
        ([[3.0], [np.nan]], 0.2, 2.0, 3.0),  # against the tolerance: just below what it may hold
        ([[0.0], [np.nan]], 0.2, 0.0, 0.0),
    ],
)
def test_a_load_is_to_be_within_tolerance_and_capacity(
    capacities: list[list[float]] | None, tolerance: float, lowest: float, highest: float
) -> None:
    instance = contract(one_measure(capacities=capacities, tolerances=[tolerance]))
    middle, half = 5 * float(instance.targets[0, 0]), 5 * float(instance.bands[0, 0])
    assert (middle - half, middle + half) == pytest.approx((lowest, highest), abs=1e-6)


def test_a_group_is_served_by_whoever_may_serve_all_of_it() -> None:
    eligible = np.array([[True, True, False], [True, False, True], [True, True, True]])
    problem = one_measure(
        n_territories=3, kinds=[0, 1, 2, 0, 1], eligible=eligible, together=[7, 7, 7, -1, -1]
    )
    instance = contract(problem)
    np.testing.assert_array_equal(
        instance.eligible[instance.kinds], [[True, False, False], eligible[0], eligible[1]]
    )


def test_a_home_that_may_not_serve_a_unit_is_none_and_leaving_it_spends_of_the_cap() -> None:
    problem = one_measure(
        kinds=[0, 1, 1, 1, 1], eligible=[[False, True], [True, True]], present=[0, 0, 0, 1, 1], max_moved=0.5
    )
    instance = contract(problem)
    np.testing.assert_array_equal(instance.home, [-1, 0, 0, 1, 1])
    assert instance.max_moved == pytest.approx(0.3)


def test_a_frozen_territory_keeps_its_units_whatever_their_kind_and_takes_no_others() -> None:
    problem = one_measure(
        kinds=[0, 0, 1, 1, 1], eligible=[[False, True], [True, True]], present=[0, 0, 1, -1, 1], frozen=[True, False],
        max_moved=0.5,
    )  # fmt: skip
    instance = contract(problem)
    np.testing.assert_array_equal(instance.fixed, [0, 0, -1, -1, -1])
    assert not instance.eligible[:, 0].any()
    assert instance.max_moved == pytest.approx(0.5)
    assert (instance.bands[0] >= 2).all()


def test_without_eligibility_there_is_nothing_to_look_at() -> None:
    instance = contract(one_measure(frozen=[False, False], present=[0, 0, 0, 1, 1]))
    assert instance.kinds.size == instance.eligible.size == 0
