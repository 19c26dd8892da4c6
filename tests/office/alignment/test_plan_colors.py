from __future__ import annotations

from shapely import box

from terrier.office.alignment.plan_colors import colors_of
from terrier.office.alignment.planning import COLORS

RED, BLUE = COLORS[3], COLORS[0]


def test_neighbors_of_one_color_get_different_ones_and_others_keep_theirs() -> None:
    outlines = {1: box(0, 0, 1, 1), 2: box(1, 0, 2, 1), 3: box(5, 0, 6, 1)}
    found = colors_of(outlines, {1: BLUE, 2: BLUE, 3: BLUE})
    assert found[1] == BLUE
    assert found[2] != BLUE
    assert found[3] == BLUE


def test_a_territory_without_land_has_a_color_too() -> None:
    assert colors_of({}, {1: RED, 2: ""}) == {1: RED, 2: COLORS[0]}


def test_a_crowd_of_neighbors_shares_what_colors_there_are() -> None:
    around = {number: box(number % 4, number // 4, number % 4 + 1, number // 4 + 1) for number in range(12)}
    found = colors_of(around, dict.fromkeys(around, BLUE))
    for number, shape in around.items():
        for other, beside in around.items():
            if number != other and shape.distance(beside) < 0.01:
                assert found[number] != found[other]
