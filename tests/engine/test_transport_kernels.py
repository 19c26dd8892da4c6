"""The kernels of the transport dual do what their slow versions do, and their derivatives are derivatives."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Problem
from terrier.engine.design.instance import contract
from terrier.engine.design.kernels.transport import couple, nearest, pull_centres, spread
from tests.engine import naive
from tests.engine.problems import problems

SEEDS = st.integers(0, 10**6)


def soft_market(seed: int, n: int = 25, k: int = 5, m: int = 2, width: int = 3):
    """Candidates, some missing, with costs, activity, heat and prices at which units are torn between territories."""
    random = np.random.default_rng(seed)
    candidates = np.array([random.permutation(k)[:width] for _ in range(n)], dtype=np.int32)
    candidates[random.random((n, width)) < 0.2] = -1
    candidates[:, 0] = np.where(candidates.max(axis=1) < 0, 0, candidates[:, 0])
    cost = np.where(candidates >= 0, random.random((n, width)), np.inf)
    return candidates, cost, random.random((n, m)), 0.1 + random.random(n), random.normal(0, 1, (k, m))


@settings(max_examples=60)
@given(problem=problems(at_most=25), seed=SEEDS, width=st.integers(1, 6), pooled=st.booleans())
def test_the_nearest_territories_are_the_cheapest_ones_and_home(
    problem: Problem, seed: int, width: int, pooled: bool
) -> None:
    random = np.random.default_rng(seed)
    instance = contract(problem)
    k = instance.n_territories
    width = min(width, k)
    centres = instance.points[random.integers(0, instance.n_units, k)] + random.normal(0, 1, (k, 3))
    prices = random.normal(0, 1e5, (k, instance.n_measures))
    pool = np.empty((0, 0), dtype=np.int32)
    if pooled:
        pool = np.array(
            [random.permutation(k)[: max(width, k // 2)] for _ in instance.points], dtype=np.int32
        )
    candidates, cost, energy = nearest(
        instance.points, instance.weights, instance.activity, instance.home, instance.stay,
        instance.kinds, instance.eligible, pool, centres, instance.seats, instance.pull, prices, instance.power, width,
    )  # fmt: skip
    for i in range(instance.n_units):
        all_costs, all_energies = naive.energies(instance, i, centres, prices)
        looked_at = pool[i].tolist() if pooled else range(k)
        if instance.fixed[i] >= 0:
            continue  # `offers` gives it its own
        wanted = naive.nearest(instance, i, looked_at, centres, prices, width)
        found = len(wanted)
        np.testing.assert_allclose(energy[i, :found], all_energies[wanted], rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(
            energy[i, :found], all_energies[candidates[i, :found]], rtol=1e-9, atol=1e-6
        )
        np.testing.assert_allclose(cost[i, :found], all_costs[candidates[i, :found]], rtol=1e-9, atol=1e-6)
        assert len(set(candidates[i, :found].tolist())) == found
        assert (candidates[i, found:] == -1).all()
        assert np.isinf(energy[i, found:]).all()


@settings(max_examples=40)
@given(seed=SEEDS)
def test_spreading_is_the_soft_minimum(seed: int) -> None:
    market = soft_market(seed)
    value, fractions, loads, _ = spread(*market, 5)
    wanted_value, wanted_fractions, wanted_loads = naive.spread(*market, 5)
    np.testing.assert_allclose(value, wanted_value)
    np.testing.assert_allclose(fractions, wanted_fractions, atol=1e-12)
    np.testing.assert_allclose(loads, wanted_loads, atol=1e-12)
    np.testing.assert_allclose(loads.sum(axis=0), market[2].sum(axis=0))


@settings(max_examples=20)
@given(seed=SEEDS)
def test_the_loads_are_the_slope_of_the_value(seed: int) -> None:
    candidates, cost, activity, heat, prices = soft_market(seed)
    loads = spread(candidates, cost, activity, heat, prices, 5)[2]
    slopes = np.empty_like(loads)
    for at in np.ndindex(*prices.shape):
        step = np.zeros_like(prices)
        step[at] = 1e-5
        above = spread(candidates, cost, activity, heat, prices + step, 5)[0]
        below = spread(candidates, cost, activity, heat, prices - step, 5)[0]
        slopes[at] = (above - below) / 2e-5
    np.testing.assert_allclose(loads, slopes, rtol=1e-6, atol=1e-6)


@settings(max_examples=40)
@given(seed=SEEDS, power=st.sampled_from([1, 2]))
def test_centres_are_pulled_to_the_mean_or_one_step_towards_the_median(seed: int, power: int) -> None:
    candidates, cost, activity, heat, prices = soft_market(seed)
    random = np.random.default_rng(seed)
    points, weights = random.normal(0, 100, (25, 3)), random.random(25) + 0.1
    centres = random.normal(0, 100, (6, 3))  # the last one is nobody's candidate
    centres[0] = points[0]
    fractions = spread(candidates, cost, activity, heat, prices, 5)[1]
    found = pull_centres(points, weights, candidates, fractions, centres, power)
    wanted = naive.pull_centres(points, weights, candidates, fractions, centres, power)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(found[0][5], centres[5])


@settings(max_examples=20)
@given(seed=SEEDS)
def test_pairs_without_room_are_said_to_be_too_many(seed: int) -> None:
    candidates, cost, activity, heat, prices = soft_market(seed)
    fractions = spread(candidates, cost, activity, heat, prices, 5)[1]
    found, pairs, _ = couple(candidates, fractions, activity, heat, 5, 16)
    assert len({tuple(pair) for pair in pairs[:found].tolist()}) == found
    assert couple(candidates, fractions, activity, heat, 5, 1)[0] == (found if found <= 1 else -1)
