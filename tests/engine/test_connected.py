"""Units roam with their branches, in one piece, and several measures come to balance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph, MaxRounds, Params, Problem, check, connected, solve
from terrier.engine.design.border import State, merit, spreads, state_of
from terrier.engine.design.connected import (
    NO_LIMITS,
    among_neighbors,
    anneal_in_one_piece,
    anneal_zone,
    balances_several,
    free_bands,
    mean_measure,
    reaching_far,
    spread_over,
)
from terrier.engine.design.instance import Instance, Ints, contract
from terrier.engine.design.kernels.roam import branch_of, roam
from terrier.engine.design.neighbours import point_adjacency
from terrier.engine.design.repair import repair
from terrier.engine.design.search import surplus_pieces
from terrier.engine.design.start import first_market
from terrier.engine.design.stop import never
from terrier.engine.design.transport import Market
from tests.engine import naive
from tests.engine.problems import connected_graph, problems

SEEDS = st.integers(0, 10**6)
SHORT = Params(roam_parts=4, roam_sweep=200, sweep=1)


@settings(max_examples=100)
@given(seed=SEEDS, limit=st.integers(1, 30))
def test_a_branch_is_what_a_unit_alone_joins_to_its_territory(seed: int, limit: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 40))
    graph = connected_graph(n, random)
    assignment = random.integers(0, 2, n).astype(np.int32)
    i = int(random.integers(n))
    mine = [u for u in range(n) if assignment[u] == assignment[i]]
    width = int(np.diff(graph.indptr).max())
    chunk = np.full(limit + 1, -1, dtype=np.int32)
    size = branch_of(
        i, assignment, graph.indptr, graph.indices, limit, np.full(n, -1), np.int64(7), np.zeros(n, dtype=np.int32),
        np.zeros((4, width), dtype=np.int64), chunk,
    )  # fmt: skip
    piece = {i}
    for _ in mine:
        piece |= {
            int(v) for u in piece for v in graph.indices[graph.indptr[u] : graph.indptr[u + 1]] if v in mine
        }
    parted = naive.n_pieces(graph, sorted(piece - {i}))
    if size == 0:
        assert parted > 1 or len(piece) > 8 * limit
        return
    gone, left = set(chunk[:size].tolist()), piece - set(chunk[:size].tolist())
    assert chunk[0] == i
    assert len(gone) == size <= limit
    assert gone <= piece
    assert naive.n_pieces(graph, sorted(gone)) == 1
    assert naive.n_pieces(graph, sorted(left)) == (1 if left else 0)
    assert (size == 1) == (parted <= 1)


def roamed(
    instance: Instance, seed: int, hot: float, inside: np.ndarray | None = None
) -> tuple[np.ndarray, ...]:
    """A legal start, the state after some roaming, and what the kernel says it gained."""
    k = instance.n_territories
    random = np.random.default_rng(seed)
    start = np.where(random.random(instance.n_units) < 0.8, instance.home, -1)
    start = np.where(start >= 0, start, random.integers(0, k, instance.n_units)).astype(np.int32)
    before = repair(instance, first_market(instance), start)
    state = state_of(instance, before.copy())
    centres = state.centres.copy()
    everywhere = np.ones(k, dtype=np.bool_)
    scale = spreads(instance, state)
    gained = roam(
        instance.points, instance.weights, instance.activity, instance.home, instance.stay, instance.move_weights,
        instance.max_moved, instance.bands, instance.seats, instance.pull, instance.power, instance.fixed,
        instance.kinds, instance.eligible, instance.neighbours.indptr, instance.neighbours.indices,
        instance.conflicts.indptr, instance.conflicts.indices,
        np.arange(instance.n_units, dtype=np.int32), everywhere,
        state.assignment, state.loads, state.mass, state.centres, state.counts, state.moved, scale, 20.0 * scale,
        instance.targets, np.zeros_like(instance.targets), 2000, 3, hot, 0.01, 10, NO_LIMITS,
        random.integers(1, 2**64, size=1, dtype=np.uint64),
    )  # fmt: skip
    return before, state, centres, gained


@settings(max_examples=50)
@given(
    problem=problems(layouts=("scattered", "two towns", "far north", "date line")),
    seed=SEEDS,
    hot=st.sampled_from([0.02, 1.0, 100.0]),
)
def test_whatever_roams_the_books_balance_and_the_law_holds(problem: Problem, seed: int, hot: float) -> None:
    assume(problem.adjacency is not None and problem.n_territories > 1)
    instance = contract(replace(problem, contiguous=True))
    k = instance.n_territories
    before, state, centres, gained = roamed(instance, seed, hot)
    after = state.assignment
    again = state_of(instance, after, centres)
    np.testing.assert_array_equal(state.counts, again.counts)
    for kept, found in ((state.loads, again.loads), (state.mass, again.mass), (state.moved, again.moved)):
        np.testing.assert_allclose(kept, found, atol=1e-8)
    still = centres if instance.power == 1 else None
    change = naive.objective(instance, after, still) - naive.objective(instance, before, still)
    rounding = 1e-9 * naive.objective(instance, np.zeros_like(after)) + 1e-9
    assert gained == pytest.approx(change, abs=rounding)

    locked = instance.fixed >= 0
    np.testing.assert_array_equal(after[locked], before[locked])
    assert ((np.bincount(before, minlength=k) == 0) | (state.counts > 0)).all()
    assert naive.quarrels(instance, after) <= naive.quarrels(instance, before)
    moved = [
        float(instance.move_weights[(instance.home >= 0) & (a != instance.home)].sum())
        for a in (before, after)
    ]
    assert moved[1] <= max(moved[0], instance.max_moved) + 1e-9
    if len(instance.eligible):
        fine = instance.eligible[instance.kinds, after] | locked | (after == before)
        assert fine.all()
    for j in range(k):
        was, now = (np.flatnonzero(a == j).tolist() for a in (before, after))
        if was:
            assert naive.n_pieces(instance.neighbours, now) <= naive.n_pieces(instance.neighbours, was)


def accounts(seed: int, n: int = 600, k: int = 6) -> Problem:
    """Three measures that differ from place to place, the first heavy-tailed, on a plane."""
    random = np.random.default_rng(seed)
    places = random.random((n, 2)) * 100
    sales = random.lognormal(0, 0.8, n) * (1 + places[:, 0] / 200)
    return Problem(
        coordinates=places, metric="plane", measures=np.column_stack([sales, random.gamma(4.0, 1.0, n), np.ones(n)]),
        tolerances=np.full(3, 0.05), n_territories=k, adjacency=point_adjacency(places, "plane"), contiguous=True,
    )  # fmt: skip


def one_piece_start(instance: Instance) -> tuple[Market, Ints]:
    market = first_market(mean_measure(instance))
    assignment = repair(mean_measure(instance), market, np.zeros(instance.n_units, dtype=np.int32))
    spread_over(market, instance.n_measures)
    return market, assignment


def test_from_nothing_several_measures_come_close_to_balance_in_one_piece() -> None:
    instance = contract(accounts(1))
    market, assignment = one_piece_start(instance)
    state = state_of(instance, assignment)
    before = merit(instance, state)
    anneal_in_one_piece(instance, market, state, Params(), never, np.random.default_rng(1))
    after = merit(instance, state)
    assert surplus_pieces(instance, state) == 0
    assert after.violation < 0.1 < before.violation
    assert after.total < before.total
    np.testing.assert_array_equal(market.centres, state.centres)


def test_regions_roam_side_by_side_and_nothing_gets_lost_between_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = contract(accounts(1, 1200, 12))
    many = Params(coarse_above=100)
    assert connected.roams_side_by_side(instance, many)
    assert not connected.roams_side_by_side(instance, Params())
    assert not connected.roams_side_by_side(replace(instance, max_moved=0.5), many)

    def roamed(seed: int) -> State:
        market, assignment = one_piece_start(instance)
        state = state_of(instance, assignment)
        anneal_in_one_piece(instance, market, state, many, never, np.random.default_rng(seed))
        return state

    state = roamed(1)
    again = state_of(instance, state.assignment)
    np.testing.assert_allclose(state.loads, again.loads, atol=1e-9)
    np.testing.assert_allclose(state.centres, again.centres, atol=1e-6)
    np.testing.assert_array_equal(state.counts, again.counts)
    assert surplus_pieces(instance, state) == 0
    start = state_of(instance, one_piece_start(instance)[1])
    assert merit(instance, state).violation < 0.5 * merit(instance, start).violation
    assert (roamed(2).assignment != state.assignment).any()
    monkeypatch.setattr(connected, "each", lambda work, pieces: [work(piece) for piece in pieces])
    np.testing.assert_array_equal(roamed(1).assignment, state.assignment)


def test_many_zones_in_one_piece_are_searched_side_by_side_and_the_plan_is_the_same_again() -> None:
    problem = accounts(2, 1200, 12)
    many = Params(coarse_above=100, bound=False)
    first, again = (solve(problem, many, MaxRounds(4), seed=1) for _ in range(2))
    np.testing.assert_array_equal(first.assignment, again.assignment)
    assert check(problem, first) == []
    assert first.pieces is not None
    assert (first.pieces == 1).all()


def test_a_zone_leaves_all_others_alone_and_the_markets_prices_too() -> None:
    instance = contract(accounts(2))
    market, _ = one_piece_start(instance)
    anneal = state_of(instance, one_piece_start(instance)[1])
    anneal_in_one_piece(instance, market, anneal, SHORT, never, np.random.default_rng(1))
    prices, before = market.prices.copy(), anneal.assignment.copy()
    zone = np.array([0, 2, 3], dtype=np.int32)
    hard = replace(instance, bands=0.01 * instance.bands)
    anneal_zone(hard, market, anneal, zone, SHORT, 1.0, np.random.default_rng(2))
    others = ~np.isin(before, zone)
    np.testing.assert_array_equal(anneal.assignment[others], before[others])
    assert np.isin(anneal.assignment[~others], zone).all()
    assert (anneal.assignment != before).any()
    np.testing.assert_array_equal(market.prices, prices)


def test_a_zone_ends_as_soon_as_it_is_balanced() -> None:
    instance = contract(accounts(2))
    market, start = one_piece_start(instance)
    for bands, moves in ((0.01 * instance.bands, True), (6.0 * instance.targets, False)):
        state = state_of(instance, start.copy())
        zone = np.arange(instance.n_territories, dtype=np.int32)
        anneal_zone(replace(instance, bands=bands), market, state, zone, SHORT, 1.0, np.random.default_rng(2))
        assert (state.assignment != start).any() == moves


def test_a_spring_among_large_neighbors_is_stiffer_than_its_own_size_says() -> None:
    line = Problem(
        coordinates=np.column_stack([np.arange(8.0), np.zeros(8)]), metric="plane", measures=np.ones((8, 2)),
        tolerances=np.ones(2), n_territories=4, contiguous=True,
        adjacency=Graph.from_edges(8, [(i, i + 1) for i in range(7)]),
    )  # fmt: skip
    instance = contract(line)
    state = state_of(instance, np.repeat(np.arange(4), 2).astype(np.int32))
    scale = np.array([1.0, 100.0, 10.0, 1.0])
    once = among_neighbors(instance, state, scale, 1)
    np.testing.assert_allclose(once, [50.5, 37.0, 37.0, 5.5])
    np.testing.assert_allclose(
        among_neighbors(instance, state, scale, 2), among_neighbors(instance, state, once, 1)
    )


def test_springs_reach_far_only_where_units_are_many_and_in_one_piece() -> None:
    instance = contract(accounts(3))
    few, many = Params(), Params(far_from=100)
    assert reaching_far(instance, few) is few
    far = reaching_far(instance, many)
    assert (far.spring_reach, far.roam_parts, far.roam_most) == (
        many.far_spring_reach, many.far_roam_parts, many.far_roam_most,
    )  # fmt: skip
    assert far.roam_spare == many.roam_spare
    hurried = reaching_far(instance, replace(many, hurried_from=100))
    assert (hurried.spring_reach, hurried.roam_updates, hurried.roam_margin, hurried.roam_spare) == (
        many.far_spring_reach, many.hurried_updates, many.hurried_margin, many.hurried_spare,
    )  # fmt: skip
    assert (hurried.roam_parts, hurried.roam_most) == (many.hurried_roam_parts, many.hurried_roam_most)
    assert reaching_far(mean_measure(instance), many) is many
    assert reaching_far(replace(instance, contiguous=False), many) is many


def test_a_spring_that_reaches_far_lets_the_middle_of_a_city_know_what_lies_around_it() -> None:
    line = Problem(
        coordinates=np.column_stack([np.arange(18.0), np.zeros(18)]), metric="plane", measures=np.ones((18, 2)),
        tolerances=np.ones(2), n_territories=9, contiguous=True,
        adjacency=Graph.from_edges(18, [(i, i + 1) for i in range(17)]),
    )  # fmt: skip
    instance = contract(line)
    state = state_of(instance, np.repeat(np.arange(9), 2).astype(np.int32))
    city = np.where((np.arange(9) == 0) | (np.arange(9) == 8), 1000.0, 1.0)
    near, far = (among_neighbors(instance, state, city, times)[4] for times in (2, 16))
    assert near == pytest.approx(1.0)
    assert far > 100.0


def test_springs_leave_an_account_of_a_counted_band_aside_and_a_part_of_any_other() -> None:
    instance = contract(accounts(1))
    aims = free_bands(instance, Params(roam_margin=0.1, roam_spare=2))
    np.testing.assert_allclose(aims[:, :2], 0.9 * instance.bands[:, :2])
    account = instance.n_territories / instance.n_units
    np.testing.assert_allclose(aims[:, 2], instance.bands[:, 2] - 2 * account)


def test_a_band_too_narrow_for_an_account_aside_stays_whole() -> None:
    instance = contract(replace(accounts(1), tolerances=np.array([0.05, 0.05, 0.01])))
    aims = free_bands(instance, Params(roam_margin=0.1, roam_spare=2))
    np.testing.assert_allclose(aims[:, 2], instance.bands[:, 2])


def lumps(seed: int) -> Problem:
    """Few units to a territory, of three measures that differ much: hard to balance while cold."""
    random = np.random.default_rng(seed)
    places = random.random((240, 2)) * 100
    size = random.lognormal(0, 0.8, 240)
    measures = size[:, None] * random.lognormal(0.0, 0.3, (240, 3))
    return Problem(
        coordinates=places, metric="plane", measures=measures, tolerances=np.full(3, 0.05), n_territories=6,
        adjacency=point_adjacency(places, "plane"), contiguous=True,
    )  # fmt: skip


def left_outside(problem: Problem, params: Params, seed: int) -> float:
    instance = contract(problem)
    market, assignment = one_piece_start(instance)
    state = state_of(instance, assignment)
    anneal_in_one_piece(instance, market, state, params, never, np.random.default_rng(seed))
    assert surplus_pieces(instance, state) == 0
    again = state_of(instance, state.assignment.copy())
    np.testing.assert_allclose(state.loads, again.loads)
    np.testing.assert_allclose(state.centres, again.centres)
    return merit(instance, state).violation


def test_lukewarm_few_large_units_come_into_balance() -> None:
    cold = [left_outside(lumps(seed), Params(lukewarm_parts=0), seed) for seed in range(6)]
    warm = [left_outside(lumps(seed), Params(), seed) for seed in range(6)]
    assert sum(left == 0 for left in warm) > sum(left == 0 for left in cold)
    assert all(now <= was for now, was in zip(warm, cold, strict=True))


def test_where_much_is_outside_nothing_is_tried_lukewarm() -> None:
    seed = 5
    cold = left_outside(lumps(seed), Params(lukewarm_parts=0), seed)
    assert left_outside(lumps(seed), Params(lukewarm_up_to=cold / 6 * 0.99), seed) == cold
    assert left_outside(lumps(seed), Params(lukewarm_up_to=cold / 6 * 1.01), seed) < cold


def test_what_does_not_help_while_lukewarm_is_undone() -> None:
    problem = replace(accounts(1), tolerances=np.full(3, 1e-7))
    cold = left_outside(problem, replace(SHORT, lukewarm_parts=0), 1)
    melting = replace(
        SHORT, lukewarm_parts=2, lukewarm_up_to=1.0, lukewarm_sweep=50, lukewarm=100.0, lukewarm_cold=50.0
    )
    assert left_outside(problem, melting, 1) == cold


@pytest.mark.parametrize("seed", range(3))
def test_three_measures_in_one_piece_end_within_tolerance(seed: int) -> None:
    problem = accounts(10 + seed)
    assert balances_several(contract(problem))
    plan = solve(problem, Params(bound=False), seed=seed)
    assert plan.is_feasible, plan.shortfalls
    assert check(problem, plan) == []
