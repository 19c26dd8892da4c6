"""When a search ends."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from numba import njit

from terrier.engine.design import (
    AnyOf,
    Cancelled,
    MaxRounds,
    MaxSeconds,
    NoImprovement,
    Problem,
    Progress,
    WithinGap,
    check,
    clock,
    solve,
)
from terrier.engine.design.border import Heat
from terrier.engine.design.clock import Clock
from terrier.engine.design.coarse import coarsen
from terrier.engine.design.instance import contract
from terrier.engine.design.params import Params
from terrier.engine.design.solve import settle
from terrier.engine.design.start import first_assignment, first_market
from terrier.engine.design.stop import BEFORE_ROUNDS, seconds_left, told

PROBLEM = Problem(
    coordinates=np.random.default_rng(1).random((40, 2)),
    measures=np.ones((40, 1)),
    tolerances=[0.1],
    n_territories=4,
)


@pytest.mark.parametrize(("rounds", "stops"), [(0, False), (4, False), (5, True), (6, True)])
def test_after_so_many_rounds(rounds: int, stops: bool) -> None:
    assert MaxRounds(5)(rounds, 0) is stops


@pytest.mark.parametrize(("stale", "stops"), [(0, False), (2, False), (3, True)])
def test_after_so_many_rounds_without_a_better_plan(stale: int, stops: bool) -> None:
    assert NoImprovement(3)(100, stale) is stops


def test_when_the_clock_has_run_since_the_first_question() -> None:
    now = 1000.0
    rule = MaxSeconds(10, clock=lambda: now)
    assert not rule(0, 0)
    now = 1009.9
    assert not rule(1, 0)
    now = 1010.0
    assert rule(2, 0)


def test_the_clock_stands_still_while_kernels_are_compiled() -> None:
    now = 1000.0
    tested = Clock(lambda: now)
    rule = MaxSeconds(10, tested)
    assert not rule(0, 0)
    now = 1004.0
    tested.on_start(None)
    tested.on_start(None)  # a kernel that another one calls
    now = 1050.0
    assert seconds_left(rule) == 6.0
    tested.on_end(None)
    now = 1060.0
    tested.on_end(None)
    now = 1065.0
    assert seconds_left(rule) == 1.0
    now = 1066.0
    assert rule(1, 0)


def test_whatever_is_compiled_is_told_to_the_clock() -> None:
    before = clock.searching() - time.monotonic()
    njit(lambda x: x + 1)(1)
    assert clock.searching() - time.monotonic() < before


def test_how_long_there_is_for_work_that_cannot_ask() -> None:
    now = 1000.0
    soon, late = (MaxSeconds(seconds, clock=lambda: now) for seconds in (10, 30))
    rule = AnyOf((NoImprovement(8), AnyOf((late, soon))))
    assert seconds_left(rule) == 10.0
    now = 1004.0
    assert seconds_left(rule) == 6.0
    assert seconds_left(AnyOf((MaxRounds(3), NoImprovement(8)))) == np.inf


def test_when_somebody_cancels() -> None:
    event = threading.Event()
    assert not Cancelled(event)(9, 9)
    event.set()
    assert Cancelled(event)(0, 0)


def test_as_soon_as_one_of_several_says_so() -> None:
    rule = AnyOf((MaxRounds(5), NoImprovement(2)))
    assert not rule(4, 1)
    assert rule(5, 0)
    assert rule(0, 2)


@pytest.mark.parametrize(("gap", "stops"), [(0.02, False), (0.01, True), (0.0, True), (float("inf"), False)])
def test_as_soon_as_the_plan_is_proved_near_enough(gap: float, stops: bool) -> None:
    rule = told(AnyOf((MaxRounds(5), AnyOf((WithinGap(0.01),)))), lambda: gap)
    assert rule(1, 0) is stops
    assert not WithinGap(0.01)(1, 0)  # nobody told it


def test_a_search_that_is_near_enough_ends() -> None:
    rounds: list[int] = []

    def ask(done: int, stale: int) -> bool:
        rounds.append(done)
        return done >= 12

    plan = solve(PROBLEM, stop=AnyOf((ask, WithinGap(0.0))))
    assert rounds[-1] == 12
    assert plan.gap is not None
    rounds.clear()
    near = solve(PROBLEM, stop=AnyOf((ask, WithinGap(plan.gap + 1.0))))
    assert rounds[-1] < 12
    assert near.gap is not None
    assert near.gap <= plan.gap + 1.0


def test_a_search_stopped_at_once_still_returns_a_plan_that_holds() -> None:
    event = threading.Event()
    event.set()
    for rule in (MaxRounds(0), MaxSeconds(0), Cancelled(event)):
        assert check(PROBLEM, solve(PROBLEM, stop=rule)) == []


def test_a_search_stopped_while_prices_settle_falls_back_on_where_it_began() -> None:
    # Most units crowd in a corner: without prices nearly all of them would go to one territory.
    crowd = replace(PROBLEM, coordinates=np.random.default_rng(2).random((40, 2)) ** 4)
    for patience in range(6):
        left = patience

        def rule(rounds: int, stale: int) -> bool:
            nonlocal left
            assert (rounds, stale) == (BEFORE_ROUNDS, 0) or left < 0
            left -= 1
            return left < 0

        plan = solve(crowd, stop=rule)
        assert check(crowd, plan) == []
        assert plan.is_feasible


def test_a_search_asks_between_rounds_and_reports_what_it_found() -> None:
    asked: list[tuple[int, int]] = []
    heard: list[Progress] = []

    def rule(rounds: int, stale: int) -> bool:
        asked.append((rounds, stale))
        return rounds >= 4

    plan = solve(PROBLEM, Params(lanes=1), rule, on_progress=heard.append)
    assert [rounds for rounds, _ in asked] == sorted(rounds for rounds, _ in asked)
    assert asked[0] == (BEFORE_ROUNDS, 0)
    assert (0, 0) in asked
    assert asked[-1][0] == 4
    assert heard[-1].excess == pytest.approx(max(0.0, float(np.abs(plan.deviations).max() - 0.1)))
    assert heard[-1].moved is None
    assert heard[-1].total == pytest.approx(plan.score.total, rel=0.01)  # chords there, great circles here


def test_a_long_run_in_parts_proposes_as_much_and_cools_on_the_same_course() -> None:
    whole = Heat(10_000_001, hot=1.0, cold=0.01, ramp_from=1.0, ramp_to=4.0)
    parts = whole.parts(2_000_000)
    assert sum(part.proposals for part in parts) == whole.proposals
    assert max(part.proposals for part in parts) <= 2_000_000
    assert (parts[0].hot, parts[0].ramp_from) == (whole.hot, whole.ramp_from)
    np.testing.assert_allclose((parts[-1].cold, parts[-1].ramp_to), (whole.cold, whole.ramp_to))
    for earlier, later in itertools.pairwise(parts):
        np.testing.assert_allclose((earlier.cold, earlier.ramp_to), (later.hot, later.ramp_from))
    assert whole.parts(whole.proposals) == [whole]


MANY = Problem(
    coordinates=np.random.default_rng(2).random((2_000, 2)),
    metric="plane",
    measures=np.random.default_rng(3).random((2_000, 2)),
    tolerances=[0.1, 0.1],
    n_territories=10,
)


def test_prices_cut_short_send_units_where_their_micro_units_go() -> None:
    instance = contract(MANY)
    market = first_market(instance)
    pool, where = settle(instance, market, Params(coarse_above=100), MaxRounds(BEFORE_ROUNDS))
    member = coarsen(instance, Params().coarse_units[0])[1]
    first = np.unique(member, return_index=True)[1]
    np.testing.assert_array_equal(where, where[first][member])
    assert (pool == where[:, None]).any(axis=1).all()


def test_where_prices_ran_away_the_pieces_are_searched_that_territories_began_with() -> None:
    instance = contract(MANY)
    market = first_market(instance)
    begun = replace(market)
    where = settle(instance, market, Params(coarse_above=100, lost=-1.0))[1]
    np.testing.assert_array_equal(where, first_assignment(instance, begun))
    np.testing.assert_array_equal(market.centres, begun.centres)
    assert not market.prices.any()
