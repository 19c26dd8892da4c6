"""Micro-units keep every sum and never mix what must stay apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Problem
from terrier.engine.design.coarse import coarsen
from terrier.engine.design.instance import contract
from tests.engine.problems import problems


@settings(max_examples=80)
@given(problem=problems(), per_territory=st.integers(1, 8))
def test_sums_are_kept_and_homes_and_locks_never_mixed(problem: Problem, per_territory: int) -> None:
    instance = contract(problem)
    small, member = coarsen(instance, per_territory)
    n_micro = small.n_units
    assert set(member.tolist()) == set(range(n_micro))
    for field in ("weights", "stay", "move_weights"):
        np.testing.assert_allclose(
            getattr(small, field), np.bincount(member, getattr(instance, field)), atol=1e-12
        )
    for m in range(instance.n_measures):
        np.testing.assert_allclose(
            small.activity[:, m], np.bincount(member, instance.activity[:, m]), atol=1e-12
        )
    np.testing.assert_allclose(
        small.weights @ small.points, instance.weights @ instance.points, rtol=1e-9, atol=1e-6
    )
    np.testing.assert_array_equal(small.fixed[member], instance.fixed)
    free = instance.fixed < 0
    np.testing.assert_array_equal(small.home[member][free], instance.home[free])
    np.testing.assert_array_equal(small.targets, instance.targets)


def test_there_are_about_as_many_as_asked_and_none_is_nearly_everything() -> None:
    random = np.random.default_rng(3)
    problem = Problem(
        coordinates=random.random((4000, 2)),
        measures=random.lognormal(0, 1, (4000, 1)),
        tolerances=[0.1],
        n_territories=10,
    )
    small, member = coarsen(contract(problem), 20)
    assert small.n_units == pytest.approx(200, rel=0.05)
    assert np.bincount(member).max() < 4 * 4000 / 200


def test_neighbours_become_micro_units() -> None:
    random = np.random.default_rng(4)
    problem = Problem(
        coordinates=random.random((1000, 2)),
        measures=np.ones((1000, 1)),
        tolerances=[0.1],
        n_territories=5,
        metric="plane",
    )
    instance = contract(problem)
    small, member = coarsen(instance, 20)
    spread = np.linalg.norm(instance.points - small.points[member], axis=1).mean()
    everywhere = np.linalg.norm(instance.points - instance.points.mean(axis=0), axis=1).mean()
    assert spread < 2 * everywhere / np.sqrt(100)


def test_units_at_one_place_merge_with_those_whose_measures_are_alike() -> None:
    random = np.random.default_rng(5)
    kind = random.integers(0, 2, 2000)
    problem = Problem(
        coordinates=random.random((2000, 2)),
        measures=np.column_stack([np.where(kind, 4.0, 1.0), np.where(kind, 1.0, 4.0)]),
        tolerances=[0.1, 0.1],
        n_territories=5,
        metric="plane",
    )
    _, member = coarsen(contract(problem), 40)
    share = np.bincount(member, kind) / np.bincount(member)
    assert ((share == 0) | (share == 1)).mean() > 0.9
