"""The border search keeps its books exactly, and the law always."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from terrier.engine.design import Problem
from terrier.engine.design.border import Borders, Heat, run, spreads, state_of
from terrier.engine.design.instance import Instance, contract
from terrier.engine.design.kernels.anneal import quarrels, rest_is_whole, touches
from terrier.engine.design.repair import repair
from terrier.engine.design.start import first_market
from tests.engine import naive
from tests.engine.problems import connected_graph, problems

SEEDS = st.integers(0, 10**6)
NOWHERE_COINCIDENT = ("scattered", "two towns", "far north", "date line")


def every_border(instance: Instance) -> Borders:
    """All free units at the border of every pair of territories."""
    k = instance.n_territories
    pairs = np.array([(a, b) for a in range(k) for b in range(a + 1, k)], dtype=np.int32)
    free = np.flatnonzero(instance.fixed < 0).astype(np.int32)
    return Borders(
        entries=np.tile(free, len(pairs)),
        face_of=np.repeat(np.arange(len(pairs), dtype=np.int32), len(free)),
        face_start=np.arange(len(pairs) + 1, dtype=np.int32) * len(free),
        face_pair=pairs,
    )


@settings(max_examples=150)
@given(problem=problems(layouts=NOWHERE_COINCIDENT), seed=SEEDS, hot=st.sampled_from([0.01, 1.0, 100.0]))
def test_whatever_it_moves_the_books_balance_and_the_law_holds(
    problem: Problem, seed: int, hot: float
) -> None:
    instance = contract(problem)
    k = instance.n_territories
    assume(k > 1)
    random = np.random.default_rng(seed)
    start = np.where(random.random(instance.n_units) < 0.8, instance.home, -1)
    start = np.where(start >= 0, start, random.integers(0, k, instance.n_units)).astype(np.int32)
    before = repair(instance, first_market(instance), start)
    state = state_of(instance, before.copy())
    centres = state.centres.copy()
    prices = np.full((k, instance.n_measures), random.random())
    heat = Heat(proposals=4000, hot=hot, cold=0.01, swap_share=random.random())
    gained = run(instance, state, every_border(instance), spreads(instance, state), prices, heat, 1.0, random)
    after = state.assignment

    # The books.
    again = state_of(instance, after, centres)
    np.testing.assert_array_equal(state.counts, again.counts)
    for kept, found in ((state.loads, again.loads), (state.mass, again.mass), (state.moved, again.moved)):
        np.testing.assert_allclose(kept, found, atol=1e-8)
    fixed_centres = None
    if instance.power == 1:
        fixed_centres = centres
        np.testing.assert_array_equal(state.centres, centres)
    else:
        some = again.counts > 0
        np.testing.assert_allclose(state.centres[some], again.centres[some], rtol=1e-6, atol=1e-5)
    change = naive.objective(instance, after, fixed_centres) - naive.objective(
        instance, before, fixed_centres
    )
    rounding = 1e-9 * naive.objective(instance, np.zeros_like(after)) + 1e-9
    assert gained == pytest.approx(change, abs=rounding)

    # The law.
    locked = instance.fixed >= 0
    np.testing.assert_array_equal(after[locked], before[locked])
    assert ((np.bincount(before, minlength=k) == 0) | (state.counts > 0)).all()
    assert naive.quarrels(instance, after) <= naive.quarrels(instance, before)
    moved = [
        float(instance.move_weights[(instance.home >= 0) & (a != instance.home)].sum())
        for a in (before, after)
    ]
    assert moved[1] <= max(moved[0], instance.max_moved) + 1e-9
    if instance.contiguous:
        for j in range(k):
            pieces = [
                naive.n_pieces(instance.neighbours, np.flatnonzero(a == j).tolist()) for a in (before, after)
            ]
            assert pieces[1] <= max(1, pieces[0])


@settings(max_examples=60)
@given(seed=SEEDS, n=st.integers(1, 30), k=st.integers(1, 4))
def test_the_rest_is_whole_when_taking_the_unit_away_makes_no_new_piece(seed: int, n: int, k: int) -> None:
    random = np.random.default_rng(seed)
    graph = connected_graph(n, random)
    assignment = random.integers(0, k, n).astype(np.int32)
    seen, queue = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int32)
    for i in range(n):
        mates = [int(q) for q in np.flatnonzero(assignment == assignment[i]) if q != i]
        whole = naive.n_pieces(graph, mates) <= naive.n_pieces(graph, [*mates, i])
        assert rest_is_whole(i, assignment, graph.indptr, graph.indices, seen, i + 1, queue) == whole


@settings(max_examples=30)
@given(seed=SEEDS, n=st.integers(2, 20))
def test_touching_and_quarrelling_look_at_the_neighbours_only(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    graph = connected_graph(n, random)
    assignment = random.integers(0, 3, n).astype(np.int32)
    for i in range(n):
        around = graph.indices[graph.indptr[i] : graph.indptr[i + 1]]
        for b in range(3):
            assert touches(i, b, assignment, graph.indptr, graph.indices) == (b in assignment[around])
            leaving = int(around[0])
            others = assignment[around[around != leaving]]
            assert quarrels(i, b, leaving, assignment, graph.indptr, graph.indices) == (b in others)


def test_a_hot_run_does_move_units() -> None:
    random = np.random.default_rng(1)
    problem = Problem(
        coordinates=random.random((50, 2)), measures=np.ones((50, 1)), tolerances=[0.5], n_territories=4
    )
    instance = contract(problem)
    state = state_of(instance, random.integers(0, 4, 50).astype(np.int32))
    before = state.assignment.copy()
    gained = run(
        instance, state, every_border(instance), spreads(instance, state), np.zeros((4, 1)), Heat(5000, 0.1, 0.001),
        1.0, random,
    )  # fmt: skip
    assert (state.assignment != before).any()
    assert gained < 0
