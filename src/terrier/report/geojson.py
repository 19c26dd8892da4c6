"""The plan as GeoJSON (RFC 7946): an outline for each territory, then a point for each unit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from terrier.report.document import PlanDocument
from terrier.report.figures import Figures
from terrier.report.outline import Outlines
from terrier.report.reasons import Reasons, causes
from terrier.report.tables import named

Feature = dict[str, Any]


def write_geojson(
    document: PlanDocument, known: Figures, why: Reasons, outlines: Outlines, path: Path
) -> None:
    """Write one feature a line, so that the file can be read, compared and cut by line tools."""
    with path.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[\n')
        for feature in _territories(document, outlines):
            text = json.dumps(feature, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            file.write(text.encode("utf-8") + b",\n")
        lines = _points(document, known, why).write_ndjson().encode("utf-8")
        file.write(lines.rstrip(b"\n").replace(b"\n", b",\n"))  # within texts JSON has no line ends
        file.write(b"\n]}\n")


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


def _points(document: PlanDocument, known: Figures, why: Reasons) -> pl.DataFrame:
    """The features of the units, one a row."""
    before, n = known.before, document.problem.n_units
    said: dict[str, Any] = {
        "kind": pl.repeat("unit", n, eager=True),
        "unit": document.unit_ids,
        "name": document.unit_names,
        "territory": named(document.territory_names, document.plan.assignment),
        "cause": causes(why),
        "distance": known.far.round(3),
    }
    if before is not None:
        said["previous"] = named((*before.names, ""), before.held_by)
        said["moved"] = np.select([known.moved, known.new], ["yes", "new"], "no")
    places = pl.DataFrame({"coordinates": document.problem.coordinates.round(6)})
    return pl.select(
        pl.lit("Feature").alias("type"),
        places.select(pl.lit("Point").alias("type"), "coordinates").to_struct("geometry"),
        pl.DataFrame(said).to_struct("properties"),
    )


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
