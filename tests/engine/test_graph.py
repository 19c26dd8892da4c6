"""Graphs: symmetric, without loops, and cut along territories."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.engine.design import Graph
from terrier.engine.design.graph import components_within
from terrier.errors import ProblemError
from tests.engine import naive

EDGES = st.integers(1, 20).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40)
    )
)


@given(given_edges=EDGES)
def test_direction_repeats_and_loops_do_not_matter(given_edges: tuple[int, list[tuple[int, int]]]) -> None:
    n, edges = given_edges
    graph = Graph.from_edges(n, edges)
    wanted = {(min(a, b), max(a, b)) for a, b in edges if a != b}
    assert {tuple(edge) for edge in graph.edges().tolist()} == wanted
    assert len(graph.edges()) == len(wanted)
    assert graph.n_units == n
    for i in range(n):
        around = graph.indices[graph.indptr[i] : graph.indptr[i + 1]].tolist()
        assert around == sorted({b for a, b in wanted if a == i} | {a for a, b in wanted if b == i})


@given(given_edges=EDGES, seed=st.integers(0, 10**6))
def test_components_are_the_pieces_of_each_territory(
    given_edges: tuple[int, list[tuple[int, int]]], seed: int
) -> None:
    n, edges = given_edges
    graph = Graph.from_edges(n, edges)
    assignment = np.random.default_rng(seed).integers(0, 3, n).astype(np.int32)
    label = components_within(graph, assignment)
    for j in range(3):
        members = np.flatnonzero(assignment == j)
        assert len(set(label[members].tolist())) == naive.n_pieces(graph, members.tolist())
    for a, b in graph.edges():
        assert (label[a] == label[b]) == (assignment[a] == assignment[b])
    assert len(set(graph.components().tolist())) == naive.n_pieces(graph, range(n))


def test_a_graph_can_have_no_edges() -> None:
    graph = Graph.from_edges(3, [])
    assert graph.edges().shape == (0, 2)
    np.testing.assert_array_equal(graph.components(), [0, 1, 2])


@pytest.mark.parametrize(("edge", "stranger"), [((0, 3), 3), ((-1, 2), -1)])
def test_an_edge_to_a_stranger_is_refused_by_name(edge: tuple[int, int], stranger: int) -> None:
    with pytest.raises(ProblemError, match=f"an edge names unit {stranger}; units are 0 to 2"):
        Graph.from_edges(3, [(0, 1), edge])
