"""Regions are solved on their own and judged together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph, MaxRounds, Problem, Progress, check
from terrier.engine.design.regions import solve_by_group, subproblem


def problem_of(n: int, seed: int) -> tuple[Problem, np.ndarray, np.ndarray]:
    """n units in three regions with five territories, a present plan across borders, a few rules."""
    random = np.random.default_rng(seed)
    groups = np.concatenate([np.repeat([0, 1, 2], 3), random.integers(0, 3, n - 9)]).astype(np.int32)
    territory_groups = np.array([0, 1, 1, 2, 2], dtype=np.int32)
    chain = np.column_stack([np.arange(n - 1), np.arange(1, n)])
    locks = np.full(n, -1, dtype=np.int32)
    locks[3] = 2
    together = np.full(n, -1, dtype=np.int32)
    together[[6, 7]] = 0
    problem = Problem(
        coordinates=np.column_stack([groups * 5 + random.random(n), random.random(n)]),
        measures=random.random((n, 2)) + 0.1,
        tolerances=np.array([0.2, 0.3]),
        n_territories=5,
        adjacency=Graph.from_edges(n, chain),
        present=random.integers(-1, 5, n).astype(np.int32),
        stay_weight=0.3,
        locks=locks,
        together=together,
        apart=np.array([[0, 3], [4, 5]], dtype=np.int32),
    )
    return problem, groups, territory_groups


@settings(max_examples=15)
@given(n=st.integers(15, 60), seed=st.integers(0, 10**6))
def test_no_territory_crosses_a_border_and_the_whole_plan_holds(n: int, seed: int) -> None:
    problem, groups, territory_groups = problem_of(n, seed)
    told: list[Progress] = []
    plan = solve_by_group(
        problem, groups, territory_groups, stop_for=lambda _share: MaxRounds(2), on_progress=told.append
    )
    assert (territory_groups[plan.assignment] == groups).all()
    assert check(problem, plan) == []
    assert told
    assert all(step.moved is not None and 0 <= step.moved <= 1 + 1e-9 for step in told)


def test_time_is_shared_by_the_units_of_each_region() -> None:
    problem, groups, territory_groups = problem_of(40, 1)
    shares: list[float] = []

    def rule(share: float) -> MaxRounds:
        shares.append(share)
        return MaxRounds(1)

    solve_by_group(problem, groups, territory_groups, stop_for=rule)
    np.testing.assert_allclose(shares, np.bincount(groups) / 40)


def test_a_region_s_problem_knows_only_its_own_units_and_territories() -> None:
    problem, groups, _ = problem_of(40, 2)
    units = np.flatnonzero(groups == 1)
    part = subproblem(problem, units, np.array([1, 2], dtype=np.int32), None)
    np.testing.assert_array_equal(part.coordinates, problem.coordinates[units])
    assert part.locks is not None
    assert part.locks[list(units).index(3)] == 1
    assert part.present is not None
    assert problem.present is not None
    outside = ~np.isin(problem.present[units], [1, 2])
    assert (part.present[outside] == -1).all()
    assert (part.present[~outside] == problem.present[units][~outside] - 1).all()
    assert part.apart is not None
    assert [tuple(units[pair]) for pair in part.apart] == [(4, 5)]


def test_a_cap_on_moves_counts_those_that_borders_force() -> None:
    problem, groups, territory_groups = problem_of(60, 4)

    assert problem.present is not None
    held = problem.present >= 0
    forced = held & (territory_groups[problem.present] != groups)
    capped = replace(problem, max_moved=0.9, apart=None, locks=None)
    plan = solve_by_group(capped, groups, territory_groups, stop_for=lambda _share: MaxRounds(2))
    assert plan.moved is not None
    assert plan.moved >= forced.sum() / held.sum() - 1e-9
    assert check(capped, plan) == []
