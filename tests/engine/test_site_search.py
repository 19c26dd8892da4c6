"""The search for centers at units: every difference exact, every limit kept, small problems solved."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import (
    MaxRounds,
    Params,
    Problem,
    Progress,
    check,
    evaluate,
    site_descent,
    solve,
)
from terrier.engine.design.descent import Descent
from terrier.engine.design.divided import divide
from terrier.engine.design.instance import contract
from terrier.engine.design.kernels.hand_out import descend
from terrier.engine.design.kernels.sites import explore
from terrier.engine.design.site_descent import Prospects
from terrier.engine.design.site_instance import SiteInstance, first_sites, nearest, with_room, with_sites
from terrier.engine.design.site_recombine import Pool, Territory, partition
from terrier.engine.design.site_state import SiteState, outside_limits, site_merit, site_state
from tests.engine import naive
from tests.engine.problems import problems
from tests.engine.test_sites import with_sites as asked_with_sites

BRIEF = Params(site_steps=2, site_work=300)
SEEDS = st.integers(0, 10**6)


def searched(instance: SiteInstance, state: SiteState, heat: float, seed: int) -> tuple[int, int, float]:
    """One run of the kernel over all territories, with every argument where it belongs."""
    base = instance.base
    allowed = np.flatnonzero(state.sites >= 0).astype(np.int32)
    near = nearest(instance.points, instance.travel, state.sites, 6)
    if len(allowed) < 2:
        return 0, 0, 0.0
    found: tuple[int, int, float] = explore(
        state.assignment, state.sites, state.loads, state.counts, state.head, state.after, state.before, state.moved,
        base.max_moved, base.activity, instance.low, instance.high, instance.room, instance.travel, instance.points,
        instance.weights, instance.first, instance.owner, base.power, instance.curve, base.seats, base.pull, base.home,
        base.stay, base.move_weights, base.fixed, base.kinds, base.eligible, base.conflicts.indptr,
        base.conflicts.indices, allowed, instance.near, near, 2 * base.n_units + 64, 5_000, 50_000, heat, 1.0, 0.3, 1.0, seed,
    )  # fmt: skip
    return found


@settings(max_examples=100)
@given(
    problem=problems(at_most=40),
    seed=SEEDS,
    capacities=st.booleans(),
    travel=st.booleans(),
    hot=st.booleans(),
)
def test_the_kernel_keeps_its_books_and_every_promise(
    problem: Problem, seed: int, capacities: bool, travel: bool, hot: bool
) -> None:
    asked = asked_with_sites(problem, seed, capacities, travel)
    instance = with_sites(asked, contract(asked), 8)
    base = instance.base
    random = np.random.default_rng(seed)
    assignment = random.integers(0, base.n_territories, base.n_units).astype(np.int32)
    assignment = np.where(base.fixed >= 0, base.fixed, assignment)
    state = site_state(instance, assignment, first_sites(instance, assignment))
    was, quarrels = site_merit(instance, state), naive.quarrels(base, assignment)
    stood = state.moved[0]
    _, _, gain = searched(instance, state, 0.3 if hot else 0.0, seed)
    now = site_merit(instance, state)

    rebuilt = site_state(instance, state.assignment, state.sites)
    np.testing.assert_allclose(state.loads, rebuilt.loads, atol=1e-9)
    np.testing.assert_array_equal(state.counts, rebuilt.counts)
    assert state.moved[0] == pytest.approx(rebuilt.moved[0], abs=1e-9)
    for j in range(base.n_territories):
        assert listed(state, j) == set(np.flatnonzero(state.assignment == j).tolist())
    assert now.total - was.total == pytest.approx(gain, abs=1e-6 * max(1.0, was.total))

    assert now.beyond <= was.beyond + 1e-6
    if not hot and was.beyond == 0:
        assert now.total <= was.total + 1e-9
    held = state.sites >= 0
    np.testing.assert_array_equal(state.assignment[instance.owner[state.sites[held]]], np.flatnonzero(held))
    np.testing.assert_array_equal(state.assignment[base.fixed >= 0], base.fixed[base.fixed >= 0])
    assert naive.quarrels(base, state.assignment) <= quarrels | naive.quarrels(base, assignment)
    assert state.moved[0] <= max(stood, base.max_moved) + 1e-9


def listed(state: SiteState, j: int) -> set[int]:
    """The units of a territory by following its list, which must be as good backwards."""
    found, i, last = set[int](), int(state.head[j]), -1
    while i >= 0:
        assert int(state.before[i]) == last
        assert i not in found
        found.add(i)
        i, last = int(state.after[i]), i
    return found


@settings(max_examples=60)
@given(seed=SEEDS, price=st.sampled_from([0.1, 1.0, 100.0]))
def test_no_relocation_swap_or_ejection_is_left_after_a_descent(seed: int, price: float) -> None:
    random = np.random.default_rng(seed)
    n, g, m = random.integers([2, 2, 1], [12, 5, 3]).tolist()
    table, activity = random.random((n, g)), random.random((n, m)) + 0.1
    low, high = np.full((g, m), 0.2), np.full((g, m), 0.7 * n / g)
    slot = random.integers(0, g, n).astype(np.int32)
    units = np.arange(n, dtype=np.int32)

    def cost(where: Any) -> float:
        loads = np.array([activity[where == a].sum(axis=0) for a in range(g)])
        beyond = np.maximum(0, loads - high) + np.maximum(0, low - loads)
        return float(table[units, where].sum() + price * beyond.sum())

    start = cost(slot)
    loads = np.array([activity[slot == a].sum(axis=0) for a in range(g)])
    descend(table, slot, units, activity, loads, low, high, n, g, price, 1e-9, np.empty(n), 10**6)
    end = cost(slot)
    assert end <= start + 1e-9
    np.testing.assert_allclose(loads, [activity[slot == a].sum(axis=0) for a in range(g)], atol=1e-9)
    for u, b in itertools.product(range(n), range(g)):
        relocated = slot.copy()
        relocated[u] = b
        assert cost(relocated) >= end - 1e-8
        for v, c in itertools.product(np.flatnonzero(slot == b), range(g)):
            if slot[u] != b != c:
                ejected = relocated.copy()
                ejected[v] = c
                assert cost(ejected) >= end - 1e-8


@given(seed=SEEDS, most=st.integers(0, 20_000))
def test_a_zone_far_outside_its_limits_takes_no_more_than_its_share_of_work(seed: int, most: int) -> None:
    random = np.random.default_rng(seed)
    n, g = 120, 5
    table, activity = random.random((n, g)), random.random((n, 2)) + 0.1
    slot, units = np.zeros(n, dtype=np.int32), np.arange(n, dtype=np.int32)
    loads = np.zeros((g, 2))
    loads[0] = activity.sum(axis=0)
    low, high = np.zeros((g, 2)), np.full((g, 2), 0.9 * n / 2 / g)  # less room than there is to hold
    done = descend(table, slot, units, activity, loads, low, high, n, g, 100.0, 1e-9, np.empty(n), most)
    assert done <= most + 2 * n * g + g * n
    np.testing.assert_allclose(loads, [activity[slot == a].sum(axis=0) for a in range(g)], atol=1e-9)


@settings(max_examples=30)
@given(problem=problems(), seed=SEEDS, capacities=st.booleans(), travel=st.booleans())
def test_every_plan_holds(problem: Problem, seed: int, capacities: bool, travel: bool) -> None:
    asked = replace(asked_with_sites(problem, seed, capacities, travel), contiguous=False)
    plan = solve(asked, BRIEF, stop=MaxRounds(2))
    assert check(asked, plan) == []


@settings(max_examples=40)
@given(problem=problems(), seed=SEEDS, travel=st.booleans())
def test_so_does_one_that_divisions_began(problem: Problem, seed: int, travel: bool) -> None:
    """Locks, groups and eligibility are laws there too, of which a division's sites know nothing."""
    asked = replace(
        asked_with_sites(problem, seed, False, travel), contiguous=False, site_capacities=None, capacities=None,
        measures=problem.measures[:, :1], tolerances=np.array([0.3]), shares=problem.shares.reshape(problem.n_territories, -1)[:, 0],
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_descent, "LARGE", 1)
        plan = solve(asked, BRIEF, stop=MaxRounds(2))
    assert check(asked, plan) == []


