"""The plan as GeoJSON (RFC 7946): an outline for each territory, then a point for each unit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from terrier.report.document import PlanDocument
from terrier.report.figures import Figures
from terrier.report.outline import Outlines
from terrier.report.reasons import Reasons, cause

Feature = dict[str, Any]


def write_geojson(
    document: PlanDocument, known: Figures, why: Reasons, outlines: Outlines, path: Path
) -> None:
    """Write one feature a line, so that the file can be read, compared and cut by line tools."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[\n')
        separator = ""
        for feature in (*_territories(document, outlines), *_points(document, known, why)):
            file.write(
                separator + json.dumps(feature, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            )
            separator = ",\n"
        file.write("\n]}\n")


def _territories(document: PlanDocument, outlines: Outlines) -> Iterator[Feature]:
    plan, problem = document.plan, document.problem
    for j, name in enumerate(document.territory_names):
        figures: dict[str, Any] = {
            "kind": "territory",
            "territory": name,
            "person": document.people[j],
            "units": int(plan.counts[j]),
            "mean_distance": round(float(plan.mean_distance[j]), 3),
        }
        for m, measure in enumerate(document.measure_names):
            figures[measure] = float(plan.loads[j, m])
            figures[f"{measure} deviation"] = round(float(plan.deviations[j, m]), 6)
        yield {
            "type": "Feature",
            "id": f"territory-{j}",
            "geometry": _geometry(outlines[j], problem.metric == "sphere"),
            "properties": figures,
        }


def _points(document: PlanDocument, known: Figures, why: Reasons) -> Iterator[Feature]:
    plan, problem, before = document.plan, document.problem, known.before
    places = np.round(problem.coordinates, 6).tolist()
    moved = np.select([known.moved, known.new], ["yes", "new"], "no").tolist()
    causes = [cause(int(code)) for code in why.codes]
    far = known.far.round(3).tolist()
    for i, (unit, name) in enumerate(zip(document.unit_ids, document.unit_names, strict=True)):
        said: dict[str, Any] = {
            "kind": "unit",
            "unit": unit,
            "name": name,
            "territory": document.territory_names[plan.assignment[i]],
            "cause": causes[i],
            "distance": far[i],
        }
        if before is not None:
            said["previous"] = before.names[before.held_by[i]] if before.held_by[i] >= 0 else ""
            said["moved"] = moved[i]
        yield {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": places[i]},
            "properties": said,
        }


def _geometry(shape: BaseGeometry, rounded: bool) -> dict[str, Any] | None:
    """Counterclockwise outside, clockwise inside; a territory without land has no geometry, which RFC 7946 allows."""
    if shape.is_empty:
        return None
    said: dict[str, Any] = json.loads(shapely.to_geojson(shapely.orient_polygons(shape)))
    if rounded:
        said["coordinates"] = _round(said["coordinates"])
    return said


def _round(value: Any) -> Any:
    return [_round(v) for v in value] if isinstance(value, list) else round(value, 5)
