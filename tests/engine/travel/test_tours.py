"""The travel of a plan: what must hold of it whatever the accounts, and a day counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.engine.travel import Calls, MeasuredRoads, StraightRoads, TourModel, Workday, travel_of
from terrier.engine.travel.tours import PASSES, _levels

EXACT = TourModel(local=1.0, haul=1.0)


def plane(n: int, seed: int, size: float = 60.0) -> tuple[np.ndarray, StraightRoads]:
    places = np.random.default_rng(seed).random((n, 2)) * size
    return places, StraightRoads(places, "plane", np.full(n, 60.0), circuity=1.0, far_speed=60.0)


def test_a_day_of_three_accounts_on_a_line_counted_by_hand() -> None:
    """A base 30 km before the first of three accounts 6 km apart, at 60 km/h: an hour in all for the ways out and home
    on the average of 36 km, 6 minutes for each leg."""
    places = np.array([[30.0, 0.0], [36.0, 0.0], [42.0, 0.0]])
    roads = StraightRoads(places, "plane", np.full(3, 60.0), circuity=1.0, far_speed=60.0)
    calls = Calls(visits=np.full(3, 10.0), hours=np.full(3, 1.0))
    travel = travel_of(np.zeros(3, dtype=np.int32), np.zeros((1, 2)), calls, roads, Workday(8.0), EXACT)
    leg = 2 * 0.1 / 3  # two legs of 6 minutes between three accounts
    visits = (8.0 - 1.2 + leg) / (1.0 + leg)
    assert travel.visits_a_day[0] == pytest.approx(visits)
    expected = 30 * 1.2 / visits + (1 - 1 / visits) * 10 * 0.2
    assert travel.hours.sum() == pytest.approx(expected)
    assert travel.km.sum() == pytest.approx(60 * expected)
    assert travel.days[0] == pytest.approx((expected + 30) / 8)


def test_a_full_day_is_as_long_as_the_workday() -> None:
    places, roads = plane(40, 3)
    calls = Calls(np.full(40, 12.0), np.full(40, 0.5))
    travel = travel_of(np.zeros(40, dtype=np.int32), places.mean(axis=0)[None], calls, roads)
    days = 40 * 12 / travel.visits_a_day[0]
    assert (travel.hours.sum() + calls.total.sum()) / days == pytest.approx(8.0)


@given(st.integers(0, 10**6), st.integers(1, 4), st.floats(0.2, 5))
def test_twice_the_visits_take_twice_the_travel(seed: int, k: int, times: float) -> None:
    random = np.random.default_rng(seed)
    _, roads = plane(30, seed)
    assignment = random.integers(0, k, 30).astype(np.int32)
    bases = random.random((k, 2)) * 60
    calls = Calls(random.integers(0, 9, 30).astype(float), random.random(30) + 0.1)
    once = travel_of(assignment, bases, calls, roads)
    more = travel_of(assignment, bases, Calls(calls.visits * times, calls.hours), roads)
    np.testing.assert_allclose(more.hours, once.hours * times, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(more.visits_a_day, once.visits_a_day, rtol=1e-9)


@given(st.integers(0, 10**6))
def test_travel_is_never_negative_and_nobody_travels_to_accounts_that_want_no_visit(seed: int) -> None:
    random = np.random.default_rng(seed)
    _, roads = plane(25, seed, size=float(random.choice([0.0, 5.0, 900.0])))
    calls = Calls(np.where(random.random(25) < 0.3, 0.0, random.random(25) * 20), random.random(25) * 3)
    travel = travel_of(random.integers(0, 3, 25).astype(np.int32), random.random((4, 2)), calls, roads)
    assert (travel.hours >= 0).all()
    assert np.isfinite(travel.hours).all()
    assert (travel.hours[calls.visits == 0] == 0).all()
    assert travel.days[3] == 0


def test_accounts_at_one_place_need_no_legs_between_them() -> None:
    places = np.tile([50.0, 0.0], (6, 1))
    roads = StraightRoads(places, "plane", np.full(6, 50.0), circuity=1.2, far_speed=50.0)
    calls = Calls(np.full(6, 4.0), np.full(6, 0.5))
    travel = travel_of(np.zeros(6, dtype=np.int32), np.zeros((1, 2)), calls, roads, Workday(8.0), EXACT)
    assert travel.hours.sum() == pytest.approx(24 * 2 * 1.2 / travel.visits_a_day[0])


def test_rarely_visited_accounts_do_not_lengthen_the_tours_of_the_others() -> None:
    """Two towns on one line, the far one visited once a year: its legs count once, the near ones' twelve times."""
    places = np.array([[0.0, 0], [10, 0], [20, 0], [200, 0], [210, 0]])
    roads = StraightRoads(places, "plane", np.full(5, 50.0), circuity=1.0, far_speed=50.0)
    visits = np.array([12.0, 12, 12, 1, 1])
    calls = Calls(visits, np.full(5, 1e-6))
    endless = Workday(hours=24.0)
    travel = travel_of(
        np.zeros(5, dtype=np.int32), np.zeros((1, 2)), calls, roads, endless, TourModel(1.0, 0.0)
    )
    legs = (12 * 20 + 1 * 190) / 50
    assert travel.hours.sum() == pytest.approx(legs, rel=0.05)


def test_far_accounts_are_visited_on_trips_of_several_days() -> None:
    calls = Calls(np.full(4, 10.0), np.full(4, 1.0))

    def hours(km: float, out_after: float) -> float:
        places = np.array([[km, 0.0], [km, 1], [km, 2], [km, 3]])
        roads = StraightRoads(places, "plane", np.full(4, 60.0), circuity=1.0, far_speed=60.0)
        day = Workday(8.0, out_after=out_after)
        zero = np.zeros(4, dtype=np.int32)
        return float(travel_of(zero, np.zeros((1, 2)), calls, roads, day).hours.sum())

    assert hours(180, out_after=1.0) < hours(180, out_after=3.0)
    assert hours(59, out_after=1.0) == pytest.approx(hours(59, out_after=3.0))


def test_measured_roads_count_both_ways_half() -> None:
    places = np.array([[0.0, 0], [1, 0]])
    hours = np.array([[0.0, 1.0], [3.0, 0.0]])
    roads = MeasuredRoads(places, "plane", hours, hours * 50)
    one_way, km = roads.hauls(np.array([0.1, 0.0]), np.array([0, 1]))
    assert one_way.tolist() == [0.0, 2.0]
    assert km.tolist() == [0.0, 100.0]


def test_measured_roads_of_straight_lines_give_the_same_travel() -> None:
    places, straight = plane(40, 11)
    a, b = np.indices((40, 40)).reshape(2, -1)
    hours, km = (part.reshape(40, 40) for part in straight.legs(a, b))
    measured = MeasuredRoads(places, "plane", hours, km)
    calls = Calls(np.random.default_rng(1).integers(1, 5, 40).astype(float), np.full(40, 0.4))
    zero = np.zeros(40, dtype=np.int32)
    both = [travel_of(zero, places[:1], calls, roads).hours for roads in (straight, measured)]
    np.testing.assert_allclose(both[0], both[1], rtol=1e-9)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=40))
def test_levels_rise_and_keep_about_every_visit(visits: list[float]) -> None:
    given_visits = np.array(visits)
    levels, level = _levels(given_visits)
    assert len(levels) <= PASSES
    assert (np.diff(levels) > 0).all()
    assert levels[level].sum() == pytest.approx(given_visits.sum())