@pytest.mark.parametrize(("sites", "may_be"), [([0, 2], True), ([1, 2], False), ([0, 0], False)])
def test_a_center_held_by_another_territory_is_no_prospect(
    sites: list[int], may_be: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Known(Descent):
        def look(self, sites: Any, ended: Any) -> bool:
            division = divide(self.patch, self.costs.table(chosen, self.patch.territories))
            assert division is not None
            self.best = chosen, division
            return True

    chosen = np.array(sites, dtype=np.int32)
    monkeypatch.setattr(site_descent, "LARGE", 1)
    monkeypatch.setattr(site_descent, "Descent", Known)
    asked = scattered(
        1, 4, 2, measures=np.ones((4, 1)), tolerances=[0.1], site_capacities=None, locks=[-1, 1, -1, -1]
    )
    discrete = with_sites(asked, contract(asked), 3)
    state = site_state(discrete, np.array([0, 1, 0, 1], dtype=np.int32), np.array([0, 1], dtype=np.int32))
    found = site_descent.Prospects(asked, discrete, Params(), MaxRounds(1), 1).next(state)
    assert (found is not None) is may_be


def scattered(seed: int, n: int, k: int, **demands: Any) -> Problem:
    """Places on a plane with whole demands, each of which could be a center that holds about a fifth more than its share."""
    random = np.random.default_rng(seed)
    measures = random.integers(1, 10, (n, 1)).astype(float)
    wanted: dict[str, Any] = {
        "coordinates": 60 * random.random((n, 2)),
        "measures": measures,
        "tolerances": [np.inf],
        "n_territories": k,
        "metric": "plane",
        "objective": "distance",
        "centers": "unit",
        "site_capacities": np.full((n, 1), np.ceil(1.2 * measures.sum() / k + 4)),
    }
    return Problem(**wanted | demands)


@pytest.mark.parametrize("k", [3, 20])
@pytest.mark.parametrize("demands", [{}, {"metric": "sphere"}, {"objective": "squared_distance"}])
def test_capacities_are_kept_and_progress_is_what_comes_out(k: int, demands: dict[str, Any]) -> None:
    asked = scattered(1, 120, k, **demands)
    seen = []
    plan = solve(asked, Params(site_work=10_000), MaxRounds(2), on_progress=seen.append)
    assert plan.is_feasible
    assert plan.sites is not None
    assert len(set(plan.sites.tolist())) == k
    assert check(asked, plan) == []
    assert [p.total for p in seen if p.excess == 0] == sorted(
        (p.total for p in seen if p.excess == 0), reverse=True
    )
    assert plan.score.total == pytest.approx(seen[-1].total, rel=1e-6)
    assert seen[-1].excess == 0


@pytest.mark.parametrize("k", [3, 20])
def test_the_same_seed_and_rounds_give_the_same_plan(k: int) -> None:
    asked = scattered(2, 120, k)
    plans = [solve(asked, Params(site_work=5_000), MaxRounds(2), seed=5).assignment for _ in range(4)]
    np.testing.assert_array_equal(plans[0], plans[1])
    np.testing.assert_array_equal(plans[0], plans[2])
    np.testing.assert_array_equal(plans[0], plans[3])


def test_a_search_that_balances_several_measures_begins_balanced() -> None:
    """From a plan that is out of tolerance a search with fixed centers may take long to come in, and end far above."""
    random = np.random.default_rng(4)
    asked = scattered(
        4, 400, 6, measures=random.lognormal(0, 1, (400, 2)), tolerances=[0.05, 0.05], site_capacities=None
    )
    seen: list[Progress] = []
    plan = solve(asked, Params(site_work=10_000, bound=False), MaxRounds(2), on_progress=seen.append)
    assert seen[0].excess == 0
    free = solve(replace(asked, centers="free"), Params(bound=False), MaxRounds(2))
    assert plan.score.total <= evaluate(asked, free.assignment).score.total


def test_the_first_center_is_one_with_room() -> None:
    """The middle of three lacks room, one end has enough; where all lack it, the one that lacks least."""
    asked = scattered(
        1, 6, 2, measures=np.ones((6, 1)), coordinates=[[0, 0], [1, 0], [2, 0], [50, 0], [51, 0], [52, 0]]
    )
    discrete = with_sites(asked, contract(asked), 3)
    room = np.array([1.0, 0.1, 0.2, 0.5, 0.3, 0.8])[discrete.order, None]
    discrete = replace(discrete, room=room)
    found = first_sites(
        discrete, np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)[discrete.base.member[discrete.order]]
    )
    assert sorted(discrete.order[found].tolist()) == [0, 5]


