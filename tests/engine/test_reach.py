"""Bands that can be met together, where capacities have not room for all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from terrier.engine.design import MaxRounds, Problem, Progress, check, solve
from terrier.engine.design.instance import contract
from terrier.engine.design.reach import within_reach
from tests.engine.problems import problems

NONE = float("nan")


def limited(rooms: list[float], n: int = 300, **demands: Any) -> Problem:
    """Units of even work on a plane, and territories of equal shares with room for so many of them; NaN is no limit."""
    random = np.random.default_rng(7)
    measures = 0.5 + random.random((n, 1))
    wanted: dict[str, Any] = {
        "coordinates": [1000, 600] * random.random((n, 2)),
        "measures": measures,
        "tolerances": [0.05],
        "n_territories": len(rooms),
        "metric": "plane",
        "capacities": np.array(rooms)[:, None] * measures.sum() / len(rooms),
    }
    return Problem(**(wanted | demands))


def held(problem: Problem, rounds: int = 4) -> list[float]:
    """What each territory of a plan holds, in mean territories."""
    plan = solve(problem, stop=MaxRounds(rounds), seed=1)
    assert check(problem, plan) == []
    shares: list[float] = (plan.loads[:, 0] * problem.n_territories / problem.measures.sum()).tolist()
    return shares


@pytest.mark.parametrize("room", [0.5, 0.9])
@pytest.mark.parametrize("objective", ["squared_distance", "distance", "diameter"])
def test_where_all_have_too_little_room_nobody_holds_twice_as_much_as_another(
    room: float, objective: str
) -> None:
    assert held(limited([room] * 6, objective=objective)) == pytest.approx([1.0] * 6, abs=0.06)


def test_where_centers_are_units_too() -> None:
    assert held(limited([0.8] * 6, n=80, centers="unit"), rounds=1) == pytest.approx([1.0] * 6, abs=0.1)


def test_who_has_twice_the_room_holds_twice_as_much_of_what_is_too_much_for_all() -> None:
    assert held(limited([0.4, 0.4, 0.8, 0.8])) == pytest.approx([2 / 3, 2 / 3, 4 / 3, 4 / 3], abs=0.08)


def test_who_has_room_shares_what_the_others_cannot_hold() -> None:
    small, *others = held(limited([0.3, NONE, NONE, NONE, NONE, NONE]))
    assert small <= 0.3
    assert others == pytest.approx([1.14] * 5, abs=0.07)


def test_a_frozen_territory_keeps_what_it_has_and_the_others_share_the_rest() -> None:
    asked = limited([NONE, 0.5, 0.5, 0.5])
    present = np.where(asked.coordinates[:, 0] < 250, 0, -1)
    frozen = limited([NONE, 0.5, 0.5, 0.5], present=present, frozen=[True, False, False, False])
    first, *others = held(frozen)
    assert others == pytest.approx([(4 - first) / 3] * 3, abs=0.08)


def test_progress_tells_what_was_asked_and_not_what_is_within_reach() -> None:
    told: list[Progress] = []
    solve(limited([0.5] * 4), stop=MaxRounds(2), seed=1, on_progress=told.append)
    assert all(step.excess > 0.4 for step in told)


@settings(max_examples=100, deadline=None)
@given(problem=problems())
def test_bands_that_leave_room_stay_and_others_leave_some(problem: Problem) -> None:
    asked = contract(problem)
    found = within_reach(problem, asked)
    frozen = np.zeros(problem.n_territories, dtype=bool) if problem.frozen is None else problem.frozen
    rest = asked.activity[~np.isin(asked.fixed, np.flatnonzero(frozen))].sum(axis=0)
    high = (asked.targets + asked.bands)[~frozen].sum(axis=0)
    for m in np.flatnonzero(high >= rest) if problem.capacities is not None else range(asked.n_measures):
        assert (found.targets[:, m] == asked.targets[:, m]).all()
        assert (found.bands[:, m] == asked.bands[:, m]).all()
    assert ((found.targets + found.bands)[~frozen].sum(axis=0) >= (1 - 1e-6) * rest).all() or frozen.all()
    low = np.maximum(found.targets - found.bands, 0)[~frozen].sum(axis=0)
    widened = high < rest
    assert (low[widened] <= rest[widened] + 1e-6).all()
