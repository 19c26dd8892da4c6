"""Units, branches and chains changing territory: nothing is lost, counted wrongly or broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph
from terrier.engine.design.instance import Ints
from terrier.engine.design.kernels.exchange import branch_of
from terrier.engine.design.patch import Pace, Patch, trade
from terrier.engine.design.sums import sums
from tests.engine import naive
from tests.engine.problems import connected_graph

SEEDS = st.integers(0, 10**6)


def parts(graph: Graph, p: int, random: np.random.Generator) -> Ints:
    """Territories grown from p random units, one unit at a time: connected, of any size."""
    where = np.full(graph.n_units, -1, dtype=np.int32)
    where[random.permutation(graph.n_units)[:p]] = np.arange(p)
    edges = np.concatenate([graph.edges(), graph.edges()[:, ::-1]])
    while (where < 0).any():
        open_edges = edges[(where[edges[:, 0]] >= 0) & (where[edges[:, 1]] < 0)]
        a, b = open_edges[random.integers(len(open_edges))]
        where[b] = where[a]
    return where


def patch_and_parts(seed: int, *, demands: bool = False) -> tuple[Patch, Ints]:
    random = np.random.default_rng(seed)
    n, p, m = int(random.integers(6, 40)), int(random.integers(2, 5)), int(random.integers(1, 3))
    graph = connected_graph(n, random)
    if random.random() < 0.5:
        graph = Graph.from_edges(n, [(i, int(random.integers(0, i))) for i in range(1, n)])
    where = parts(graph, p, random)
    activity = random.random((n, m))
    goal = activity.sum(axis=0) / p * np.ones((p, m))
    home = random.integers(-2, p, n).astype(np.int32) if demands else np.full(n, -1, dtype=np.int32)
    fixed = np.where(random.random(n) < 0.2, where, -1) if demands else np.full(n, -1)
    quarrels = random.integers(0, n, (4, 2)) if demands else []
    return Patch(
        units=np.arange(n, dtype=np.int32),
        territories=np.arange(p, dtype=np.int32),
        activity=activity,
        lower=0.9 * goal,
        upper=1.1 * goal,
        fixed=fixed.astype(np.int32),
        home=home,
        move_weights=random.random(n),
        spare=float(random.random()) if demands else np.inf,
        graph=graph,
        foes=Graph.from_edges(n, quarrels),
    ), where


def run(patch: Patch, where: Ints, seed: int, branch_share: float = 0.3) -> tuple[Ints, Ints, np.ndarray]:
    random = np.random.default_rng(seed)
    n, p = patch.n_units, patch.n_territories
    anchors = np.array([random.choice(np.flatnonzero(where == j)) for j in range(p)], dtype=np.int32)
    anchors[random.random(p) < 0.3] = -1
    after = where.copy()
    pace = Pace(3_000, 1.0, 0.01, chain_share=0.5, branch_share=branch_share)
    loads = trade(patch, after, random.random((n, p)), anchors, np.ones_like(patch.lower), pace, random)
    return after, anchors, loads


@settings(max_examples=100)
@given(seed=SEEDS)
def test_territories_stay_whole_and_anchors_stay_put(seed: int) -> None:
    patch, where = patch_and_parts(seed)
    after, anchors, loads = run(patch, where, seed)
    np.testing.assert_allclose(loads, sums(after, patch.activity, patch.n_territories))
    for j in range(patch.n_territories):
        assert naive.n_pieces(patch.graph, np.flatnonzero(after == j).tolist()) == 1
        assert anchors[j] < 0 or after[anchors[j]] == j


@settings(max_examples=100)
@given(seed=SEEDS)
def test_locks_quarrels_and_the_cap_on_moves_are_kept(seed: int) -> None:
    patch, where = patch_and_parts(seed, demands=True)
    after, _, _ = run(patch, where, seed)
    held = patch.fixed >= 0
    np.testing.assert_array_equal(after[held], patch.fixed[held])

    def quarrels(a: Ints) -> set[tuple[int, int]]:
        return {(int(i), int(q)) for i, q in patch.foes.edges() if a[i] == a[q]}

    def moved(a: Ints) -> float:
        return float(patch.move_weights[(patch.home >= 0) & (a != patch.home)].sum())

    assert quarrels(after) <= quarrels(where)
    assert moved(after) <= moved(where) + patch.spare + 1e-9


@settings(max_examples=60)
@given(seed=SEEDS)
def test_a_balanced_assignment_is_never_traded_for_a_dearer_one(seed: int) -> None:
    patch, where = patch_and_parts(seed)
    loads = sums(where, patch.activity, patch.n_territories)
    patch = replace(patch, lower=loads - 0.3, upper=loads + 0.3)
    random = np.random.default_rng(seed)
    cost = random.random((patch.n_units, patch.n_territories))
    after = where.copy()
    free = np.full(patch.n_territories, -1, dtype=np.int32)
    end = trade(patch, after, cost, free, np.ones_like(loads), Pace(2_000, 1.0, 0.01), random)
    units = np.arange(patch.n_units)
    assert cost[units, after].sum() <= cost[units, where].sum() + 1e-9
    assert (np.abs(end - loads) <= 0.3 + 1e-9).all()


@settings(max_examples=60)
@given(seed=SEEDS)
def test_a_branch_is_all_that_only_one_unit_joins_to_the_anchor(seed: int) -> None:
    patch, where = patch_and_parts(seed)
    graph, n = patch.graph, patch.n_units
    random = np.random.default_rng(seed)
    i = int(random.integers(n))
    members = np.flatnonzero(where == where[i])
    anchor = int(random.choice(members)) if random.random() < 0.7 else -1
    queue = np.zeros(n, dtype=np.int32)
    weight = patch.activity.sum(axis=1)
    size = branch_of(
        i, anchor, weight, where, graph.indptr, graph.indices, np.zeros(n, dtype=np.int64), 1, queue
    )
    if i == anchor:
        assert size == 0
        return
    leaves = set(queue[:size].tolist())
    stays = [u for u in members.tolist() if u not in leaves]
    assert queue[0] == i
    assert len(leaves) == size
    assert naive.n_pieces(graph, sorted(leaves)) == 1
    assert naive.n_pieces(graph, stays) == (1 if stays else 0)
    assert anchor < 0 or anchor in stays
    rest = [u for u in members.tolist() if u != i]
    if naive.n_pieces(graph, rest) == 1:
        assert leaves == {i}


@pytest.mark.parametrize("n", [9, 30])
def test_a_path_is_balanced_by_its_branches(n: int) -> None:
    """On a path every unit but two joins the rest; from one lone unit against all others only branches lead to balance."""
    path = Graph.from_edges(n, [(i, i + 1) for i in range(n - 1)])
    patch, _ = patch_and_parts(1)
    even = np.full((3, 1), n / 3)
    nobody = np.full(n, -1, dtype=np.int32)
    patch = replace(
        patch, units=np.arange(n, dtype=np.int32), territories=np.arange(3, dtype=np.int32), activity=np.ones((n, 1)),
        lower=even - 0.1, upper=even + 0.1, fixed=nobody, home=nobody, move_weights=np.ones(n), graph=path,
        foes=Graph.from_edges(n, []),
    )  # fmt: skip
    where = np.zeros(n, dtype=np.int32)
    where[0], where[-1] = 1, 2
    after, _, loads = run(patch, where, 3)
    np.testing.assert_allclose(loads, even)
    assert (np.diff(after) != 0).sum() == 2


@given(seed=SEEDS)
@settings(max_examples=10)
def test_the_same_seed_trades_the_same(seed: int) -> None:
    patch, where = patch_and_parts(seed)
    np.testing.assert_array_equal(run(patch, where, seed)[0], run(patch, where, seed)[0])
