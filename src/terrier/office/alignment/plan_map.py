"""The map of a plan for print: land, state borders, the territories' own land in their colors, home bases and names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from reportlab.graphics.shapes import Circle, Drawing, Path, String
from reportlab.lib.colors import Color, HexColor, white
from shapely.geometry.base import BaseGeometry

from terrier.atlas import outlines
from terrier.office.alignment.plan_content import DRAWING, PlanContent

LAND, BORDER, INK = HexColor("#F3F2ED"), HexColor("#C9C7BE"), HexColor("#1F2A26")
MARGIN = 0.06
DETAIL = 1 / 1200
LETTER, TALL = 3.6, 9.0
"""Of names on the map: the width of a letter and the height of a line, in points."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How degrees become points: x grows by the middle latitude's share."""

    west: float
    south: float
    squeeze: float
    scale: float

    def x(self, longitude: float) -> float:
        return (longitude - self.west) * self.squeeze * self.scale

    def y(self, latitude: float) -> float:
        return (latitude - self.south) * self.scale


def map_of(content: PlanContent, width: float, height: float, font: str) -> Drawing | None:
    """None where no territory has land: nobody knows where its accounts are."""
    shapes = content.outlines
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(np.array(list(shapes.values()), dtype=object))
    wide, tall = max(east - west, 0.2), max(north - south, 0.2)
    west, east, south, north = (
        west - MARGIN * wide, east + MARGIN * wide, south - MARGIN * tall, north + MARGIN * tall,
    )  # fmt: skip
    squeeze = max(0.1, float(np.cos(np.radians((south + north) / 2))))
    scale = min(width / ((east - west) * squeeze), height / (north - south))
    frame = Frame(west, south, squeeze, scale)
    drawing = Drawing((east - west) * squeeze * scale, (north - south) * scale)
    with DRAWING:
        states = [
            shapely.simplify(shapely.clip_by_rect(one, west, south, east, north), (east - west) * DETAIL)
            for one in outlines.states().polygons
        ]
    for state in states:
        _draw(drawing, state, frame, LAND, BORDER, 0.4)
    for row in content.rows:
        shape = shapes.get(row.territory.pk)
        if shape is not None:
            tint = HexColor(content.colors[row.territory.pk])
            fill = Color(tint.red, tint.green, tint.blue, alpha=0.42)
            _draw(drawing, shapely.simplify(shape, (east - west) * DETAIL), frame, fill, tint, 0.7)
    for x, y, name in _names(content, frame):
        drawing.add(Circle(x, y, 1.8, fillColor=INK, strokeColor=white, strokeWidth=0.5))
        drawing.add(String(x, y + 3.5, name, fontName=font, fontSize=6, fillColor=INK, textAnchor="middle"))
    return drawing


def _names(content: PlanContent, frame: Frame) -> Iterator[tuple[float, float, str]]:
    """Where each territory's name stands: at the middle of its accounts, the largest first; none over another."""
    taken: list[tuple[float, float, float]] = []
    for row in sorted(content.rows, key=lambda one: (-one.n_accounts, one.territory.name)):
        if row.territory.pk not in content.outlines or row.middle is None:
            continue
        x, y, name = frame.x(row.middle[0]), frame.y(row.middle[1]), row.territory.name[:40]
        half = len(name) * LETTER / 2
        if all(abs(y - other[1]) > TALL or abs(x - other[0]) > half + other[2] for other in taken):
            taken.append((x, y, half))
            yield x, y, name


def _draw(
    drawing: Drawing, shape: BaseGeometry, frame: Frame, fill: Color, stroke: Color, line: float
) -> None:
    path = Path(
        fillColor=fill, strokeColor=stroke, strokeWidth=line, fillMode=0
    )  # even-odd, so that holes stay open
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        for ring in (part.exterior, *part.interiors):
            xy = shapely.get_coordinates(ring)
            path.moveTo(frame.x(xy[0, 0]), frame.y(xy[0, 1]))
            for x, y in xy[1:]:
                path.lineTo(frame.x(x), frame.y(y))
            path.closePath()
    if path.points:
        drawing.add(path)
