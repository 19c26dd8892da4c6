"""Connected territories around centers that are units."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph, MaxRounds, Plan, Problem, check, evaluate, solve
from terrier.engine.design.costs import Costs
from terrier.engine.design.instance import contract
from terrier.engine.design.params import Params
from terrier.engine.design.sums import sums
from tests.engine.problems import connected_graph, problems

SHORT = Params(least_round=500, rescues=3, bound=False)


def around_units(problem: Problem, seed: int) -> Problem:
    graph = problem.adjacency or connected_graph(problem.n_units, np.random.default_rng(seed))
    return replace(problem, centers="unit", adjacency=graph, contiguous=True)


@settings(max_examples=25)
@given(problem=problems(at_most=25), seed=st.integers(0, 10**6))
def test_every_plan_is_what_it_says_it_is(problem: Problem, seed: int) -> None:
    problem = around_units(problem, seed)
    assert check(problem, solve(problem, SHORT, MaxRounds(2), seed)) == []


@settings(max_examples=60)
@given(problem=problems(at_most=30), seed=st.integers(0, 10**6))
def test_costs_are_those_of_the_plan(problem: Problem, seed: int) -> None:
    problem = around_units(problem, seed)
    instance = contract(problem)
    k = problem.n_territories
    random = np.random.default_rng(seed)
    where = random.permutation(np.arange(instance.n_units) % k).astype(np.int32)
    where = np.where(instance.fixed >= 0, instance.fixed, where)
    if len(instance.eligible):
        assume_legal = instance.eligible[instance.kinds, where] | (instance.fixed == where)
        where = np.where(assume_legal, where, np.argmax(instance.eligible[instance.kinds], axis=1)).astype(
            np.int32
        )
    plan = evaluate(problem, where[instance.member])
    assert plan.sites is not None
    costs = Costs(problem, instance)
    everyone = np.arange(k, dtype=np.int32)
    table = costs.table(plan.sites, everyone)
    km = problem.weights.sum() / k
    # Seats are reckoned by the chord, groups' homes as one: only without them must all agree.
    if not instance.pull.any() and instance.n_units == problem.n_units and np.isfinite(table).all():
        total = table[np.arange(instance.n_units), where].sum() * km
        assert total == pytest.approx(plan.score.total, rel=1e-6, abs=1e-6)
    sites = costs.best(where, everyone, sums(where, instance.activity, k))
    held = plan.sites >= 0
    np.testing.assert_array_equal(sites < 0, ~held)
    far = costs._travel(np.arange(problem.n_units), np.maximum(sites, 0))
    best = costs._travel(np.arange(problem.n_units), np.maximum(plan.sites, 0))
    at = where[instance.member]
    units = np.arange(problem.n_units)
    np.testing.assert_allclose(
        sums(at, far[units, at], k)[held], sums(at, best[units, at], k)[held], rtol=1e-6, atol=1e-9
    )


def tiny(seed: int, *, tree: bool) -> Problem:
    random = np.random.default_rng(seed)
    n, k, m = int(random.integers(6, 9)), int(random.integers(2, 4)), int(random.integers(1, 3))
    graph = Graph.from_edges(n, [(i, int(random.integers(0, i))) for i in range(1, n)])
    return Problem(
        coordinates=random.random((n, 2)) * 100,
        measures=random.random((n, m)) + 0.3,
        tolerances=np.full(m, 0.25),
        n_territories=k,
        metric="plane",
        objective="squared_distance" if seed % 2 else "distance",
        adjacency=graph if tree else connected_graph(n, random),
        contiguous=True,
        centers="unit",
    )


def best_of_all(problem: Problem) -> Plan | None:
    """The best legal plan of all, by trying every assignment; None where there is none."""
    n, k = problem.n_units, problem.n_territories
    every = np.array([(0, *rest) for rest in itertools.product(range(k), repeat=n - 1)], dtype=np.int32)
    loads = np.einsum("aij,im->ajm", every[:, :, None] == np.arange(k), problem.measures)
    balanced = every[(np.abs(loads / problem.targets - 1) <= problem.tolerances).all(axis=(1, 2))]
    plans = (evaluate(problem, where) for where in balanced)
    return min((plan for plan in plans if plan.is_feasible), key=lambda plan: plan.score.total, default=None)


@pytest.mark.parametrize("tree", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_the_best_of_all_plans_is_found_on_tiny_graphs(seed: int, tree: bool) -> None:
    problem = tiny(seed, tree=tree)
    best = best_of_all(problem)
    plan = solve(problem, Params(least_round=20_000), MaxRounds(4), seed)
    assert plan.is_feasible == (best is not None)
    if best is not None:
        assert plan.score.total == pytest.approx(best.score.total, rel=1e-9)


def test_the_same_seed_gives_the_same_plan() -> None:
    problem = tiny(3, tree=False)
    plans = [solve(problem, SHORT, MaxRounds(3), 7).assignment for _ in range(2)]
    np.testing.assert_array_equal(*plans)


def test_a_center_holds_no_more_than_its_capacity() -> None:
    """On a line the middle of each half would be the best center, but only the ends may hold a half."""
    n = 10
    room = np.full((n, 1), 3.0)
    room[[0, -1]] = 5.0
    problem = Problem(
        coordinates=np.column_stack([np.arange(n), np.zeros(n)]), measures=np.ones((n, 1)), tolerances=np.array([np.inf]),
        n_territories=2, metric="plane", objective="distance", centers="unit", site_capacities=room,
        adjacency=Graph.from_edges(n, [(i, i + 1) for i in range(n - 1)]), contiguous=True,
    )  # fmt: skip
    plan = solve(problem, SHORT, MaxRounds(4))
    assert plan.is_feasible
    assert sorted(plan.sites.tolist()) == [0, 9]  # type: ignore[union-attr]
    np.testing.assert_array_equal(plan.loads, [[5.0], [5.0]])
