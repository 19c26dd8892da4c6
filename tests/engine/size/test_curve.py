"""The curve of sizes: what it costs, what it brings, and what it answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.engine.design import MaxRounds, Params, Plan, Problem, check, solve
from terrier.engine.size import (
    Economics,
    Point,
    SellingTime,
    Situation,
    answer,
    curve,
    one_fewer,
    one_more,
    people_needed,
    profits_on_trend,
)
from terrier.engine.size.curve import measured
from terrier.engine.size.trend import smoothed
from terrier.engine.travel import Calls, StraightRoads, Workday

ECONOMICS = Economics(0.25, 60_000.0, 0.3)


def short(problem: Problem, warm: bool) -> Plan:
    return solve(problem, Params(hot=0.05) if warm else None, stop=MaxRounds(1))


def situation(economics: Economics | None) -> Situation:
    random = np.random.default_rng(8)
    n = 400
    places = np.array([-98.0, 40.0]) + random.random((n, 2)) * [3, 2]
    calls = Calls(random.choice([4.0, 12.0], n), np.full(n, 0.75))
    return Situation(
        problem=Problem(
            coordinates=places, measures=calls.total[:, None], tolerances=np.array([0.2]), n_territories=2
        ),
        measure=0,
        calls=calls,
        roads=StraightRoads(places, "sphere", np.full(n, 60.0)),
        time=SellingTime(1000.0),
        workday=Workday(),
        sales=random.lognormal(9, 1, n),
        economics=economics,
    )


@pytest.fixture(scope="module")
def points() -> list[Point]:
    found = {point.people: point for point in curve(situation(ECONOMICS), range(2, 10), short)}
    return [found[people] for people in sorted(found)]


def test_there_is_a_plan_for_every_size_and_the_checker_believes_it(points: list[Point]) -> None:
    assert [point.people for point in points] == list(range(2, 10))
    for point in points:
        assert len(np.unique(point.plan.assignment)) == point.people
        assert check(point.problem, point.plan) == []


def test_all_hours_are_used_for_calls_and_travel(points: list[Point]) -> None:
    asked = situation(None)
    for point in points:
        work = asked.calls.total.sum() + point.travel.hours.sum()
        assert point.utilization == pytest.approx(work / (1000 * point.people))
        assert point.call_hours / point.utilization**-1 == pytest.approx(asked.calls.total.sum())
        assert point.workload.sum() == pytest.approx(work)


def test_more_people_travel_less_each_and_sell_more(points: list[Point]) -> None:
    assert (np.diff([point.travel.hours.sum() / point.people for point in points]) < 0).all()
    assert points[-1].travel.hours.sum() < points[0].travel.hours.sum()
    sales = np.array([point.profit.sales for point in points if point.profit])
    use = np.array([point.utilization for point in points])
    # With twice the hours of today every account has all that it can be given, and there it ends.
    assert (np.diff(sales)[use[1:] > 0.5] > 0).all()
    assert (np.diff(sales) >= 0).all()


def test_the_answer_is_the_best_of_the_curve_and_says_how_flat_it_is(points: list[Point]) -> None:
    on_trend = profits_on_trend(situation(ECONOMICS), points)
    found = answer(points, on_trend)
    profits = {people: profit.profit for people, profit in on_trend.items()}
    assert found.by_profit is not None
    assert profits[found.by_profit] == max(profits.values())
    assert found.flat is not None
    first, last = found.flat
    assert first <= found.by_profit <= last
    assert all(profits[k] >= 0.99 * max(profits.values()) for k in range(first, last + 1))


def test_by_workload_it_is_the_fewest_whose_hours_suffice(points: list[Point]) -> None:
    found = answer(points, {})
    assert found.by_workload is not None
    assert [point.utilization <= 1 for point in points] == [k >= found.by_workload for k in range(2, 10)]


def test_without_economics_the_workload_alone_answers() -> None:
    points = list(curve(situation(None), range(4, 7), short))
    found = answer(points, profits_on_trend(situation(None), points))
    assert found.by_profit is None
    assert found.people == found.by_workload


def test_dearer_people_are_never_more(points: list[Point]) -> None:
    """Profit falls by k · cost, so the best k cannot grow with the cost."""
    best = []
    for cost in (20_000.0, 60_000.0, 200_000.0):
        asked = situation(Economics(0.25, cost))
        priced = [measured(asked, point.problem, point.plan, point.travel) for point in points]
        best.append(answer(priced, profits_on_trend(asked, priced)).by_profit or 0)
    assert best[0] > best[-1]
    assert best == sorted(best, reverse=True)


@given(st.integers(2, 12), st.integers(0, 10**6))
def test_one_more_and_one_fewer_change_only_what_they_say(k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    n = 40
    assignment = np.concatenate([np.arange(k), random.integers(0, k, n - k)]).astype(np.int32)
    problem = Problem(
        coordinates=random.random((n, 2)) * 9,
        measures=random.random((n, 1)) + 0.1,
        tolerances=np.array([0.1]),
        n_territories=k,
        metric="plane",
    )
    more, fewer = one_more(problem, assignment), one_fewer(problem, assignment)
    assert np.unique(more).tolist() == list(range(k + 1))
    changed = more != assignment
    assert (more[changed] == k).all()
    assert len(np.unique(assignment[changed])) == 1
    assert np.unique(fewer).tolist() == list(range(k - 1))
    pairs = {(int(old), int(new)) for old, new in zip(assignment, fewer, strict=True)}
    assert len(pairs) == k


def test_talleys_own_arithmetic() -> None:
    """1,000 A accounts of 36 hours a year and 2,000 B of 12; a person sells for 1,000 hours: 60 people."""
    assert people_needed(1000 * 36 + 2000 * 12, SellingTime(1000.0)) == pytest.approx(60)
    assert people_needed(60_000, SellingTime(1000.0, 0.9, 0.8)) == pytest.approx(60 / 0.72)


def test_the_trend_of_travel_is_the_line_it_was_made_of() -> None:
    people = np.arange(5.0, 30.0)
    line = 3000 + 900 / np.sqrt(people)
    np.testing.assert_allclose(smoothed(people, line), line)
    noisy = line * (1 + 0.01 * np.random.default_rng(1).standard_normal(len(people)))
    assert np.abs(smoothed(people, noisy) / line - 1).max() < 0.01
    assert (np.diff(smoothed(people, noisy)) < 0).all()


def test_on_the_trend_profit_has_one_peak(points: list[Point]) -> None:
    profits = [profit.profit for profit in profits_on_trend(situation(ECONOMICS), points).values()]
    rises = np.sign(np.diff(profits))
    assert (np.diff(rises[rises != 0]) <= 0).all()
