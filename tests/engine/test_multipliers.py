"""Annealing with multipliers balances whole units, and the multipliers say what balance costs."""

from __future__ import annotations

import numpy as np

from terrier.engine.design import MaxRounds, Params, Problem, check, solve
from terrier.engine.design.border import merit, state_of
from terrier.engine.design.instance import contract
from terrier.engine.design.multipliers import anneal_with_multipliers, place_whole_units
from terrier.engine.design.repair import repair
from terrier.engine.design.start import first_market
from terrier.engine.design.stop import never
from terrier.engine.design.transport import NO_POOL


def town_and_village() -> Problem:
    random = np.random.default_rng(1)
    town, village = random.normal(0, 1, (300, 2)), random.normal(0, 1, (100, 2)) + np.array([6.0, 0.0])
    return Problem(
        coordinates=np.concatenate([town, village]),
        metric="plane",
        measures=random.gamma(4.0, 1.0, (400, 1)),
        tolerances=[0.05],
        n_territories=2,
    )


def test_a_town_charges_and_a_village_pays() -> None:
    instance = contract(town_and_village())
    market = first_market(instance)
    start = np.repeat([0, 1], [300, 100]).astype(np.int32)
    state = state_of(instance, start)
    anneal_with_multipliers(instance, market, state, NO_POOL, Params(), never, np.random.default_rng(1))
    assert market.prices[0, 0] > 0 > market.prices[1, 0]
    np.testing.assert_allclose(state.loads[:, 0], [1.05, 0.95], atol=0.005)


def test_heavy_units_of_three_measures_come_close_to_balance_and_the_books_hold() -> None:
    random = np.random.default_rng(2)
    problem = Problem(
        coordinates=random.random((1200, 2)) * 100,
        metric="plane",
        measures=np.column_stack([random.lognormal(0, 1.2, (1200, 2)), np.ones(1200)]),
        tolerances=np.full(3, 0.05),
        n_territories=6,
    )
    instance = contract(problem)
    market = first_market(instance)
    state = state_of(instance, repair(instance, market, np.arange(1200, dtype=np.int32) % 6))
    before = merit(instance, state)
    anneal_with_multipliers(instance, market, state, NO_POOL, Params(), never, np.random.default_rng(3))
    after = merit(instance, state)
    assert after.total < 0.5 * before.total
    assert after.violation < 0.05
    again = state_of(instance, state.assignment)
    np.testing.assert_allclose(state.loads, again.loads, atol=1e-9)
    np.testing.assert_allclose(state.centres, again.centres, atol=1e-5)


def farms_around_a_city() -> Problem:
    """Every account of the city takes few hours, every farm many: their territories have to mix."""
    random = np.random.default_rng(4)
    city, farms = random.normal(0, 5, (600, 2)), random.random((600, 2)) * 200 - 100
    hours = np.concatenate([random.gamma(9.0, 0.1, 600), random.gamma(9.0, 0.13, 600)])
    return Problem(
        coordinates=np.concatenate([city, farms]),
        metric="plane",
        measures=np.column_stack([random.lognormal(0, 1.0, 1200), hours, np.ones(1200)]),
        tolerances=np.full(3, 0.05),
        n_territories=12,
    )


MANY = Params(coarse_above=1000, vast=10)


def test_before_there_are_prices_whole_units_find_that_the_country_charges_for_hours_and_the_city_pays() -> (
    None
):
    instance = contract(farms_around_a_city())
    market = first_market(instance)
    place_whole_units(instance, market, MANY, never)
    rank = np.argsort(np.linalg.norm(market.centres, axis=1))
    hours = market.prices[rank, 1]
    assert hours[:4].mean() < 0 < hours[-4:].mean()


def test_a_plan_of_many_territories_is_balanced_and_the_same_again() -> None:
    problem = farms_around_a_city()
    first, again = (solve(problem, MANY, MaxRounds(6), seed=2) for _ in range(2))
    assert not first.shortfalls
    assert not check(problem, first)
    np.testing.assert_array_equal(first.assignment, again.assignment)
