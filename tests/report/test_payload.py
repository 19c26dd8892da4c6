"""What the page is given to draw."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np

from terrier.report.backdrop import backdrop
from terrier.report.drawing import draw
from terrier.report.figures import figures
from terrier.report.outline import survey
from terrier.report.payload import payload
from terrier.report.reasons import Reason, reasons
from tests.report.factory import make_document, with_limits


def longest_step(line: list[int], step: float) -> float:
    """The widest way between two points of a line, in degrees; the first pair is a place, not a way."""
    ways = np.abs(np.array(line[2:]) * step)
    return float(ways.max()) if len(ways) else 0.0


def shown() -> dict[str, Any]:
    document = make_document()
    known = figures(document)
    behind = backdrop(document.problem, areas=False)
    drawing = draw(document, known, behind.ground)
    return payload(document, known, reasons(document, known), drawing, behind.land)


def test_long_straight_borders_bend_with_the_map() -> None:
    data = shown()
    base = data["basemap"]
    lines = [line for layer in ("land", "coast", "states", "counties") for line in base[layer]]
    rings = [
        ring
        for territory in data["territories"]
        for side in (territory["after"], territory["before"])
        if side
        for polygon in side["outline"]
        for ring in polygon
    ]
    assert len(rings) >= 11
    assert 0.25 < max(longest_step(line, base["step"]) for line in lines) <= 0.502
    assert 0.25 < max(longest_step(ring, data["units"]["step"]) for ring in rings) <= 0.50002


def test_a_measure_that_is_not_balanced_has_no_tolerance() -> None:
    document = with_limits(make_document())
    known = figures(document)
    why = reasons(document, known)
    data = payload(document, known, why, draw(document, known, survey(document.problem)), None)
    assert [measure["tolerance"] for measure in data["measures"]] == [0.05, None]
    json.dumps(data, allow_nan=False)
    assert int((why.codes & Reason.UNSERVED > 0).sum()) == 1
    codes = np.frombuffer(base64.b64decode(data["units"]["reasons"]), dtype="<u2")
    np.testing.assert_array_equal(codes, why.codes)


def test_a_territory_tells_what_it_has_room_for_where_anything_limits_it() -> None:
    document = with_limits(make_document())
    known = figures(document)
    drawing = draw(document, known, survey(document.problem))
    territories = payload(document, known, reasons(document, known), drawing, None)["territories"]
    assert [one["room"] for one in territories] == [[None, 100.0], *[None] * (len(territories) - 1)]
