"""The frontier: every plan holds, none is beaten by another, and the bounds are bounds."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings

from terrier.engine.design import (
    Frontier,
    Graph,
    MaxRounds,
    Params,
    Problem,
    check,
    evaluate,
    frontier,
    handovers,
    least_moved,
)
from terrier.engine.design.border import State, state_of
from terrier.engine.design.fewer_pairs import with_fewer_pairs
from terrier.engine.design.frontier import FIRST_ROUNDS
from terrier.engine.design.instance import Instance, Ints, contract
from terrier.errors import ProblemError
from tests.engine.problems import problems

FEW = (0.0, 0.3, 3.0)


def short(_share: float) -> MaxRounds:
    return MaxRounds(3)


def drifted(seed: int, n: int = 240, k: int = 6, **demands: object) -> Problem:
    """A plan of stripes that was fair once, and no longer is."""
    random = np.random.default_rng(seed)
    coordinates = [-95.0, 38.0] + 4 * random.random((n, 2))
    order = np.argsort(np.argsort(coordinates[:, 0]))
    return Problem(
        coordinates=coordinates,
        measures=random.lognormal(0, 0.7, (n, 2)),
        tolerances=[0.1, 0.1],
        n_territories=k,
        present=np.minimum(k - 1, (order / n) ** 1.3 * k).astype(np.int32),
        **demands,  # type: ignore[arg-type]
    )


def everyone_at_home(
    k: int, each: int, *, wide: float, apart: float, tolerance: float
) -> tuple[Problem, Ints]:
    """A plan of today that counts units: ``each`` a territory, scattered over ``wide`` km, with ``apart`` km between territories."""
    at_home = np.repeat(np.arange(k), each).astype(np.int32)
    scattered = np.random.default_rng(0).random((k * each, 2)) * wide
    problem = Problem(
        coordinates=scattered + np.column_stack([at_home * apart, np.zeros(k * each)]),
        measures=np.ones((k * each, 1)),
        tolerances=[tolerance],
        n_territories=k,
        metric="plane",
        present=at_home,
    )
    return problem, at_home


def holds(problem: Problem, found: Frontier) -> None:
    asked = replace(problem, stay_weight=0.0, max_moved=None)
    assert found.points
    for point in found.points:
        assert check(asked, point.plan) == []
        assert (
            point.handovers.units.sum()
            == (
                (problem.present >= 0) & (point.plan.assignment != problem.present)  # type: ignore[operator]
            ).sum()
        )
        if point.plan.is_feasible:
            assert found.must_move <= point.moved + 1e-9
            assert point.bound <= point.value * (1 + 1e-9) + 1e-12
    moved = [point.moved for point in found.points]
    travel = [point.travel for point in found.points]
    assert moved == sorted(moved)
    assert travel == sorted(travel, reverse=True)
    assert len({point.plan.is_feasible for point in found.points}) == 1


@settings(max_examples=15)
@given(problem=problems(at_most=40))
def test_any_frontier_is_monotone_and_honest(problem: Problem) -> None:
    assume(problem.present is not None and (problem.present >= 0).any())
    assume(problem.site_capacities is None and problem.travel is None)
    holds(problem, frontier(problem, tolls=FEW, stop_for=short))


def test_a_redesign_that_begins_anew_holds_and_is_one() -> None:
    problem = drifted(1)
    found = frontier(problem, Params(brief_from=100), tolls=(0.0, 3.0), stop_for=short)
    holds(problem, found)
    least, redesign = found.points[0], found.points[-1]
    assert redesign.travel < least.travel
    assert redesign.moved < 0.9


@pytest.mark.parametrize("seed", range(3))
def test_it_reaches_from_the_least_that_must_move_to_a_redesign(seed: int) -> None:
    problem = drifted(seed)
    found = frontier(problem)
    holds(problem, found)
    assert all(point.plan.is_feasible for point in found.points)
    first, last = found.points[0], found.points[-1]
    assert found.must_move == pytest.approx(least_moved(problem), abs=0.02)
    assert first.moved <= found.must_move + 0.05
    assert last.travel < first.travel
    assert last.moved > first.moved


def test_the_same_seed_gives_the_same_frontier() -> None:
    once, again = (frontier(drifted(1), tolls=FEW, stop_for=short, seed=4) for _ in range(2))
    for a, b in zip(once.points, again.points, strict=True):
        np.testing.assert_array_equal(a.plan.assignment, b.plan.assignment)


def test_the_same_seed_gives_the_same_frontier_in_one_piece() -> None:
    """Searches side by side roam by several measures, each with prices of its own."""
    random = np.random.default_rng(5)
    side = 12
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    edges = [(i, i + 1) for i in range(side * side) if i % side < side - 1]
    edges += [(i, i + side) for i in range(side * (side - 1))]
    problem = Problem(
        coordinates=grid.astype(float),
        metric="plane",
        measures=random.random((side * side, 2)) + 0.2,
        tolerances=[0.1, 0.1],
        n_territories=4,
        adjacency=Graph.from_edges(side * side, edges),
        contiguous=True,
        present=np.minimum(3, (grid[:, 0] / side) ** 1.3 * 4).astype(np.int32),
    )
    once, again = (frontier(problem, tolls=(0.0, 1.0), stop_for=short) for _ in range(2))
    holds(problem, once)
    for a, b in zip(once.points, again.points, strict=True):
        np.testing.assert_array_equal(a.plan.assignment, b.plan.assignment)


def test_the_frontier_is_the_same_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = drifted(3)
    beside = frontier(problem, tolls=FEW, stop_for=short)
    one_by_one = partial(ThreadPoolExecutor, 1)
    module = sys.modules[frontier.__module__]  # the package has a function of its name
    monkeypatch.setattr(module, "ThreadPoolExecutor", lambda _: one_by_one())
    alone = frontier(problem, tolls=FEW, stop_for=short)
    for a, b in zip(beside.points, alone.points, strict=True):
        np.testing.assert_array_equal(a.plan.assignment, b.plan.assignment)


def test_many_rounds_go_on_from_where_few_end() -> None:
    """The searches begun at a toll end after some rounds; what is asked beyond goes to the best of them."""
    problem = drifted(1)
    asked: list[int] = []

    def long(rounds: int, stale: int) -> bool:
        asked.append(rounds)
        return rounds >= FIRST_ROUNDS + 2

    found = frontier(problem, tolls=(0.3,), stop_for=lambda _share: long, pair_weight=0.0)
    holds(problem, found)
    assert max(asked) == FIRST_ROUNDS + 2


def test_regions_are_kept_apart() -> None:
    problem = drifted(2)
    groups = (problem.coordinates[:, 0] > -93).astype(np.int32)
    territory_groups = np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)
    share = np.array([problem.measures[groups == g].mean(axis=1).sum() for g in (0, 1)])
    asked = replace(problem, shares=np.repeat(share, 3), tolerances=[0.4, 0.4])
    found = frontier(asked, tolls=FEW, groups=groups, territory_groups=territory_groups, stop_for=short)
    holds(asked, found)
    for point in found.points:
        np.testing.assert_array_equal(territory_groups[point.plan.assignment], groups)


def test_the_plan_within_a_cap_is_the_last_that_keeps_it() -> None:
    found = frontier(drifted(1), tolls=FEW, stop_for=short)
    moved = [point.moved for point in found.points]
    assert found.within(moved[1]) == 1
    assert found.within(1.0) == len(moved) - 1
    assert found.within(moved[0] - 1e-6) is None
    assert 0 <= found.knee() < len(moved)


def test_a_plan_without_a_present_one_has_no_frontier() -> None:
    with pytest.raises(ProblemError, match="present"):
        frontier(replace(drifted(1), present=None))


def test_stopping_early_keeps_what_was_found() -> None:
    seen: list[int] = []
    found = frontier(
        drifted(1),
        stop_for=short,
        on_point=lambda i, _n, _plan: seen.append(i),
        is_cancelled=lambda: len(seen) >= 2,
    )
    assert seen == [0, 1]
    assert 1 <= len(found.points) <= 2
    assert all(evaluate(drifted(1), p.plan.assignment).moved == p.moved for p in found.points)


@pytest.mark.parametrize("seed", range(3))
def test_a_dear_pair_leaves_no_more_pairs_than_a_free_one(seed: int) -> None:
    problem = drifted(seed)
    free, dear = (frontier(problem, tolls=(1.0,), pair_weight=weight) for weight in (0.0, 8.0))
    holds(problem, dear)
    assert dear.points[0].plan.is_feasible
    assert dear.points[0].handovers.n_pairs <= free.points[0].handovers.n_pairs


def test_small_flows_are_emptied_where_that_costs_nothing() -> None:
    """Two units have strayed to a territory that their own could serve as well: they come home."""
    problem, at_home = everyone_at_home(3, 40, wide=0.01, apart=0.001, tolerance=0.2)
    instance = contract(problem)
    strayed = at_home.copy()
    strayed[:2] = 1
    state = state_of(instance, strayed)
    found = with_fewer_pairs(instance, state, 1e6, 0.1, state_of)
    np.testing.assert_array_equal(found.assignment, at_home)


def test_more_pairs_are_closed_only_where_the_first_cost_little() -> None:
    """Of twenty small flows three are closed first, and eight when that was cheap."""
    problem, at_home = everyone_at_home(8, 40, wide=1.0, apart=1.0, tolerance=0.3)
    instance = contract(problem)
    strayed = at_home.copy()
    pairs = [(a, b) for a in range(8) for b in range(a + 1, 8)][:20]
    for number, (a, b) in enumerate(pairs):
        strayed[40 * a + number] = b
    state = state_of(instance, strayed)
    homes: list[int] = []

    def cheaper(part: Instance, start: Ints) -> State:
        homes.append(int((start == at_home).sum() - (strayed == at_home).sum()))
        return state_of(part, start)

    def dearer(part: Instance, start: Ints) -> State:
        homes.append(0)
        return state_of(part, np.random.default_rng(1).permutation(at_home).astype(np.int32))

    assert (with_fewer_pairs(instance, state, 1e6, 0.1, cheaper).assignment != strayed).sum() == 8
    assert homes == [3, 8]
    assert with_fewer_pairs(instance, state, 1e6, 0.1, dearer) is state
    assert homes == [3, 8, 0]


def test_two_people_who_swap_are_one_pair() -> None:
    present = np.array([0, 0, 1, 1, 2, -1], dtype=np.int32)
    problem = Problem(
        coordinates=np.column_stack([np.arange(6.0), np.zeros(6)]),
        measures=np.ones((6, 1)),
        tolerances=[1.0],
        n_territories=3,
        metric="plane",
        present=present,
    )
    found = handovers(problem, np.array([1, 0, 0, 0, 1, 2], dtype=np.int32))
    assert found.n_pairs == 2
    assert found.pairs.tolist() == [[0, 1], [1, 2]]
    assert found.units.tolist() == [3, 1]
    np.testing.assert_allclose(found.moved, [0.6, 0.2])


def test_a_swap_is_undone_on_both_sides_or_on_neither() -> None:
    """One unit strays each way; a pair that costs the earth for the two brings both home."""
    problem, at_home = everyone_at_home(3, 40, wide=0.01, apart=0.001, tolerance=0.2)
    instance = contract(problem)
    strayed = at_home.copy()
    strayed[0], strayed[40] = 1, 0
    asked: list[int] = []

    def again(part: Instance, start: Ints) -> State:
        asked.append(int((start != at_home).sum()))
        return state_of(part, start)

    found = with_fewer_pairs(instance, state_of(instance, strayed), 1e6, 0.1, again)
    assert asked == [0]
    np.testing.assert_array_equal(found.assignment, at_home)
