"""The curvature of the dual is how loads give way to prices, and a step by it is where the slope vanishes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from terrier.engine.design import newton
from terrier.engine.design.kernels.transport import spread
from terrier.engine.design.newton import curvature, direction, rough_curvature
from tests.engine.test_transport_kernels import SEEDS, soft_market


@settings(max_examples=40)
@given(seed=SEEDS)
def test_the_curvature_tells_how_the_loads_give_way_to_prices(seed: int) -> None:
    candidates, cost, activity, heat, prices = soft_market(seed)
    way = np.random.default_rng(seed).normal(0, 1, prices.shape)
    _, fractions, _, blocks = spread(candidates, cost, activity, heat, prices, 5)
    above = spread(candidates, cost, activity, heat, prices + 1e-5 * way, 5)[2]
    below = spread(candidates, cost, activity, heat, prices - 1e-5 * way, 5)[2]
    curved = curvature(candidates, fractions, blocks, activity, heat)
    np.testing.assert_allclose(
        (curved @ way.ravel()).reshape(way.shape), -(above - below) / 2e-5, rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("n_measures", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_a_step_leads_to_where_the_slope_vanishes(
    seed: int, n_measures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newton, "EXACT", 1e-8)
    random = np.random.default_rng(seed)
    k = 6
    mixing = np.cov(random.normal(0, 1, (n_measures, 20))).reshape(n_measures, n_measures)
    rough = rough_curvature(random.random((k, 3)), 2, mixing)
    diagonal, slope = random.uniform(0.5, 2, (k, n_measures)), random.normal(0, 1, (k, n_measures))
    step = direction(rough, diagonal, slope)
    exact = np.linalg.solve(rough.toarray() + np.diag(diagonal.ravel()), slope.ravel())
    np.testing.assert_allclose(step.ravel(), exact, atol=1e-5 * np.abs(exact).max())


@pytest.mark.parametrize("seed", range(5))
def test_a_step_is_as_exact_as_it_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    rough = rough_curvature(random.random((60, 3)), 2, np.eye(2))
    diagonal, slope = np.full((60, 2), 0.5), random.normal(0, 1, (60, 2))
    left = slope - (rough @ direction(rough, diagonal, slope).ravel()).reshape(60, 2)
    left -= diagonal * direction(rough, diagonal, slope)
    scaled = np.sqrt(rough.diagonal().reshape(60, 2) + diagonal)
    assert np.linalg.norm(left / scaled) <= 1.01 * newton.EXACT * np.linalg.norm(slope / scaled)


def test_prices_raised_all_together_shift_nothing() -> None:
    random = np.random.default_rng(1)
    rough = rough_curvature(random.random((9, 3)), 2, np.eye(2))
    np.testing.assert_allclose(rough @ np.tile([3.0, -1.0], 9), 0.0, atol=1e-9)
