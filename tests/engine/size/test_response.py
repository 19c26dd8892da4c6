"""Responses are concave and meet today; what is allocated cannot be allocated better."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.engine.size import Response, allocate, carried_over, fit_elasticity

responses = st.builds(
    Response, st.floats(0.02, 0.95), st.floats(0.0, 0.9), st.sampled_from(["power", "saturating"])
)


@given(responses)
def test_at_todays_effort_an_account_sells_what_it_sells_today(response: Response) -> None:
    assert float(response.sales(np.array(1.0))) == pytest.approx(1.0)
    step = 1e-5
    slope = float(response.sales(np.array(1 + step)) - response.sales(np.array(1 - step))) / (2 * step)
    assert slope == pytest.approx(response.elasticity * (1 - response.carry_over), rel=1e-4)


@given(responses, st.floats(0, 5), st.floats(0, 5), st.floats(0, 1))
def test_more_effort_sells_more_and_each_hour_less(
    response: Response, a: float, b: float, part: float
) -> None:
    low, high = sorted([a, b])
    mixed = part * a + (1 - part) * b
    f = response.sales
    assert f(np.array(high)) >= f(np.array(low)) - 1e-12
    assert f(np.array(mixed)) >= part * f(np.array(a)) + (1 - part) * f(np.array(b)) - 1e-9


@given(responses, st.floats(0.05, 8))
def test_the_inverse_of_the_slope_is_its_inverse(response: Response, ratio: float) -> None:
    step = 1e-6 * ratio
    slope = (response.sales(np.array(ratio + step)) - response.sales(np.array(ratio - step))) / (2 * step)
    assert float(response.ratio_at(slope)) == pytest.approx(ratio, rel=1e-3)


@given(responses, st.floats(0.1, 2.5), st.integers(0, 10**6))
def test_no_grid_of_allocations_beats_equal_marginal_returns(
    response: Response, share: float, seed: int
) -> None:
    """Three accounts, every way to share the hours out in 60 steps."""
    random = np.random.default_rng(seed)
    hours, worth = random.uniform(1, 9, 3), random.lognormal(0, 1.5, 3)
    effort = share * hours.sum()
    found = allocate(effort, hours, worth, response)
    assert found.ratio @ hours + found.idle == pytest.approx(effort)
    if 0.5 * hours.sum() < effort < 2 * hours.sum():
        grid = np.linspace(0.5, 2.0, 60)
        best = -np.inf
        for first, second in itertools.product(grid, grid):
            third = (effort - first * hours[0] - second * hours[1]) / hours[2]
            if 0.5 <= third <= 2:
                best = max(best, float(worth @ response.sales(np.array([first, second, third]))))
        assert found.total >= best - 1e-9 * abs(best)
        assert (found.ratio >= 0.5 - 1e-9).all()
        assert (found.ratio <= 2.0 + 1e-9).all()


@given(responses, st.integers(0, 10**6))
def test_what_an_allocation_brings_is_concave_in_the_effort(response: Response, seed: int) -> None:
    random = np.random.default_rng(seed)
    hours, worth = random.uniform(0.1, 9, 30), random.lognormal(0, 1.5, 30)
    efforts = np.linspace(0.5, 2.5, 21) * hours.sum()
    brings = np.array([allocate(effort, hours, worth, response).total for effort in efforts])
    assert (np.diff(brings) >= -1e-9 * brings[:-1]).all()
    assert (np.diff(brings, 2) <= 1e-7 * brings[1:-1]).all()


@given(responses, st.integers(0, 10**6))
def test_the_best_allocation_is_no_worse_than_scaling_all_alike(response: Response, seed: int) -> None:
    random = np.random.default_rng(seed)
    hours, worth = random.uniform(0, 9, 20), random.lognormal(0, 2, 20)
    worth[random.random(20) < 0.2] = 0
    for share in (0.2, 0.6, 1.0, 1.7, 4.0):
        found = allocate(share * hours.sum(), hours, worth, response)
        alike = np.where(hours > 0, worth * response.sales(np.array(min(share, 2.0))), worth)
        assert found.total >= alike.sum() * (1 - 1e-9)


def test_nobody_gets_hours_for_an_account_that_had_none() -> None:
    found = allocate(20.0, np.array([10.0, 0.0]), np.array([5.0, 7.0]), Response())
    assert found.ratio[1] == 1.0
    assert found.worth[1] == 7.0


def test_a_second_year_carries_over_less() -> None:
    assert carried_over(0.8, 1) == pytest.approx(0.8)
    assert carried_over(0.8, 2) == pytest.approx(0.72)
    assert carried_over(0.0, 3) == 0.0


def test_the_elasticity_that_made_the_sales_is_found_again() -> None:
    random = np.random.default_rng(4)
    classes = random.integers(0, 3, 2000)
    hours = np.exp(random.normal(classes, 0.5))
    sales = 100.0 ** (1 + classes) * hours**0.3 * np.exp(random.normal(0, 0.4, 2000))
    slope, error = fit_elasticity(sales, hours, classes)
    assert abs(slope - 0.3) < 3 * error < 0.1


def test_hours_that_never_differ_tell_nothing() -> None:
    with pytest.raises(ValueError, match="the same for all accounts of a class"):
        fit_elasticity(np.arange(1.0, 41), np.full(40, 2.0), np.zeros(40, dtype=int))


@pytest.mark.parametrize("wrong", [{"elasticity": 0.0}, {"elasticity": 1.0}, {"carry_over": 1.0}])
def test_a_response_that_is_not_concave_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Response(**wrong)
