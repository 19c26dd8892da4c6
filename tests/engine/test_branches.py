"""Branches that change territory when centers are free: trees, where single units can hardly move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph, Problem, check, solve
from terrier.engine.design.border import merit, state_of
from terrier.engine.design.branches import shift_branches
from terrier.engine.design.instance import contract
from terrier.engine.design.params import Params
from tests.engine import naive
from tests.engine.problems import connected_graph, problems
from tests.engine.test_exchange import parts
from tests.engine.test_patchwork import best_of_all, tiny


@pytest.mark.parametrize("seed", range(20))
def test_a_balanced_plan_of_a_tiny_tree_is_found_when_there_is_one(seed: int) -> None:
    problem = replace(tiny(seed, tree=True), centers="free")
    plan = solve(problem, Params(bound=False), seed=seed)
    assert plan.is_feasible == (best_of_all(problem) is not None)
    assert check(problem, plan) == []


def six_trees(seed: int) -> Problem:
    """Six random trees of 50 units, hung together at random: a tree that can surely be parted evenly."""
    random = np.random.default_rng(seed)
    edges = [
        (50 * t + i, 50 * t + int(random.integers(max(0, i - 8), i))) for t in range(6) for i in range(1, 50)
    ]
    edges += [(50 * t + int(random.integers(50)), int(random.integers(50 * t))) for t in range(1, 6)]
    return Problem(
        coordinates=random.random((300, 2)) * 100, measures=np.ones((300, 1)), tolerances=np.array([0.2]),
        n_territories=6, metric="plane", adjacency=Graph.from_edges(300, edges), contiguous=True,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_a_larger_tree_is_balanced(seed: int) -> None:
    plan = solve(six_trees(seed), Params(bound=False))
    assert plan.is_feasible, plan.balance


@settings(max_examples=60)
@given(problem=problems(at_most=40), seed=st.integers(0, 10**6))
def test_shifting_makes_nothing_worse_and_breaks_no_law(problem: Problem, seed: int) -> None:
    random = np.random.default_rng(seed)
    graph = problem.adjacency or connected_graph(problem.n_units, random)
    instance = contract(replace(problem, adjacency=graph, contiguous=True))
    k = min(problem.n_territories, instance.n_units)
    where = parts(instance.neighbours, k, random)
    where = np.where(instance.fixed >= 0, instance.fixed, where).astype(np.int32)
    state = state_of(instance, where)
    before, was = merit(instance, state), where.copy()
    prices = np.full((instance.n_territories, instance.n_measures), 3.0)
    some = np.sort(random.permutation(k)[: int(random.integers(2, 5))]).astype(np.int32)
    shift_branches(instance, state, some, prices, Params(sweep=5), random)
    after = merit(instance, state)
    assert (after.violation, after.total) <= (before.violation + 1e-9, np.inf)
    if abs(after.violation - before.violation) < 1e-12:
        assert after.total <= before.total * (1 + 1e-9)
    changed = state.assignment != was
    assert set(np.concatenate([was[changed], state.assignment[changed]]).tolist()) <= set(some.tolist())
    assert not changed[instance.fixed >= 0].any()
    fresh = state_of(instance, state.assignment, state.centres)
    for kept, anew in ((state.loads, fresh.loads), (state.mass, fresh.mass), (state.moved, fresh.moved)):
        np.testing.assert_allclose(kept, anew, atol=1e-9)
    np.testing.assert_array_equal(state.counts, fresh.counts)
    if instance.power == 2:
        np.testing.assert_allclose(
            state.centres[state.counts > 0], fresh.centres[state.counts > 0], atol=1e-6
        )
    for j in some.tolist():
        pieces = naive.n_pieces(instance.neighbours, np.flatnonzero(state.assignment == j).tolist())
        assert pieces <= max(1, naive.n_pieces(instance.neighbours, np.flatnonzero(was == j).tolist()))
