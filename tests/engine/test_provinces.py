"""Many territories by several measures: provinces first, each then divided alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from terrier.engine.design import Graph, MaxRounds, Params, Problem, check, solve
from terrier.engine.design.instance import contract
from terrier.engine.design.provinces import has_provinces

SMALL = Params(bound=False, provinces_from=24, coarse_above=1000, province_size=6, province_micros=100)


def one_sided(seed: int, n: int = 2400, k: int = 24) -> Problem:
    """Units on a square, whose west has a fifth more of one measure than of the other, as the east has less."""
    random = np.random.default_rng(seed)
    places = 1000 * random.random((n, 2))
    measures = random.lognormal(0, 0.5, (n, 2))
    measures[:, 0] *= np.where(places[:, 0] < 500, 1.2, 0.8)
    return Problem(
        coordinates=places, measures=measures, tolerances=[0.05, 0.05], n_territories=k, metric="plane"
    )


@pytest.mark.parametrize("seed", range(2))
def test_what_a_whole_region_lacks_comes_from_afar(seed: int) -> None:
    asked = one_sided(seed)
    assert has_provinces(contract(asked), SMALL)
    plan = solve(asked, SMALL, MaxRounds(4), seed)
    assert plan.is_feasible
    assert check(asked, plan) == []


def test_territories_of_unlike_shares_are_kept_to() -> None:
    asked = replace(one_sided(3), shares=np.linspace(1.0, 2.0, 24))
    plan = solve(asked, SMALL, MaxRounds(4))
    assert plan.is_feasible
    assert check(asked, plan) == []


def test_large_provinces_are_divided_into_smaller_ones() -> None:
    asked = one_sided(7)
    plan = solve(asked, replace(SMALL, province_size=3, most_provinces=2), MaxRounds(4))
    assert plan.is_feasible
    assert check(asked, plan) == []


def test_provinces_divided_side_by_side_give_the_same_plan_again() -> None:
    asked = one_sided(4)
    first, again = (solve(asked, SMALL, MaxRounds(2), 5).assignment for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_out_of_time_there_is_a_plan_all_the_same() -> None:
    asked = one_sided(5)
    plan = solve(asked, SMALL, lambda _rounds, _stale: True)
    assert len(set(plan.assignment.tolist())) == 24
    assert check(asked, plan) == []


LINE = Graph.from_edges(2400, np.column_stack([np.arange(2399), np.arange(1, 2400)]))


@pytest.mark.parametrize(
    "demand",
    [
        {"present": np.arange(2400) % 24},
        {"locks": np.where(np.arange(2400) == 7, 3, -1)},
        {"seats": np.full((24, 2), 500.0), "seat_pull": 0.3},
        {"apart": [[0, 1]]},
        {"kinds": np.zeros(2400, dtype=int), "eligible": np.ones((1, 24), dtype=bool)},
        {"adjacency": LINE, "contiguous": True},
        {"measures": np.ones((2400, 1)), "tolerances": [0.05]},
    ],
)
def test_what_ties_units_to_places_or_needs_no_exchange_has_no_provinces(demand: dict[str, Any]) -> None:
    assert not has_provinces(contract(replace(one_sided(6), **demand)), SMALL)