def test_centers_are_matched_to_what_has_room_wherever_it_is() -> None:
    """All room is at one end; who is farther from it comes along, and every center is held by its own territory."""
    asked = scattered(1, 6, 2, measures=np.ones((6, 1)), coordinates=[[x, 0] for x in (0, 1, 2, 50, 51, 52)])
    discrete = with_sites(asked, contract(asked), 3)
    discrete = replace(discrete, room=np.array([1.0, 0, 1.0, 0, 0, 0])[discrete.order, None])
    start = np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)[discrete.base.member[discrete.order]]
    assignment, sites = with_room(discrete, start)
    assert sorted(discrete.order[sites].tolist()) == [0, 2]
    assert assignment[discrete.owner[sites]].tolist() == [0, 1]
    roomy = replace(discrete, room=np.full((6, 1), 1.0))
    np.testing.assert_array_equal(with_room(roomy, start)[0], start)


def test_large_territories_begin_where_divisions_are_cheapest() -> None:
    random = np.random.default_rng(5)
    asked = Problem(
        coordinates=random.random((600, 2)), measures=np.ones((600, 1)) + random.random((600, 1)) / 10,
        tolerances=[0.01], n_territories=4, metric="plane", centers="unit",
    )  # fmt: skip
    discrete = with_sites(asked, contract(asked), 16)
    # Three centers in one half, the fourth in the other: no plan is at its best around these.
    start = np.minimum(3, np.argsort(np.argsort(asked.coordinates[discrete.order, 0])) * 8 // 600).astype(
        np.int32
    )
    state = site_state(discrete, start, first_sites(discrete, start))
    found = Prospects(asked, discrete, Params(), MaxRounds(1), 1).next(state)
    assert found is not None
    merit = site_merit(discrete, found)
    assert merit.beyond == pytest.approx(0, abs=1e-9)
    assert merit.total < 0.8 * site_merit(discrete, state).total
    several = replace(asked, measures=random.random((600, 2)) + 1, tolerances=[0.1, 0.1])
    assert (
        Prospects(several, with_sites(several, contract(several), 16), Params(), MaxRounds(1), 1).next(state)
        is None
    )


