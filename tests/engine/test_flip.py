"""The flip kernel against a naive recomputation of everything it keeps up to date."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph, Problem
from terrier.engine.design.compact import ground_graph
from terrier.engine.design.graph import components_within
from terrier.engine.design.instance import contract
from terrier.engine.design.neighbours import point_adjacency
from terrier.engine.design.packed import Anneal, Ground, Packed, beyond, ground_of, pack, run_flips, widest

MODES = ["diameter", "cut_edges"]


def asked(seed: int, objective: str, contiguous: bool = True, **demands: object) -> Problem:
    random = np.random.default_rng(seed)
    coordinates = 100 * random.random((40, 2))
    graph = point_adjacency(coordinates, "plane")
    return Problem(
        coordinates=coordinates,
        measures=random.random((40, 2)) + 0.2,
        tolerances=[0.2, 0.3],
        n_territories=4,
        metric="plane",
        objective=objective,  # type: ignore[arg-type]
        adjacency=graph,
        contiguous=contiguous,
        edge_weights=random.random(len(graph.edges())) if objective == "cut_edges" else None,
        **demands,  # type: ignore[arg-type]
    )


def ground(problem: Problem) -> Ground:
    instance = contract(problem)
    graph, weight = ground_graph(problem, instance)
    return ground_of(problem, instance, graph, weight, by_pairs=problem.objective == "diameter")


def strips(land: Ground) -> np.ndarray:
    """Four connected territories grown from the corners of the map, unit by unit along the edges."""
    points, graph = land.instance.points, land.graph
    assignment = np.full(len(points), -1, dtype=np.int32)
    seeds = [
        int(np.argmin(((points[:, :2] - c) ** 2).sum(axis=1))) for c in ([0, 0], [0, 99], [99, 0], [99, 99])
    ]
    queue = [(unit, j) for j, unit in enumerate(seeds)]
    for unit, j in queue:
        if assignment[unit] < 0:
            assignment[unit] = j
            queue += [(int(q), j) for q in graph.indices[graph.indptr[unit] : graph.indptr[unit + 1]]]
    return assignment


def energy(land: Ground, assignment: np.ndarray, limit2: float, prices: np.ndarray) -> float:
    """What the kernel minimizes, from its definition, prices at their start."""
    loads = np.stack([land.instance.activity[assignment == j].sum(axis=0) for j in range(len(land.lower))])
    over = np.maximum(0, np.maximum(loads - land.upper, land.lower - loads))
    total = float((prices * over).sum())
    if not land.by_pairs:
        for i in range(land.graph.n_units):
            for at in range(land.graph.indptr[i], land.graph.indptr[i + 1]):
                if land.graph.indices[at] > i and assignment[i] != assignment[land.graph.indices[at]]:
                    total += land.edge_weight[at]
        return total
    owner = assignment[land.unit_of]
    for p, q in itertools.combinations(range(len(owner)), 2):
        if owner[p] == owner[q]:
            total += max(0.0, float(((land.places[p] - land.places[q]) ** 2).sum()) / limit2 - 1)
    return total


def run(
    land: Ground, state: Packed, seed: int, proposals: int, hot: float, limit2: float, known: float = np.inf
):
    best, record = np.full_like(state.assignment, -1), np.array([known, limit2])
    heat = Anneal(proposals, hot, hot, ramp=1.0, swap_share=0.5)
    free = np.flatnonzero(land.instance.fixed < 0).astype(np.int32)
    found = run_flips(
        land, state, np.full(land.lower.shape, 3.0), heat, best, record, np.random.default_rng(seed), free
    )
    return found, best, record


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    objective=st.sampled_from(MODES),
    contiguous=st.booleans(),
    grouped=st.booleans(),
)
def test_what_the_kernel_keeps_is_what_the_assignment_says(
    seed: int, objective: str, contiguous: bool, grouped: bool
) -> None:
    random = np.random.default_rng(seed)
    demands = (
        {"together": np.where(random.random(40) < 0.3, random.integers(0, 5, 40), -1)} if grouped else {}
    )
    land = ground(asked(seed, objective, contiguous, **demands))
    state = pack(land, strips(land))
    before = components_within(land.graph, state.assignment).max()
    run(land, state, seed, 3000, 1.0, 2500.0)
    again = pack(land, state.assignment)
    np.testing.assert_allclose(state.loads, again.loads, atol=1e-9)
    np.testing.assert_array_equal(state.counts, again.counts)
    np.testing.assert_array_equal(state.filled, again.filled)
    assert widest(state) == pytest.approx(widest(again))
    for p, j in enumerate(state.assignment[land.unit_of]):
        assert state.slots[j, state.column[p]] == p
        assert state.xs[j, state.column[p]] == land.places[p, 0]
    if contiguous:
        assert components_within(land.graph, state.assignment).max() == before


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), objective=st.sampled_from(MODES), grouped=st.booleans())
def test_in_the_cold_no_step_costs_anything(seed: int, objective: str, grouped: bool) -> None:
    random = np.random.default_rng(seed)
    demands = (
        {"together": np.where(random.random(40) < 0.3, random.integers(0, 5, 40), -1)} if grouped else {}
    )
    land = ground(asked(seed, objective, **demands))
    state = pack(land, strips(land))
    prices = np.full(land.lower.shape, 3.0)
    limit2 = 2500.0
    if grouped:
        places = [
            land.places[land.place_ptr[i] : land.place_ptr[i + 1]] for i in range(land.instance.n_units)
        ]
        limit2 = max(2500.0, *(float(((p[:, None] - p[None]) ** 2).sum(axis=2).max()) for p in places))
    now = energy(land, state.assignment, limit2, prices)
    changed = False
    for step in range(60):
        was = state.assignment.copy()
        run(land, state, seed + step, 5, 1e-12, limit2, known=-1.0)
        after = energy(land, state.assignment, limit2, prices)
        assert after <= now + 1e-9
        changed |= bool((was != state.assignment).any())
        now = after
    assert changed or now < 1e-9


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), objective=st.sampled_from(MODES))
def test_a_record_is_balanced_whole_and_worth_what_it_says(seed: int, objective: str) -> None:
    land = ground(asked(seed, objective))
    found, best, record = run(land, pack(land, strips(land)), seed, 20_000, 0.3, 90.0**2)
    if not found:
        assert (best == -1).all()
        return
    state = pack(land, best)
    assert beyond(land, state).sum() == 0
    assert components_within(land.graph, best).max() == 3
    if objective == "diameter":
        assert record[0] == pytest.approx(widest(state))
        assert record[1] < record[0]
    else:
        assert record[0] == pytest.approx(energy(land, best, 1.0, np.zeros(land.lower.shape)))


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), objective=st.sampled_from(MODES))
def test_laws_hold_at_any_heat(seed: int, objective: str) -> None:
    random = np.random.default_rng(seed)
    plain = asked(seed, objective)
    start = strips(ground(plain))
    locks = np.where(random.random(40) < 0.3, start, -1)
    pairs = random.integers(0, 40, (6, 2))
    apart = pairs[start[pairs[:, 0]] != start[pairs[:, 1]]]
    demands = replace(plain, locks=locks, apart=apart, present=start, max_moved=0.2)
    land = ground(demands)
    state = pack(land, start)
    run(land, state, seed, 5000, 100.0, 2500.0)
    assert (state.assignment[locks >= 0] == locks[locks >= 0]).all()
    assert (state.assignment[apart[:, 0]] != state.assignment[apart[:, 1]]).all()
    assert (state.assignment != start).mean() <= 0.2 + 1e-9


def test_where_pieces_are_allowed_a_unit_is_offered_territories_that_it_does_not_touch() -> None:
    """On the path 0-1-2-3, unit 0 touches its own territory only, and is what the last one lacks."""
    graph = Graph.from_edges(4, [[0, 1], [1, 2], [2, 3]])
    problem = Problem(
        coordinates=[[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]],
        measures=[[1.0], [2.0], [2.0], [1.0]],
        tolerances=[0.1],
        n_territories=3,
        metric="plane",
        objective="cut_edges",
        adjacency=graph,
        locks=[-1, 0, 1, 2],
    )
    land = ground(problem)
    state = pack(land, np.array([0, 0, 1, 2], dtype=np.int32))
    best, record = np.full_like(state.assignment, -1), np.array([np.inf, np.inf])
    heat = Anneal(1000, 1.0, 1.0, ramp=1.0, swap_share=0.0)
    prices = np.full(land.lower.shape, 3.0)
    free = np.array([0], dtype=np.int32)
    assert run_flips(land, state, prices, heat, best, record, np.random.default_rng(1), free)
    assert best.tolist() == [2, 0, 1, 2]
    assert record[0] == 3
