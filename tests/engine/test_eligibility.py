"""Who may serve what, what may not change, and what a territory may hold at most."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Problem, check, evaluate, solve
from terrier.engine.design.eligibility import contracted
from terrier.engine.design.neighbours import point_adjacency


def market(seed: int, n: int = 300, k: int = 6, **demands: Any) -> Problem:
    """Units of even work, spread evenly over 1,000 km by 600 km."""
    random = np.random.default_rng(seed)
    wanted: dict[str, Any] = {
        "coordinates": [1000, 600] * random.random((n, 2)),
        "measures": 0.5 + random.random((n, 2)),
        "tolerances": [0.1, 0.1],
        "n_territories": k,
        "metric": "plane",
    }
    return Problem(**(wanted | demands))


@settings(max_examples=50)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 20), k=st.integers(1, 6), c=st.integers(1, 5))
def test_a_group_may_go_where_every_member_may(seed: int, n: int, k: int, c: int) -> None:
    random = np.random.default_rng(seed)
    kinds, eligible = random.integers(0, c, n).astype(np.int32), random.random((c, k)) < 0.7
    member = np.unique(random.integers(0, n, n), return_inverse=True)[1].astype(np.int32)
    shared, rows = contracted(kinds, eligible, None, member, k)
    for unit in range(int(member.max()) + 1):
        wanted = [all(eligible[kinds[i], j] for i in np.flatnonzero(member == unit)) for j in range(k)]
        assert rows[shared[unit]].tolist() == wanted


@pytest.mark.parametrize("seed", range(3))
def test_borders_that_none_may_cross_are_kept_and_the_plan_is_nearly_as_good(seed: int) -> None:
    free = market(seed)
    west = free.coordinates[:, 0] < np.median(free.coordinates[:, 0])
    eligible = np.zeros((2, 6), dtype=bool)
    eligible[0, [0, 2, 4]] = eligible[1, [1, 3, 5]] = True
    bounded = market(seed, kinds=west.astype(int), eligible=eligible)
    plan = solve(bounded)
    assert check(bounded, plan) == []
    assert plan.is_feasible
    assert (np.isin(plan.assignment, [1, 3, 5]) == west).all()
    assert plan.score.total < 1.25 * solve(free).score.total


@pytest.mark.parametrize("contiguous", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_two_languages_are_served_by_those_who_speak_them(seed: int, contiguous: bool) -> None:
    random = np.random.default_rng(seed)
    kinds = (random.random(300) < 0.2).astype(int)
    eligible = np.array([[True] * 6, [True, False, True, False, True, False]])
    asked = market(seed, kinds=kinds, eligible=eligible)
    if contiguous:
        adjacency = point_adjacency(asked.coordinates, "plane")
        asked = market(seed, kinds=kinds, eligible=eligible, adjacency=adjacency, contiguous=True)
    plan = solve(asked)
    assert check(asked, plan) == []
    assert eligible[kinds, plan.assignment].all()
    assert contiguous or plan.is_feasible


@pytest.mark.parametrize("seed", range(3))
def test_a_frozen_territory_is_left_as_it_is_and_the_others_are_balanced_around_it(seed: int) -> None:
    present = solve(market(seed)).assignment.copy()
    present[np.flatnonzero(present == 2)[::2]] = 3  # unbalance two
    frozen = np.arange(6) == 0
    asked = market(seed, present=present, frozen=frozen, stay_weight=0.3)
    plan = solve(asked)
    assert check(asked, plan) == []
    assert plan.is_feasible
    np.testing.assert_array_equal(plan.assignment == 0, present == 0)


def test_a_frozen_territory_out_of_tolerance_is_told_and_stays() -> None:
    present = np.where(np.arange(300) < 100, 0, 1 + np.arange(300) % 5)
    asked = market(1, present=present, frozen=np.arange(6) == 0)
    plan = solve(asked)
    assert check(asked, plan) == []
    assert {s.territory for s in plan.shortfalls if s.kind == "tolerance"} >= {0}
    assert (plan.assignment[:100] == 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_capacities_alone_are_kept_where_they_leave_room(seed: int) -> None:
    free = market(seed)
    room = np.tile(free.targets * 1.3, 1)
    room[0] *= 0.3
    asked = market(seed, capacities=room, tolerances=[np.inf, np.inf])
    plan = solve(asked)
    assert check(asked, plan) == []
    assert plan.is_feasible
    assert (plan.loads <= room * (1 + 1e-9)).all()


def test_capacities_and_tolerances_hold_beside_each_other() -> None:
    free = market(5)
    room = np.full((6, 2), np.nan)
    room[3, 0] = 0.97 * free.targets[3, 0]
    asked = market(5, capacities=room)
    plan = solve(asked)
    assert check(asked, plan) == []
    assert plan.is_feasible
    assert plan.loads[3, 0] <= room[3, 0]


def test_what_cannot_be_held_is_said_with_load_and_capacity() -> None:
    asked = market(5, capacities=np.full((6, 2), 10.0), tolerances=[np.inf, np.inf])
    plan = solve(asked)
    assert check(asked, plan) == []
    told = [s for s in plan.shortfalls if s.kind == "capacity"]
    over = np.argwhere(plan.loads > 10.0 * (1 + 1e-9)).tolist()
    assert over
    assert sorted([s.territory, s.measure] for s in told) == over
    assert all(s.bound == 10.0 and s.value == plan.loads[s.territory, s.measure] for s in told)


def test_a_load_as_large_as_its_capacity_is_fine() -> None:
    asked = market(5, n=4, k=2, measures=np.ones((4, 1)), tolerances=[np.inf], capacities=[[2.0], [2.0]])
    assert evaluate(asked, np.array([0, 0, 1, 1], dtype=np.int32)).is_feasible
    assert not evaluate(asked, np.array([0, 0, 0, 1], dtype=np.int32)).is_feasible


@pytest.mark.parametrize("objective", ["distance", "squared_distance"])
def test_the_harder_home_bases_pull_the_shorter_the_way_to_them(objective: str) -> None:
    ways = []
    for pull in (0.0, 0.25, 0.5, 0.75, 1.0):
        way = 0.0
        for seed in range(4):
            seats = np.random.default_rng(seed + 50).random((6, 2)) * [1000, 600]
            seats[5] = np.nan
            asked = market(seed, seats=seats, seat_pull=pull, objective=objective)
            plan = solve(asked)
            assert check(asked, plan) == []
            based = plan.assignment < 5
            home = seats[plan.assignment[based]]
            way += float(np.linalg.norm(asked.coordinates[based] - home, axis=1).mean())
        ways.append(way)
    for less, more in pairwise(ways):
        assert more <= 1.01 * less
    assert ways[-1] < 0.95 * ways[0]


def test_ramping_hires_hold_less_of_what_they_ramp_in_only() -> None:
    shares = np.ones((6, 2))
    shares[0, 0] = 0.5
    asked = market(3, shares=shares)
    plan = solve(asked)
    assert check(asked, plan) == []
    assert plan.is_feasible
    ratio = plan.loads[0] / plan.loads[1:].mean(axis=0)
    assert ratio[0] == pytest.approx(0.5, rel=0.2)
    assert ratio[1] == pytest.approx(1.0, rel=0.2)