def test_tiny_problems_are_solved_to_the_optimum() -> None:
    for seed in range(6):
        n, k = 6, 2 + seed % 2
        random = np.random.default_rng(seed)
        asked = scattered(seed, n, k, travel=random.random((n, n)) if seed % 3 == 0 else None)
        asked = replace(asked, site_capacities=random.integers(12, 30, (n, 1)))
        every = (np.array(a, dtype=np.int32) for a in itertools.product(range(k), repeat=n))
        plans = (evaluate(asked, a) for a in every if len(set(a.tolist())) == k)
        best = min((p.score.total for p in plans if p.is_feasible), default=None)
        found = solve(asked, Params(site_work=10_000), MaxRounds(4))
        assert found.is_feasible == (best is not None), seed
        if best is not None:
            assert found.score.total == pytest.approx(best), seed


def test_a_center_is_closed_here_and_opened_there_when_that_is_better() -> None:
    """Two towns far apart, three of four territories in the wrong one: no neighboring zone sees both."""
    random = np.random.default_rng(3)
    towns = random.random((60, 2)) + np.where(np.arange(60) < 15, 0.0, 500.0)[:, None]
    asked = scattered(
        3, 60, 4, coordinates=towns, measures=np.ones((60, 1)), site_capacities=np.full((60, 1), 45.0)
    )
    instance = with_sites(asked, contract(asked), 8)
    assignment = np.where(towns[:, 0] > 100, 0, 1 + np.arange(60) % 3).astype(np.int32)
    state = site_state(instance, assignment, first_sites(instance, assignment))
    assert outside_limits(instance, state).max() == 0
    for seed in range(160):
        searched(instance, state, 0.0, seed)
    assert len({int(j) for j in state.assignment[15:]}) > 1


