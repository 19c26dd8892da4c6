"""Annealing with multipliers balances whole units, and the multipliers say what balance costs."""

from __future__ import annotations

import numpy as np

from terrier.engine.design import Params, Problem
from terrier.engine.design.border import merit, state_of
from terrier.engine.design.instance import contract
from terrier.engine.design.multipliers import anneal_with_multipliers
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
