"""Two territories cut anew: whole, within bounds, locked units in place, and the weight as said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design.graph import components_within
from terrier.engine.design.kernels.recut import recut
from tests.engine.problems import connected_graph

N = 24
ALL = (np.zeros(0, np.int32), np.zeros((0, 2), np.bool_))
"""Every territory may take every unit."""


@settings(max_examples=80)
@given(seed=st.integers(0, 10**6), slack=st.sampled_from([0.0, 0.2]), locked=st.booleans())
def test_both_sides_are_whole_and_within_bounds(seed: int, slack: float, locked: bool) -> None:
    random = np.random.default_rng(seed)
    graph = connected_graph(N, random)
    assignment = np.zeros(N, dtype=np.int32)
    activity = random.random((N, 1)) + 0.1
    activity *= 2 / activity.sum()
    weight = np.ones(len(graph.indices))
    locks = np.full(N, -1, dtype=np.int32)
    if locked:
        locks[:2] = [0, 1]
    lower, upper = np.full((2, 1), 0.8), np.full((2, 1), 1.2)
    chance = random.integers(1, 2**64, size=1, dtype=np.uint64)
    found = recut(
        np.arange(N, dtype=np.int32), 0, 1, activity, locks, *ALL, lower, upper, graph.indptr, graph.indices, weight,
        assignment, slack, 5, chance, np.zeros((4, N), np.int32),
    )  # fmt: skip
    if found < 0:
        assert (assignment == 0).all()
        return
    loads = np.array([activity[assignment == j].sum() for j in (0, 1)])
    assert np.maximum(0, np.abs(loads - 1) - 0.2).sum() <= slack + 1e-9
    assert components_within(graph, assignment).max() == 1
    assert (assignment[locks >= 0] == locks[locks >= 0]).all()
    edges = graph.edges()
    assert found == pytest.approx((assignment[edges[:, 0]] != assignment[edges[:, 1]]).sum())


def test_on_a_path_the_only_balanced_edge_is_taken() -> None:
    indptr, indices = np.array([0, 1, 3, 5, 6], np.int32), np.array([1, 0, 2, 1, 3, 2], np.int32)
    assignment = np.array([5, 5, 5, 3], np.int32)
    lower, upper = np.full((6, 1), 0.9), np.full((6, 1), 1.1)
    found = recut(
        np.arange(4, dtype=np.int32), 5, 3, np.full((4, 1), 0.5), np.full(4, -1, np.int32), *ALL, lower, upper, indptr,
        indices, np.array([9.0, 9.0, 2.5, 2.5, 9.0, 9.0]), assignment, 0.0, 1, np.array([7], np.uint64),
        np.zeros((4, 4), np.int32),
    )  # fmt: skip
    assert found == 2.5
    assert assignment[0] == assignment[1] != assignment[2] == assignment[3]
