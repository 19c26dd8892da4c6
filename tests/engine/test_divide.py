"""Shortest augmenting paths among territories, against a general solver."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from terrier.engine.design.kernels.divide import divide_one_measure

SEEDS = st.integers(0, 10**6)
Case = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def drawn(seed: int) -> Case:
    """Costs, some infinite; activities, some 0; bounds that may be met, tight or wide, or none above."""
    random = np.random.default_rng(seed)
    n, p = int(random.integers(2, 30)), int(random.integers(1, 6))
    cost = random.random((n, p)) * 10.0 ** random.integers(-2, 3)
    cost[random.random((n, p)) < 0.15] = np.inf
    activity = np.round(random.random(n), 1) if seed % 2 else random.random(n)
    mean = activity.sum() / p
    slack = random.choice([0.0, 0.05, 0.5])
    upper = np.full(p, np.inf) if seed % 5 == 0 else np.full(p, (1 + slack) * mean)
    return cost, activity, np.full(p, (1 - slack) * mean), upper


def by_linear_program(cost: np.ndarray, activity: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """The least cost; infinite where there is no division."""
    n, p = cost.shape
    each = np.kron(np.eye(n), np.ones((1, p)))
    load = np.kron(activity[None, :], np.eye(p))
    limited = np.isfinite(upper)
    found = linprog(
        np.where(np.isfinite(cost), cost, 0.0).ravel(),
        A_ub=np.vstack([load[limited], -load]),
        b_ub=np.concatenate([upper[limited], -lower]) + 1e-9,
        A_eq=each,
        b_eq=np.ones(n),
        bounds=[(0, 1 if finite else 0) for finite in np.isfinite(cost).ravel()],
    )
    return float(found.fun) if found.status == 0 else np.inf


def divided(case: Case, prices: np.ndarray, worth: float = np.inf) -> tuple[bool, np.ndarray]:
    shares = np.full(case[0].shape, np.nan)
    return bool(divide_one_measure(*case, worth, prices, shares)), shares


@settings(max_examples=150)
@given(seed=SEEDS)
def test_a_division_is_whole_balanced_and_proved_cheapest_by_its_prices(seed: int) -> None:
    case = cost, activity, lower, upper = drawn(seed)
    prices = np.zeros(cost.shape[1])
    found, shares = divided(case, prices)
    least = by_linear_program(*case)
    assert found == np.isfinite(least)
    if not found:
        return
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    loads = shares.T @ activity
    assert (loads >= lower - 1e-8).all()
    assert (loads <= upper + 1e-8).all()
    value = cost[shares > 0] @ shares[shares > 0]
    scale = max(1.0, abs(least))
    assert abs(value - least) < 1e-6 * scale
    assert (prices[np.isinf(upper)] <= 1e-9).all()
    paid = np.where(prices > 0, prices * np.where(np.isinf(upper), 0.0, upper), prices * lower).sum()
    energy = cost + activity[:, None] * prices
    assert abs(energy.min(axis=1).sum() - paid - value) < 1e-6 * scale


@settings(max_examples=80)
@given(seed=SEEDS)
def test_prices_of_another_problem_only_save_time(seed: int) -> None:
    case = drawn(seed)
    plain, shares = divided(case, np.zeros(case[0].shape[1]))
    random = np.random.default_rng(seed)
    begun = random.normal(size=case[0].shape[1]) * 10.0 ** random.integers(-2, 3)
    begun = np.where(np.isinf(case[3]), np.minimum(begun, 0.0), begun)
    warm, again = divided(case, begun)
    assert warm == plain
    if plain:
        cost = np.where(np.isfinite(case[0]), case[0], 0.0)
        np.testing.assert_allclose((cost * again).sum(), (cost * shares).sum(), rtol=1e-6, atol=1e-9)


@settings(max_examples=80)
@given(seed=SEEDS)
def test_a_division_is_given_up_only_where_it_is_not_worth_it(seed: int) -> None:
    case = drawn(seed)
    least = by_linear_program(*case)
    if np.isfinite(least):
        assert divided(case, np.zeros(case[0].shape[1]), least * 1.001 + 1e-6)[0]
        assert not divided(case, np.zeros(case[0].shape[1]), least * 0.999 - 1e-6)[0]
