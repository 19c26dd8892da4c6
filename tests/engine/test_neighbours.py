import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from terrier.engine.design import Graph
from terrier.engine.design import neighbours as module
from terrier.engine.design.geometry import to_xyz
from terrier.engine.design.neighbours import join_components, point_adjacency

METRICS = st.sampled_from(["sphere", "plane"])


@st.composite
def places(draw, at_most=40, distinct=False):
    """Coordinates near and far, on few enough values that places coincide, line up and lie on circles."""
    step = draw(st.sampled_from([0.0001, 0.01, 1.0]))
    cell = st.tuples(st.integers(-90, 90), st.integers(-80, 80))
    cells = draw(st.lists(cell, min_size=1, max_size=at_most, unique=distinct))
    skew = draw(
        st.sampled_from([0.0, 1e-3])
    )  # away from right angles, where "in the ball" is a matter of rounding
    coordinates = np.array(cells, dtype=np.float64)
    return (coordinates + skew * np.sin(7 * coordinates[:, ::-1])) * step


def edge_set(graph):
    return {tuple(edge) for edge in graph.edges().tolist()}


def naive_gabriel(points):
    """Pairs that no third point sees at a right angle or wider."""
    clear = set()
    for i in range(len(points)):
        for j in range(i + 1, len(points)):
            a, b = points - points[i], points - points[j]
            sees = (a * b).sum(axis=1) / np.maximum(
                1e-300, np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
            )
            sees[[i, j]] = 1.0
            if (sees > 1e-6).all():
                clear.add((i, j))
    return clear


def naive_spanning_length(points, label):
    """Prim, on pieces: the total length of the shortest links that make one piece of all."""
    joined, total = {label[0]}, 0.0
    while joined != set(label):
        length, piece = min(
            (np.linalg.norm(points[i] - points[j]), label[j])
            for i in range(len(points))
            for j in range(len(points))
            if label[i] in joined and label[j] not in joined
        )
        joined.add(piece)
        total += length
    return total


def total_length(points, edges):
    return float(sum(np.linalg.norm(points[i] - points[j]) for i, j in edges))


@given(places(), METRICS)
def test_whatever_the_points_the_graph_is_one_piece(coordinates, metric):
    graph = point_adjacency(coordinates, metric)
    assert graph.n_units == len(coordinates)
    assert set(graph.components().tolist()) == {0}


@given(places(at_most=25, distinct=True), METRICS)
def test_places_with_nothing_between_are_neighbours_unless_absurdly_far(coordinates, metric):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ABSURD", np.inf)
        found = edge_set(point_adjacency(coordinates, metric))
    assert naive_gabriel(to_xyz(coordinates, metric)) <= found


@given(places(at_most=25, distinct=True), METRICS)
def test_the_shortest_tree_is_kept_when_long_edges_are_cut(coordinates, metric):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ABSURD", 0.0)
        tree = point_adjacency(coordinates, metric).edges()
    points = to_xyz(coordinates, metric)
    assert len(tree) == len(coordinates) - 1
    assert total_length(points, tree) == pytest.approx(naive_spanning_length(points, range(len(points))))


@given(places(), METRICS)
def test_the_graph_is_the_same_every_time(coordinates, metric):
    first, second = (point_adjacency(coordinates, metric) for _ in range(2))
    assert edge_set(first) == edge_set(second)


def test_one_two_and_three_units_are_joined():
    assert edge_set(point_adjacency(np.array([[7.0, 47.0]]), "sphere")) == set()
    assert edge_set(point_adjacency(np.array([[7.0, 47.0], [8.0, 47.0]]), "sphere")) == {(0, 1)}
    bent = np.array([[0.0, 0.0], [2.0, 0.1], [1.0, 0.0]])
    assert edge_set(point_adjacency(bent, "sphere")) == {(0, 2), (1, 2)}


@pytest.mark.parametrize("metric", ["sphere", "plane"])
@pytest.mark.parametrize("direction", [(1.0, 0.0), (0.0, 1.0), (0.3, 0.2)])
def test_units_along_a_line_form_a_chain(metric, direction):
    coordinates = np.outer([3.0, 0.0, 4.0, 1.0, 2.0], direction)
    assert edge_set(point_adjacency(coordinates, metric)) == {(1, 3), (3, 4), (0, 4), (0, 2)}


