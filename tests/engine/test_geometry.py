"""Degrees to kilometres and back, and distances by another formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.engine.design.geometry import EARTH_RADIUS_KM, distance, from_xyz, to_xyz

LONGITUDES = st.floats(-180, 180)
LATITUDES = st.floats(-90, 90)
PLACES = st.tuples(LONGITUDES, LATITUDES)


def angle_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The angle between two places as vectors, by the tangent of half of it (Kahan)."""
    u, v = (
        np.array([math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)])
        for x, y in (map(math.radians, place) for place in (a, b))
    )
    return 2 * math.atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v)))


@given(place=PLACES)
def test_a_place_comes_back_from_the_sphere(place: tuple[float, float]) -> None:
    there = to_xyz(np.array([place]), "sphere")
    back = from_xyz(there, "sphere")
    assert np.linalg.norm(there) == pytest.approx(EARTH_RADIUS_KM)
    assert back[0, 1] == pytest.approx(place[1], abs=1e-6)
    np.testing.assert_allclose(to_xyz(back, "sphere"), there, atol=1e-6)


@given(place=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)))
def test_a_place_comes_back_from_the_plane(place: tuple[float, float]) -> None:
    np.testing.assert_array_equal(from_xyz(to_xyz(np.array([place]), "plane"), "plane"), [place])


@given(a=PLACES, b=PLACES)
def test_distances_follow_the_great_circle(a: tuple[float, float], b: tuple[float, float]) -> None:
    found = distance(np.array([a]), np.array([b]), "sphere")[0]
    assert found == pytest.approx(EARTH_RADIUS_KM * angle_between(a, b), abs=1e-3)
    assert found == pytest.approx(distance(np.array([b]), np.array([a]), "sphere")[0])


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        ((-87.63, 41.88), (-90.20, 38.63), 422.2),  # Chicago to St. Louis
        ((179.5, 0.0), (-179.5, 0.0), 111.2),  # across the date line
        ((0.0, 90.0), (123.0, 90.0), 0.0),  # one pole, two longitudes
        ((0.0, 0.0), (180.0, 0.0), 20015.1),
    ],
)
def test_known_distances(a: tuple[float, float], b: tuple[float, float], km: float) -> None:
    assert distance(np.array([a]), np.array([b]), "sphere")[0] == pytest.approx(km, abs=0.6)


def test_on_a_plane_distance_is_euclid_s() -> None:
    assert distance(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]), "plane")[0] == 5.0


def test_a_chord_is_hardly_shorter_than_the_circle_at_500_km() -> None:
    places = np.array([[0.0, 0.0], [500 / 111.19, 0.0]])
    chord = np.linalg.norm(np.subtract(*to_xyz(places, "sphere")))
    arc = distance(places[:1], places[1:], "sphere")[0]
    assert 0 < 1 - chord / arc < 0.0005
