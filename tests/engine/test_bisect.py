"""Bisection: compact pieces whose activity follows the shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design.kernels.bisect import bisect, principal_axis
from tests.engine import naive

SEEDS = st.integers(0, 10**6)


def cloud(seed: int, n: int):
    random = np.random.default_rng(seed)
    turn = np.linalg.qr(random.normal(0, 1, (3, 3)))[0]
    return random.normal(0, 1, (n, 3)) * [10, 3, 1] @ turn, random.random(n), random


@settings(max_examples=60)
@given(seed=SEEDS, n=st.integers(1, 60), k=st.integers(1, 12))
def test_it_cuts_as_the_slow_version_does(seed: int, n: int, k: int) -> None:
    points, activity, random = cloud(seed, n)
    shares = random.random(k) + 0.1
    np.testing.assert_array_equal(
        bisect(points, activity, shares), naive.bisect(points, activity, shares, principal_axis)
    )


@settings(max_examples=60)
@given(seed=SEEDS, n=st.integers(1, 60), data=st.data())
def test_every_piece_gets_a_unit(seed: int, n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, n))
    random = np.random.default_rng(seed)
    points = np.repeat(random.normal(0, 1, (1, 3)), n, axis=0)
    activity = np.where(random.random(n) < 0.8, 0.0, random.random(n))
    pieces = bisect(points, activity, np.ones(k))
    assert sorted(set(pieces.tolist())) == list(range(k))


@pytest.mark.parametrize(("n", "k"), [(1, 2), (1, 9), (3, 5), (4, 64)])
def test_fewer_units_than_pieces_go_to_different_pieces(n: int, k: int) -> None:
    points, activity, _ = cloud(1, n)
    pieces = bisect(points, activity, np.ones(k))
    assert len(set(pieces.tolist())) == n
    assert 0 <= pieces.min() <= pieces.max() < k


@settings(max_examples=30)
@given(seed=SEEDS)
def test_even_units_are_shared_out_to_within_one(seed: int) -> None:
    points, _, random = cloud(seed, 64)
    shares = random.integers(1, 5, 4).astype(float)
    counts = np.bincount(bisect(points, np.ones(64), shares), minlength=4)
    assert (np.abs(counts - 64 * shares / shares.sum()) <= 1.5).all()


@settings(max_examples=60)
@given(seed=SEEDS, n=st.integers(2, 60))
def test_the_principal_axis_is_the_widest_direction(seed: int, n: int) -> None:
    points, _, random = cloud(seed, n)
    units = random.permutation(n)[: max(2, n // 2)]
    axis = principal_axis(points, units)
    axis = axis / np.linalg.norm(axis)
    scatter = np.cov(points[units].T, bias=True)
    assert axis @ scatter @ axis >= np.linalg.eigvalsh(scatter)[-1] * (1 - 1e-2)


def test_a_single_place_has_an_axis_all_the_same() -> None:
    axis = principal_axis(np.ones((4, 3)), np.arange(4))
    assert np.linalg.norm(axis) == 1
