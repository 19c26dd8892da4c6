"""Making an assignment legal without changing more than it takes."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph, Problem
from terrier.engine.design.instance import Instance, contract
from terrier.engine.design.repair import LOOK, energy, fill, join, repair, return_home, separate
from terrier.engine.design.start import first_market
from terrier.engine.design.transport import Market
from tests.engine import naive
from tests.engine.problems import problems

SEEDS = st.integers(0, 10**6)


def chance(problem: Problem, seed: int) -> tuple[Instance, Market, np.ndarray]:
    instance = contract(problem)
    random = np.random.default_rng(seed)
    assignment = random.integers(0, problem.n_territories, instance.n_units).astype(np.int32)
    return instance, first_market(instance), np.where(instance.fixed >= 0, instance.fixed, assignment)


@settings(max_examples=100)
@given(problem=problems(), seed=SEEDS)
def test_a_repaired_assignment_is_legal(problem: Problem, seed: int) -> None:
    instance, market, assignment = chance(problem, seed)
    k = problem.n_territories
    repaired = repair(instance, market, assignment)
    assert repaired.min() >= 0
    assert repaired.max() < k
    locked = instance.fixed >= 0
    np.testing.assert_array_equal(repaired[locked], instance.fixed[locked])
    free = np.flatnonzero(~locked)
    if len(instance.eligible):
        assert instance.eligible[instance.kinds[free], repaired[free]].all()
    elif not locked.any() and instance.n_units >= k:
        assert (np.bincount(repaired, minlength=k) > 0).all()
        if instance.contiguous:
            for j in range(k):
                assert naive.n_pieces(instance.neighbours, np.flatnonzero(repaired == j).tolist()) == 1


@settings(max_examples=60)
@given(problem=problems(), seed=SEEDS)
def test_separating_never_makes_a_new_quarrel_and_moves_only_those_who_quarrel(
    problem: Problem, seed: int
) -> None:
    instance, market, assignment = chance(problem, seed)
    before = naive.quarrels(instance, assignment)
    after = separate(instance, market, assignment)
    assert naive.quarrels(instance, after) <= before
    moved = set(np.flatnonzero(after != assignment).tolist())
    assert moved <= {unit for pair in before for unit in pair}
    if problem.n_territories > 8:  # no unit has more foes than that
        free = {(a, b) for a, b in before if instance.fixed[a] < 0 or instance.fixed[b] < 0}
        assert not naive.quarrels(instance, after) & free


@settings(max_examples=60)
@given(problem=problems(), seed=SEEDS)
def test_returning_home_keeps_the_cap_and_moves_nobody_elsewhere(problem: Problem, seed: int) -> None:
    instance, market, assignment = chance(problem, seed)
    after = return_home(instance, market, assignment)
    changed = after != assignment
    np.testing.assert_array_equal(after[changed], instance.home[changed])

    def moved(a: np.ndarray) -> float:
        return float(instance.move_weights[(instance.home >= 0) & (a != instance.home)].sum())

    forced = (instance.fixed >= 0) & (instance.home >= 0) & (instance.fixed != instance.home)
    assert moved(after) <= max(instance.max_moved, float(instance.move_weights[forced].sum())) + 1e-9
    if moved(assignment) <= instance.max_moved:
        assert not changed.any()


@settings(max_examples=60)
@given(problem=problems(), seed=SEEDS)
def test_energy_is_what_a_unit_costs_there_per_weight(problem: Problem, seed: int) -> None:
    instance, market, assignment = chance(problem, seed)
    assume(not instance.pull.any())
    market.prices = np.random.default_rng(seed).normal(0, 100, market.prices.shape)
    units = np.arange(instance.n_units, dtype=np.int32)
    found = energy(instance, market, units, assignment)
    wanted = [
        naive.energies(instance, i, market.centres, market.prices)[1][assignment[i]] / instance.weights[i]
        for i in units
    ]
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def on_a_line(n: int, k: int, **demands: object) -> tuple[Instance, Market]:
    problem = Problem(
        coordinates=np.column_stack([np.arange(n, dtype=float), np.zeros(n)]),
        measures=np.ones((n, 1)),
        tolerances=[0.1],
        n_territories=k,
        metric="plane",
        adjacency=Graph.from_edges(n, [(i, i + 1) for i in range(n - 1)]),
        contiguous=True,
        **demands,  # type: ignore[arg-type]
    )
    instance = contract(problem)
    return instance, first_market(instance)


def test_joining_keeps_the_heaviest_piece() -> None:
    instance, market = on_a_line(9, 2)
    scattered = np.array([0, 0, 0, 0, 1, 1, 1, 0, 1], dtype=np.int32)
    assert join(instance, market, scattered).tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 1]


def test_joining_keeps_a_locked_piece_before_a_heavy_one() -> None:
    locks = np.full(9, -1)
    locks[8] = 0
    instance, market = on_a_line(9, 2, locks=locks)
    scattered = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0], dtype=np.int32)
    assert join(instance, market, scattered).tolist() == [1, 1, 1, 1, 1, 1, 1, 1, 0]


def test_filling_takes_from_those_who_can_spare() -> None:
    instance, market = on_a_line(6, 3)
    filled = fill(instance, market, np.array([0, 0, 0, 0, 0, 2], dtype=np.int32))
    assert np.bincount(filled).tolist() == [4, 1, 1]
    assert naive.n_pieces(instance.neighbours, np.flatnonzero(filled == 0).tolist()) == 1


def test_each_of_many_empty_territories_gets_a_unit_near_it() -> None:
    random = np.random.default_rng(5)
    problem = Problem(
        coordinates=random.random((6_000, 2)),
        metric="plane",
        measures=np.ones((6_000, 1)),
        tolerances=[0.1],
        n_territories=60,
    )
    instance = contract(problem)
    market = first_market(instance)
    filled = fill(instance, market, np.zeros(6_000, dtype=np.int32))
    assert (np.bincount(filled, minlength=60)[1:] == 1).all()
    for j in range(1, 60):
        far = np.linalg.norm(instance.points - market.centres[j], axis=1)
        given = int(np.flatnonzero(filled == j)[0])
        assert (far < far[given]).sum() < LOOK
