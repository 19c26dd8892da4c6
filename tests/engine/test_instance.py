"""The problem as the search sees it: the same question in other units, groups as one."""

from __future__ import annotations

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
@given(problem=problems())
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
@given(problem=problems(layouts=("scattered", "two towns")), seed=st.integers(0, 10**6))
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
    instance = contract(problem)
    k = problem.n_territories
    chosen = np.random.default_rng(seed).integers(0, k, instance.n_units).astype(np.int32)
    plan = evaluate(problem, chosen[instance.member])
    missed = {s.kind for s in plan.shortfalls} & {"tolerance", "max_moved", "empty"}
    assert (merit(instance, state_of(instance, chosen)).violation == 0) == (not missed)