@settings(max_examples=40)
@given(seed=SEEDS)
def test_a_partition_is_the_cheapest_there_is(seed: int) -> None:
    random = np.random.default_rng(seed)
    k, n = 3, 7
    plans = [np.append(np.arange(k), random.integers(0, k, n - k)) for _ in range(5)]
    met = [
        Territory(0, np.flatnonzero(plan == j).astype(np.int32), float(random.random()))
        for plan in plans
        for j in range(k)
    ]
    ways = (
        w
        for w in itertools.combinations(met, k)
        if sorted(np.concatenate([t.units for t in w])) == list(range(n))
    )
    cheapest = min(sum(t.cost for t in way) for way in ways)
    chosen = partition(met, k)
    assert sorted(np.concatenate([t.units for t in chosen])) == list(range(n))
    assert sum(t.cost for t in chosen) == pytest.approx(cheapest)


def test_the_better_half_of_each_of_two_plans_makes_a_better_plan() -> None:
    """Two towns, each split well in one plan and badly in the other."""
    town = np.array([[0.0, 0], [0, 1], [9, 0], [9, 1]])
    towns = np.concatenate([town, town + np.array([500.0, 0])])
    asked = scattered(
        1, 8, 4, coordinates=towns, measures=np.ones((8, 1)), site_capacities=np.full((8, 1), 2.0)
    )
    instance = with_sites(asked, contract(asked), 4)
    well, badly = [0, 0, 1, 1], [0, 1, 0, 1]
    states = []
    for west, east in ((well, badly), (badly, well)):
        assignment = np.array(west + [2 + j for j in east], dtype=np.int32)
        states.append(site_state(instance, assignment, first_sites(instance, assignment)))
    pool = Pool(instance, 100)
    for state in states:
        pool.add(state)
    too_late = pool.best(states[0], 4, lambda: 0.0)
    np.testing.assert_array_equal(too_late.assignment, states[0].assignment)
    made = pool.best(states[0], 4)
    assert site_merit(instance, made).total < 0.5 * min(site_merit(instance, s).total for s in states)
    assert site_merit(instance, made).beyond == 0
    np.testing.assert_array_equal(made.assignment[instance.owner[made.sites]], np.arange(4))


def test_territories_that_are_not_alike_are_not_exchanged() -> None:
    asked = scattered(1, 12, 3, locks=np.append(np.zeros(1, dtype=np.int32), np.full(11, -1, dtype=np.int32)))
    instance = with_sites(asked, contract(asked), 4)
    assignment = (np.arange(12) % 3).astype(np.int32)
    state = site_state(instance, assignment, first_sites(instance, assignment))
    assert Pool(instance, 100).best(state, 3) is state
