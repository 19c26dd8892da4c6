"""The relaxation and what must move, against every assignment of tiny problems."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Problem, evaluate, least_moved
from terrier.engine.design.flow import Costs, held_moves, lower_bound, place_costs, relax
from terrier.engine.design.instance import contract

SEEDS = st.integers(0, 10**6)


def tiny(seed: int, n: int, k: int, m: int, tolerance: float, grouped: bool = False) -> Problem:
    random = np.random.default_rng(seed)
    return Problem(
        coordinates=[-95.0, 38.0] + 4 * random.random((n, 2)),
        measures=random.integers(1, 6, (n, m)),
        tolerances=np.full(m, tolerance),
        n_territories=k,
        present=random.integers(-1, k, n),
        move_weights=random.integers(0, 4, n),
        together=random.integers(-1, n // 2, n) if grouped else None,
        locks=np.where(random.random(n) < 0.15, random.integers(0, k, n), -1) if not grouped else None,
    )


def every_plan(problem: Problem) -> list[np.ndarray]:
    """All assignments that keep locks and groups and are within the tolerances."""
    found = []
    for choice in itertools.product(range(problem.n_territories), repeat=problem.n_units):
        a = np.array(choice, dtype=np.int32)
        if problem.locks is not None and (a[problem.locks >= 0] != problem.locks[problem.locks >= 0]).any():
            continue
        if problem.together is not None and any(
            len(set(a[problem.together == g].tolist())) > 1 for g in set(problem.together.tolist()) - {-1}
        ):
            continue
        loads = np.array([problem.measures[a == j].sum(axis=0) for j in range(problem.n_territories)])
        if (np.abs(loads / problem.targets - 1) <= problem.tolerances + 1e-9).all():
            found.append(a)
    return found


def share_moved(problem: Problem, a: np.ndarray) -> float:
    assert problem.present is not None
    held = problem.present >= 0
    total = problem.move_weights[held].sum()
    return float(problem.move_weights[held & (a != problem.present)].sum() / total) if total > 0 else 0.0


@settings(max_examples=60)
@given(seed=SEEDS, m=st.integers(1, 2), grouped=st.booleans(), tolerance=st.sampled_from([0.15, 0.4]))
def test_no_plan_moves_less_than_the_bound(seed: int, m: int, grouped: bool, tolerance: float) -> None:
    problem = tiny(seed, 7, 3, m, tolerance, grouped)
    plans = every_plan(problem)
    if plans:
        assert least_moved(problem) <= min(share_moved(problem, a) for a in plans) + 1e-9


def test_the_bound_on_moves_is_met_when_units_fill_the_bands_exactly() -> None:
    problem = Problem(
        coordinates=np.column_stack([np.arange(8.0), np.zeros(8)]),
        measures=np.ones((8, 1)),
        tolerances=[1e-6],
        n_territories=2,
        metric="plane",
        present=[0, 0, 0, 0, 0, 0, 1, 1],
    )
    assert np.isclose(least_moved(problem), 2 / 8, atol=1e-5)


def test_nothing_must_move_when_all_is_balanced() -> None:
    problem = tiny(3, 8, 2, 1, 0.9)
    balanced = replace(problem, measures=np.ones((8, 1)), present=np.arange(8) % 2, locks=None)
    assert least_moved(balanced) == 0.0


def test_a_lock_elsewhere_must_move() -> None:
    problem = replace(
        tiny(3, 8, 2, 1, 0.9), measures=np.ones((8, 1)), present=np.arange(8) % 2, move_weights=None,
        locks=np.array([1] + [-1] * 7),
    )  # fmt: skip
    assert np.isclose(least_moved(problem), 1 / 8)


@settings(max_examples=60)
@given(seed=SEEDS, m=st.integers(1, 2), grouped=st.booleans(), toll=st.sampled_from([0.0, 0.5, 20.0]))
def test_no_plan_costs_less_than_the_relaxation_at_the_same_centers(
    seed: int, m: int, grouped: bool, toll: float
) -> None:
    problem = tiny(seed, 7, 3, m, 0.4, grouped)
    instance = contract(problem)
    centres = instance.points[:3]
    far = float(place_costs(instance, centres, slice(None)).sum())
    costs = Costs(instance, centres, 1.0, toll * far, held_moves(problem, instance.member))
    flow = relax(costs, np.zeros((3, m)), 1e3 * (1 + toll) * far)
    assert flow.bound <= flow.value * (1 + 1e-9)
    assert lower_bound(costs, flow.prices) <= flow.bound * (1 + 1e-9)
    cost, _ = costs.rows(0, instance.n_units)
    for a in every_plan(problem):
        own = np.zeros(instance.n_units, dtype=int)
        own[instance.member] = a
        assert flow.bound <= cost[np.arange(len(own)), own].sum() * (1 + 1e-9) + 1e-9


@settings(max_examples=40)
@given(seed=SEEDS)
def test_the_relaxation_keeps_the_cap_on_moves(seed: int) -> None:
    problem = replace(tiny(seed, 30, 3, 1, 0.3), locks=None)
    instance = contract(problem)
    held = held_moves(problem, instance.member)
    costs = Costs(instance, instance.points[:3], 1.0, 0.0, held)
    far = float(place_costs(instance, instance.points[:3], slice(None)).sum())
    least = least_moved(problem)
    flow = relax(costs, np.zeros((3, 1)), 1e4 * far, cap=least + 0.02)
    assert flow.moved <= least + 0.02 + 1e-7
    assert flow.widening <= 1e-7


def test_a_split_too_tight_for_any_plan_is_widened_and_says_by_how_much() -> None:
    problem = tiny(1, 8, 2, 1, 0.05)
    locked = replace(problem, measures=np.arange(1.0, 9.0)[:, None], locks=np.zeros(8, dtype=int))
    instance = contract(locked)
    held = held_moves(locked, instance.member)
    flow = relax(Costs(instance, instance.points[:2], 1.0, 0.0, held), np.zeros((2, 1)), 1e9)
    assert np.isclose(flow.widening, 1 / 0.05 - 1)
    assert evaluate(locked, flow.rounded()[instance.member]).counts[0] == 8
