"""Scores against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.bench import scoring
from terrier.bench.case import Ints
from terrier.engine.design import Graph, Problem, evaluate


def ints(*values: int) -> Ints:
    return np.array(values, dtype=np.int32)


SQUARE = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 5.5], [10.0, 0.0]])


def test_distances_of_the_old_instances_are_rounded_down() -> None:
    pair = np.array([0]), np.array([1, 2])
    assert scoring.euclid(SQUARE)(*pair).tolist() == [[5.0, math.hypot(3, 5.5)]]
    assert scoring.floored_euclid(SQUARE)(*pair).tolist() == [[5.0, 6.0]]


def test_a_quarter_of_the_earth_is_ten_thousand_kilometers() -> None:
    far = scoring.great_circle(np.array([[0.0, 0.0], [90.0, 0.0], [0.0, 90.0], [0.0, 1e-6]]))
    quarter = math.pi / 2 * 6371
    everybody = np.arange(4)
    assert far(everybody, everybody)[0, :3] == pytest.approx([0, quarter, quarter])
    assert far(everybody, everybody)[0, 3] == pytest.approx(math.radians(1e-6) * 6371, rel=1e-6)


def test_the_center_is_the_unit_from_which_the_others_are_nearest() -> None:
    line = scoring.euclid(np.array([[0.0, 0], [1, 0], [5, 0], [7, 0]]))
    weights = np.array([1.0, 1, 1, 10])
    assert scoring.unit_centers(line, weights, 1, ints(0, 0, 0, 1), 2) == 5.0
    assert scoring.unit_centers(line, weights, 2, ints(0, 0, 0, 1), 2) == 17.0
    assert scoring.unit_centers(line, weights, 1, ints(0, 0, 1, 1), 2) == 3.0


def test_a_median_must_be_large_enough_even_where_another_is_nearer() -> None:
    line = scoring.euclid(np.array([[0.0, 0], [1, 0], [2, 0], [9, 0]]))
    demand = np.array([1.0, 1, 1, 1])
    capacity = np.array([3.0, 2.0, 3.0, 1.0])
    found = scoring.capacitated_median(line, demand, capacity, ints(0, 0, 0, 1), 2)
    assert (found.value, found.flaws) == (3.0, ())
    short = scoring.capacitated_median(line, demand, np.ones(4), ints(0, 0, 0, 1), 2)
    assert (short.value, short.is_feasible) == (2.0, False)
    assert short.flaws == ("territory 0: a demand of 3 and no median so large",)


def test_free_centers_are_the_engines_own_measure_by_other_code() -> None:
    rng = np.random.default_rng(1)
    places = rng.uniform((-120, 25), (-70, 48), (200, 2))
    weights = rng.lognormal(0, 1, 200)
    assignment = rng.integers(0, 5, 200).astype(np.int32)
    problem = Problem(
        coordinates=places,
        measures=np.ones((200, 1)),
        tolerances=np.ones(1),
        n_territories=5,
        weights=weights,
    )
    ours = scoring.free_centers(places, weights, assignment, 5)
    assert ours == pytest.approx(evaluate(problem, assignment).score.travel, rel=1e-9)


def test_the_diameter_is_that_of_the_widest_territory() -> None:
    assert scoring.largest_diameter(scoring.euclid(SQUARE), ints(0, 0, 0, 1), 2) == math.hypot(3, 5.5)
    assert scoring.largest_diameter(scoring.euclid(SQUARE), ints(0, 1, 2, 0), 3) == 10.0


def test_an_edge_between_two_territories_is_cut() -> None:
    ring = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])
    assert scoring.cut_edges(ring, ints(0, 0, 1, 1)) == 2
    assert scoring.cut_edges(ring, ints(0, 1, 0, 1)) == 4


def test_bounds_hold_up_to_rounding_only() -> None:
    loads = np.array([95.0, 105.0 + 1e-9])
    assert scoring.within(loads, 95, 105, "people") == ()
    assert scoring.within(np.array([94.9, 105.1]), 95, 105, "people") == (
        "2 territories out of bounds in people, territory 0 holds 94.9",
    )


def test_each_measure_is_held_against_its_own_mean() -> None:
    measures = np.array([[1.0, 1.0], [1.0, 1.1], [1.0, 1.0], [1.0, 0.9]])
    assert scoring.within_tolerance(measures, 0.05, ints(0, 0, 1, 1), 2) == ()
    (flaw,) = scoring.within_tolerance(measures, 0.04, ints(0, 0, 1, 1), 2)
    assert "measure 2" in flaw


def test_a_missing_an_empty_and_an_unknown_territory_are_flaws() -> None:
    assert scoring.wholeness(ints(0, 1), 2, 2) == ()
    assert scoring.wholeness(ints(0, 0), 2, 2) == ("1 empty territories",)
    assert scoring.wholeness(ints(0, 2), 2, 2) == ("a unit is in a territory outside 0 to 1",)
    assert scoring.wholeness(ints(0), 2, 2) == ("1 placements for 2 units",)


@given(st.integers(0, 2**32 - 1))
def test_pieces_are_those_that_the_graph_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, k = 30, 4
    edges = rng.integers(0, n, (60, 2))
    edges = edges[edges[:, 0] != edges[:, 1]]
    assignment = np.append(np.arange(k), rng.integers(0, k, n - k)).astype(np.int32)
    problem = Problem(
        coordinates=rng.uniform(0, 1, (n, 2)),
        measures=np.ones((n, 1)),
        tolerances=np.ones(1),
        n_territories=k,
        adjacency=Graph.from_edges(n, edges),
    )
    pieces = evaluate(problem, assignment).pieces
    assert pieces is not None
    broken = int((pieces > 1).sum())
    said = scoring.connected(edges, assignment, k)
    assert said == ((f"{broken} territories in several pieces",) if broken else ())
