"""Cutting a patch anew along random spanning trees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph
from terrier.engine.design.tree_cut import cut_along_trees
from tests.engine import naive
from tests.engine.test_exchange import patch_and_parts

SEEDS = st.integers(0, 10**6)


@settings(max_examples=100)
@given(seed=SEEDS)
def test_every_territory_gets_one_connected_piece(seed: int) -> None:
    patch, _ = patch_and_parts(seed)
    where = cut_along_trees(patch, patch.upper / 1.1, np.random.default_rng(seed))
    assert where is not None
    for j in range(patch.n_territories):
        assert naive.n_pieces(patch.graph, np.flatnonzero(where == j).tolist()) == 1


@settings(max_examples=60)
@given(seed=SEEDS)
def test_a_tree_is_cut_in_two_where_that_is_most_even(seed: int) -> None:
    random = np.random.default_rng(seed)
    patch, _ = patch_and_parts(seed)
    n = patch.n_units
    edges = [(i, int(random.integers(0, i))) for i in range(1, n)]
    two = np.arange(2, dtype=np.int32)
    patch = replace(patch, territories=two, graph=Graph.from_edges(n, edges))
    share = random.random() * 0.6 + 0.2
    targets = np.stack([share * patch.activity.sum(axis=0), (1 - share) * patch.activity.sum(axis=0)])

    def off(first: np.ndarray) -> float:
        return float(np.abs(patch.activity[first].sum(axis=0) - targets[0]).sum())

    best = np.inf
    for cut in range(n - 1):
        piece = Graph.from_edges(n, edges[:cut] + edges[cut + 1 :]).components()
        best = min(best, off(piece == 0), off(piece == 1))
    where = cut_along_trees(patch, targets, random)
    assert where is not None
    assert off(where == 0) <= best + 1e-9


def test_what_is_in_pieces_cannot_be_cut() -> None:
    patch, _ = patch_and_parts(5)
    assert (
        cut_along_trees(
            replace(patch, graph=Graph.from_edges(patch.n_units, [])), patch.upper, np.random.default_rng(1)
        )
        is None
    )
