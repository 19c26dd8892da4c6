"""Outlines: every territory on the map, none over another, and GeoJSON that others can read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Problem
from terrier.report.drawing import color, draw
from terrier.report.figures import figures
from terrier.report.geojson import write_geojson
from terrier.report.outline import area_neighbors, area_outlines, point_neighbors, point_outlines, survey
from terrier.report.reasons import reasons
from tests.report.factory import make_document


def overlap(outlines: list[Any]) -> float:
    tree = shapely.STRtree(outlines)
    left, right = tree.query(outlines)
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if a < b]
    return sum(shapely.intersection(outlines[a], outlines[b]).area for a, b in pairs)


def problem(coordinates: Any, **changes: Any) -> Problem:
    places = np.asarray(coordinates, dtype=float)
    fields: dict[str, Any] = {
        "coordinates": places,
        "measures": np.ones((len(places), 1)),
        "tolerances": np.array([0.1]),
        "n_territories": 1,
    }
    return Problem(**{**fields, **changes})


def test_territories_do_not_overlap_and_hold_their_units() -> None:
    document = make_document(400)
    drawing = draw(document, figures(document), survey(document.problem))
    assert all(shape.is_valid and not shape.is_empty for shape in drawing.after)
    assert overlap(drawing.after) < 1e-6
    points = shapely.points(document.problem.coordinates)
    inside = [
        shapely.dwithin(drawing.after[j], point, 0.02)
        for j, point in zip(document.plan.assignment, points, strict=True)
    ]
    assert np.mean(inside) > 0.97


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-30, 30), st.integers(-20, 20)), min_size=1, max_size=30),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_any_few_places_can_be_drawn(places: list[tuple[int, int]], k: int, random: Any) -> None:
    labels = np.array([random.randrange(-1, k) for _ in places], dtype=np.int32)
    outlines = point_outlines(survey(problem(places)), labels, k)
    assert all(shape.is_valid for shape in outlines)
    assert overlap(outlines) < 1e-6


def test_one_place_shared_by_all_still_has_land() -> None:
    outlines = point_outlines(survey(problem([[10.0, 50.0]] * 5)), np.zeros(5, dtype=np.int32), 1)
    assert outlines[0].area > 0


def test_us_outlines_stay_on_land() -> None:
    document = make_document()
    drawing = draw(document, figures(document), survey(document.problem))
    pacific = shapely.box(-130, 43, -125, 48)
    assert sum(shape.intersection(pacific).area for shape in drawing.after) < 0.02


def test_units_around_the_date_line_are_cut_there_as_rfc_7946_asks() -> None:
    places = [[178.0, -17.0], [179.5, -16.5], [-179.5, -17.5], [-178.0, -18.0]]
    (outline,) = point_outlines(survey(problem(places)), np.zeros(4, dtype=np.int32), 1)
    west, _, east, _ = outline.bounds
    assert west == -180
    assert east == 180
    assert all(np.ptp(np.asarray(part.exterior.coords)[:, 0]) < 20 for part in outline.geoms)


def test_areas_dissolve_into_their_territories() -> None:
    squares = [shapely.box(x, y, x + 1, y + 1) for x in range(4) for y in range(2)]
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32)
    left, right = area_outlines(squares, labels, 2)
    assert left.equals(shapely.box(0, 0, 2, 2))
    assert right.equals(shapely.box(2, 0, 4, 2))
    assert area_neighbors([left, right]) == {(0, 1)}


def test_points_side_by_side_make_neighbors() -> None:
    ground = survey(problem([[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1]]))
    assert point_neighbors(ground, np.array([0, 1, 2, 0, 1, 2], dtype=np.int32), 3) == {(0, 1), (1, 2)}


@given(st.integers(1, 12), st.data())
def test_neighbors_get_different_colors(n: int, data: st.DataObject) -> None:
    pairs = [(a, b) for a in range(n) for b in range(a)]
    touching = data.draw(st.sets(st.sampled_from(pairs), max_size=2 * n)) if pairs else set()
    degree = np.bincount(np.array(sorted(touching), dtype=int).ravel(), minlength=n)
    found = color(n, touching)
    if degree.max(initial=0) < 8:
        assert all(found[a] != found[b] for a, b in touching)


@pytest.fixture
def features(tmp_path: Path) -> list[dict[str, Any]]:
    document = make_document(unit_names=['Tom\'s "Pets" <b>'] * 240)
    known = figures(document)
    path = tmp_path / "plan.geojson"
    drawing = draw(document, known, survey(document.problem))
    write_geojson(document, known, reasons(document, known), drawing.after, path)
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["type"] == "FeatureCollection"
    found: list[dict[str, Any]] = data["features"]
    return found


def test_geojson_has_an_outline_for_each_territory_and_a_point_for_each_unit(features: Any) -> None:
    kinds = [feature["properties"]["kind"] for feature in features]
    assert kinds == ["territory"] * 5 + ["unit"] * 240
    for feature in features:
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        west, south, east, north = shape.bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90


def test_geojson_rings_turn_as_rfc_7946_asks(features: Any) -> None:
    for feature in features[:5]:
        for polygon in feature["geometry"]["coordinates"]:
            assert shapely.LinearRing(polygon[0]).is_ccw
            assert not any(shapely.LinearRing(hole).is_ccw for hole in polygon[1:])