def test_units_around_the_equator_form_a_ring():
    coordinates = np.column_stack([np.arange(-180.0, 180.0, 10.0), np.zeros(36)])
    graph = point_adjacency(coordinates, "sphere")
    ring = {(i, i + 1) for i in range(35)} | {(0, 35)}
    assert ring <= edge_set(graph)


def test_units_on_both_sides_of_the_date_line_are_neighbours():
    coordinates = np.array([[179.9, 52.0], [-179.9, 52.1], [178.0, 52.05], [-178.0, 51.9]])
    assert (0, 1) in edge_set(point_adjacency(coordinates, "sphere"))


def test_units_at_one_place_are_joined_to_one_another_and_to_the_neighbours():
    coordinates = np.repeat([[0.0, 0.0], [1.0, 0.0]], [5, 2], axis=0)
    graph = edge_set(point_adjacency(coordinates, "plane"))
    assert {(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (2, 3), (3, 4), (5, 6)} <= graph
    assert {(0, 5), (1, 5), (2, 6)} <= graph
    assert (4, 5) not in graph  # past the third, a unit reaches the next place through the first three


def test_a_place_holds_together_when_its_first_unit_leaves():
    coordinates = np.zeros((50, 2))
    edges = point_adjacency(coordinates, "sphere").edges()
    rest = Graph.from_edges(49, edges[(edges > 0).all(axis=1)] - 1)
    assert rest.components().max() == 0


def test_a_second_crossing_of_a_lake_is_cut_but_the_first_stays():
    shore = np.column_stack([np.zeros(30), np.arange(30.0)])
    coordinates = np.concatenate([shore, shore + np.array([50.0, 0.0])])
    edges = point_adjacency(coordinates, "plane").edges()
    assert len(edges) == 29 + 29 + 1


def test_a_place_too_near_another_for_the_triangulation_is_still_joined():
    coordinates = np.array([[0, 0], [1e-13, 1e-14], [1, 0], [0, 1], [1, 1]], dtype=np.float64)
    assert (0, 1) in edge_set(point_adjacency(coordinates, "plane"))


@given(places(at_most=20), METRICS, st.data())
def test_pieces_are_joined_by_the_shortest_links_there_are(coordinates, metric, data):
    unit = st.integers(0, len(coordinates) - 1)
    before = Graph.from_edges(
        len(coordinates), data.draw(st.lists(st.tuples(unit, unit), max_size=2 * len(coordinates)))
    )
    label = before.components().tolist()
    after, added = join_components(before, coordinates, metric)
    assert after.components().max() == 0
    assert len(added) == max(label)
    assert edge_set(after) == edge_set(before) | {tuple(sorted(edge)) for edge in added.tolist()}
    points = to_xyz(coordinates, metric)
    assert total_length(points, added) == pytest.approx(naive_spanning_length(points, label), abs=0.01)


def test_islands_are_joined_to_one_another_before_the_mainland():
    mainland, islands = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]], [[10.0, 0.0], [11.0, 0.0]]
    graph = Graph.from_edges(5, [(0, 1), (1, 2)])
    joined, added = join_components(graph, np.array(mainland + islands), "plane")
    assert added.tolist() == [[3, 4], [2, 3]]
    assert joined.components().tolist() == [0] * 5


def test_a_connected_graph_stays_as_it_is():
    graph = Graph.from_edges(3, [(0, 1), (1, 2)])
    joined, added = join_components(graph, np.array([[0.0, 0.0], [5.0, 0.0], [0.1, 0.0]]), "plane")
    assert edge_set(joined) == edge_set(graph)
    assert added.shape == (0, 2)


@pytest.mark.parametrize("metric", ["sphere", "plane"])
def test_the_tree_of_all_pairs_is_as_short_as_that_of_the_triangulation(metric, monkeypatch):
    chance = np.random.default_rng(4)
    places = np.column_stack([chance.uniform(-90, -80, 300), chance.uniform(35, 40, 300)])
    places[200:250] = places[:50]
    found = []
    for few in (0, len(places)):
        monkeypatch.setattr(module, "FEW", few)
        tree = module.spanning_tree(places, metric)
        assert connected_components(csr_array((np.ones(299), tree.T), shape=(300, 300)))[0] == 1
        points = to_xyz(places, metric)
        found.append(float(np.linalg.norm(points[tree[:, 0]] - points[tree[:, 1]], axis=1).sum()))
    assert found[0] == pytest.approx(found[1], rel=1e-9)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_the_tree_of_hardly_any_units(n):
    assert module.spanning_tree(np.zeros((n, 2)), "sphere").shape == (max(n - 1, 0), 2)
