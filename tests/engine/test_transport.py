"""Who looks at which territories, and prices that balance."""

from __future__ import annotations

import numpy as np
import pytest

from terrier.engine.design import Params, Problem
from terrier.engine.design.instance import Instance, contract
from terrier.engine.design.start import first_market
from terrier.engine.design.transport import ascend, near_territories, neighborhoods, offers


def country(n: int, k: int, tolerance: float = 0.05) -> Instance:
    """Units that crowd towards a corner, with a few heavy ones among them and two measures that differ from place to place."""
    random = np.random.default_rng(7)
    places = random.random((n, 2)) ** 2
    heavy = random.lognormal(0.0, 1.0, n)
    problem = Problem(
        coordinates=places,
        measures=np.column_stack([heavy * (1 + places[:, 0]), heavy + 1.0]),
        tolerances=[tolerance, tolerance],
        n_territories=k,
        metric="plane",
    )
    return contract(problem)


def test_neighbors_that_look_together_find_what_each_would_find_alone() -> None:
    instance = country(3000, 60)
    market = first_market(instance)
    blocks = neighborhoods(instance, 6)
    assert len(blocks) == 3000
    near = near_territories(instance, market, 6, blocks)
    alone = offers(instance, market, 6).candidates
    assert (near[:, 0] == alone[:, 0]).all()
    assert np.mean(near == alone) > 0.99


def test_where_territories_are_few_each_looks_at_all() -> None:
    instance = country(300, 10)
    blocks = neighborhoods(instance, 6)
    assert blocks.size == 0
    market = first_market(instance)
    np.testing.assert_array_equal(
        near_territories(instance, market, 6, blocks), offers(instance, market, 6).candidates
    )


@pytest.mark.parametrize("raised", [0.0, 50.0, -50.0])
def test_prices_balance_even_when_all_begin_far_too_high(raised: float) -> None:
    """All prices raised together hardly change who goes where, so nothing but the price of the band brings them back."""
    instance = country(600, 8)
    market = first_market(instance)
    market.prices = market.prices + raised * float(market.scale.mean())
    pool = offers(instance, market, 8).candidates
    worst = ascend(instance, market, Params(), 0.2, 60, 0.02, pool)[2]
    assert worst <= 0.02
