"""Diameters are those of the farthest pair, whatever the shape; cut edges are counted one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph, Problem
from terrier.engine.design.extent import FEW, cut_edges, diameters
from terrier.engine.design.geometry import Metric, distance
from tests.engine.problems import LAYOUTS, coordinates_of


def problem_of(coordinates: np.ndarray, metric: Metric, k: int, **demands: object) -> Problem:
    n = len(coordinates)
    return Problem(
        coordinates=coordinates,
        measures=np.ones((n, 1)),
        tolerances=[0.5],
        n_territories=k,
        metric=metric,
        **demands,  # type: ignore[arg-type]
    )


def farthest(coordinates: np.ndarray, metric: Metric) -> float:
    """The largest distance of all, place by place."""
    return max(
        float(distance(np.tile(place, (len(coordinates), 1)), coordinates, metric).max())
        for place in coordinates
    )


@settings(max_examples=60)
@given(
    layout=st.sampled_from([*LAYOUTS, "a disc", "the globe", "a slanted line"]),
    metric=st.sampled_from(["sphere", "plane"]),
    n=st.integers(FEW - 4, 3 * FEW),
    seed=st.integers(0, 10**6),
)
def test_the_diameter_is_the_distance_of_the_farthest_pair(
    layout: str, metric: Metric, n: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    turn, reach = 2 * np.pi * random.random(n), np.sqrt(random.random(n))
    if layout == "a disc":
        coordinates = np.column_stack([reach * np.cos(turn), 40 + reach * np.sin(turn)])
    elif layout == "the globe":
        coordinates = np.column_stack([360 * random.random(n) - 180, 180 * random.random(n) - 90])
    elif layout == "a slanted line":
        coordinates = np.outer(random.random(n), [3.0, 4.0])
    else:
        coordinates = coordinates_of(layout, metric, n, random)
    found = diameters(problem_of(coordinates, metric, 1), np.zeros(n, dtype=np.int32))
    # On the globe pairs on opposite sides are as far as can be, and rounding decides between them.
    assert found[0] == pytest.approx(farthest(coordinates, metric), rel=1e-9, abs=1e-6)


@given(seed=st.integers(0, 10**6))
def test_each_territory_has_its_own(seed: int) -> None:
    random = np.random.default_rng(seed)
    coordinates, assignment = random.random((200, 2)), random.integers(0, 4, 200).astype(np.int32)
    found = diameters(problem_of(coordinates, "plane", 6), assignment)
    for j in range(4):
        assert found[j] == pytest.approx(farthest(coordinates[assignment == j], "plane"))
    assert found[4:].tolist() == [0.0, 0.0]


@given(seed=st.integers(0, 10**6), weighted=st.booleans())
def test_cut_edges_are_counted_one_by_one(seed: int, weighted: bool) -> None:
    random = np.random.default_rng(seed)
    graph = Graph.from_edges(20, random.integers(0, 20, (50, 2)))
    weights = random.random(len(graph.edges())) if weighted else None
    problem = problem_of(
        random.random((20, 2)), "plane", 4, adjacency=graph, objective="cut_edges", edge_weights=weights
    )
    assignment = random.integers(0, 4, 20).astype(np.int32)
    cut = 0.0
    for e, (a, b) in enumerate(graph.edges()):
        if assignment[a] != assignment[b]:
            cut += 1.0 if weights is None else weights[e]
    assert cut_edges(problem, assignment) == pytest.approx(cut)
