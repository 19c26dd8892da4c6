"""Speed by how densely the places around lie."""

from __future__ import annotations

import numpy as np
import pytest

from terrier.engine.travel import SPEEDS, Speeds, StraightRoads, local_speed, spacing


def test_spacing_of_a_grid_is_its_mesh() -> None:
    grid = np.stack(np.meshgrid(np.arange(30.0), np.arange(30.0)), axis=-1).reshape(-1, 2) * 5
    middle = np.array([[72.5, 72.5]])
    assert spacing(middle, grid, "plane")[0] == pytest.approx(5.0, rel=0.25)


def test_speed_rises_with_spacing_between_its_bounds() -> None:
    speed = local_speed(np.geomspace(0.01, 100, 50))
    assert speed[0] == SPEEDS.urban
    assert speed[-1] == SPEEDS.rural
    assert (np.diff(speed) >= 0).all()


def test_speeds_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="0 < urban ≤ rural"):
        Speeds(urban=90, rural=60)


def test_a_long_way_out_of_a_city_is_not_driven_at_the_speed_of_its_streets() -> None:
    places = np.array([[0.0, 0.0], [100.0, 0.0]])
    roads = StraightRoads(places, "plane", np.array([30.0, 30.0]), circuity=1.0, far_speed=75.0)
    hours, km = roads.legs(np.array([0]), np.array([1]))
    assert km[0] == 100
    assert hours[0] == pytest.approx(15 / 30 + 85 / 75)
