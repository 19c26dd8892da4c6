import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from terrier.atlas.outlines import counties
from terrier.atlas.polygons import polygon_adjacency


def test_areas_with_a_common_border_touch_and_areas_with_a_common_corner_do_not():
    board = [shapely.box(x, y, x + 1, y + 1) for y in range(2) for x in range(2)]
    assert polygon_adjacency(board).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


def test_an_area_touches_the_one_that_it_surrounds():
    lake = shapely.box(1, 1, 2, 2)
    assert polygon_adjacency([shapely.box(0, 0, 3, 3) - lake, lake]).tolist() == [[0, 1]]


def test_outlines_drawn_a_little_over_one_another_touch():
    assert polygon_adjacency([shapely.box(0, 0, 1.01, 1), shapely.box(1, 0, 2, 1)]).tolist() == [[0, 1]]


def test_an_outline_that_crosses_itself_is_read_as_the_areas_it_surrounds():
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    assert polygon_adjacency([bow, shapely.box(2, 0, 3, 2)]).tolist() == [[0, 1]]


def test_no_areas_have_no_borders():
    assert polygon_adjacency([]).shape == (0, 2)
    assert polygon_adjacency([shapely.box(0, 0, 1, 1)]).shape == (0, 2)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), unique=True, max_size=30))
def test_squares_touch_when_they_are_one_step_apart(cells):
    squares = [shapely.box(x, y, x + 1, y + 1) for x, y in cells]
    expected = [
        [i, j]
        for i in range(len(cells))
        for j in range(i + 1, len(cells))
        if abs(cells[i][0] - cells[j][0]) + abs(cells[i][1] - cells[j][1]) == 1
    ]
    assert polygon_adjacency(squares).tolist() == expected


def test_it_agrees_with_the_arcs_that_counties_share():
    areas = counties().of({"IA", "MO", "VT"})
    assert np.array_equal(polygon_adjacency(areas.polygons), areas.edges)
