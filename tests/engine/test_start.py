"""Where territories begin."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from terrier.engine.design import Problem
from terrier.engine.design.instance import contract
from terrier.engine.design.start import first_assignment, first_market, market_anew
from tests.engine.problems import problems

CORNERS = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])


def four_towns(**demands: object) -> Problem:
    random = np.random.default_rng(1)
    return Problem(
        coordinates=np.repeat(CORNERS, 10, axis=0) + 0.1 * random.random((40, 2)),
        measures=np.ones((40, 1)),
        tolerances=[0.1],
        n_territories=4,
        metric="plane",
        **demands,  # type: ignore[arg-type]
    )


def centres_of(problem: Problem) -> np.ndarray:
    return first_market(contract(problem)).centres[:, :2]


def test_each_piece_goes_to_the_seat_that_is_near() -> None:
    seats = CORNERS[[2, 0, 3, 1]]
    np.testing.assert_allclose(centres_of(four_towns(seats=seats)), seats, atol=0.2)


def test_the_first_plan_is_the_pieces_where_the_territories_begin() -> None:
    instance = contract(four_towns(seats=CORNERS[[2, 0, 3, 1]]))
    first = first_assignment(instance, first_market(instance))
    assert first.tolist() == np.repeat([1, 3, 0, 2], 10).tolist()


def test_the_first_plan_is_the_present_one_and_the_nearest_for_whoever_has_none() -> None:
    present = np.repeat([1, 3, 0, 2], 10)
    present[[4, 25]] = -1
    instance = contract(four_towns(present=present))
    first = first_assignment(instance, first_market(instance))
    assert first.tolist() == np.repeat([1, 3, 0, 2], 10).tolist()


def test_begun_anew_each_piece_goes_to_who_holds_most_of_it_today() -> None:
    present = np.repeat([1, 3, 0, 2], 10)
    present[[0, 11, 12, 25]] = [2, 1, 2, -1]
    market = market_anew(contract(four_towns(present=present)))
    np.testing.assert_allclose(market.centres[:, :2], CORNERS[[2, 0, 3, 1]], atol=0.2)


def test_a_territory_without_a_seat_takes_what_is_left() -> None:
    seats = CORNERS[[2, 0, 3, 1]].copy()
    seats[1] = np.nan
    np.testing.assert_allclose(centres_of(four_towns(seats=seats)), CORNERS[[2, 0, 3, 1]], atol=0.2)


def test_locked_units_draw_their_territory_to_them() -> None:
    locks = np.full(40, -1)
    locks[[0, 10, 20, 30]] = [3, 2, 1, 0]
    np.testing.assert_allclose(centres_of(four_towns(locks=locks)), CORNERS[::-1], atol=0.2)


def test_present_territories_begin_where_their_units_are() -> None:
    np.testing.assert_allclose(
        centres_of(four_towns(present=np.repeat([1, 3, 0, 2], 10))), CORNERS[[2, 0, 3, 1]], atol=0.2
    )


def test_a_new_territory_begins_at_its_seat() -> None:
    seats = np.full((4, 2), np.nan)
    seats[3] = [10.0, 10.0]
    present = np.repeat([0, 1, 2, -1], 10)
    np.testing.assert_allclose(centres_of(four_towns(present=present, seats=seats)), CORNERS, atol=0.2)


def test_a_new_territory_without_a_seat_halves_the_largest() -> None:
    present = np.repeat([0, 1, 2, 2], 10)
    centres = centres_of(four_towns(present=present))
    np.testing.assert_allclose(centres[:2], CORNERS[:2], atol=0.2)
    np.testing.assert_allclose(np.sort(centres[2:, 0]), [0, 10], atol=0.2)
    np.testing.assert_allclose(centres[2:, 1], 10, atol=0.2)


@settings(max_examples=80)
@given(problem=problems())
def test_every_territory_begins_somewhere_and_charges_nothing(problem: Problem) -> None:
    market = first_market(contract(problem))
    assert market.centres.shape == (problem.n_territories, 3)
    assert np.isfinite(market.centres).all()
    assert (market.scale > 0).all()
    assert not market.prices.any()
