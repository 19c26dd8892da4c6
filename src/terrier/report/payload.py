"""The plan as the page reads it: columns, not rows, and numbers as bytes, so that 100,000 accounts open quickly."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from terrier.engine.design import Problem
from terrier.report.basemap import LONGEST
from terrier.report.choices import choices_payload
from terrier.report.document import PlanDocument
from terrier.report.drawing import Drawing
from terrier.report.figures import Figures, overall_mean, unit_of_length
from terrier.report.headline import bound_sentence, shortfall_sentences
from terrier.report.outline import Outlines
from terrier.report.reasons import Reasons

VERSION = 1
SCALE = 100_000  # coordinates in steps of 1e-5 degrees, about a meter
FEW = 4096  # a text column with at most so many different values is stored as a list of them and positions

SHOWN = 12  # further columns of the user's file in the page; the tables have them all


def payload(
    document: PlanDocument, known: Figures, why: Reasons, drawing: Drawing, land: dict[str, Any] | None
) -> dict[str, Any]:
    """Everything the page shows. `frontend/src/model/payload.ts` describes and reads the same."""
    problem = document.problem
    return {
        "version": VERSION,
        "title": document.title,
        "created": document.created.isoformat(timespec="seconds"),
        "command": document.command,
        "settings": [[label, value] for label, value in document.settings],
        "notes": list(document.notes),
        "unmet": shortfall_sentences(document),
        "unplaced": [[row, unit, reason] for row, unit, reason in document.unplaced],
        "sphere": problem.metric == "sphere",
        "lengthUnit": unit_of_length(problem),
        "miles": document.miles,
        "measures": _measures(document),
        "territories": _territories(document, known, drawing),
        "overall": _overall(document, known),
        "units": _units(document, known, why),
        "choices": choices_payload(document.choices),
        "basemap": land,
    }


def _measures(document: PlanDocument) -> list[dict[str, Any]]:
    tolerances, totals = document.problem.tolerances, document.problem.measures.sum(axis=0)
    return [
        {"name": name, "tolerance": _rounded(tolerances[m]), "total": _rounded(totals[m])}
        for m, name in enumerate(document.measure_names)
    ]


def _territories(document: PlanDocument, known: Figures, drawing: Drawing) -> list[dict[str, Any]]:
    """The new territories, then the closed ones, which have a past only."""
    plan, problem, before = document.plan, document.problem, known.before
    k, targets, room = problem.n_territories, problem.targets, plan.room(problem)
    old = np.full(k, -1) if before is None else before.index_of(k)
    travel = None
    if document.travel is not None:
        travel = np.bincount(plan.assignment, document.travel.hours, k)
    found = []
    for j, name in enumerate(document.territory_names):
        found.append(
            {
                "name": name,
                "person": document.people[j],
                "color": int(drawing.color[j]),
                "seat": _place(problem.seats[j]) if problem.seats is not None else None,
                "site": None if plan.sites is None or plan.sites[j] < 0 else int(plan.sites[j]),
                "after": {
                    "units": int(plan.counts[j]),
                    "loads": _list(plan.loads[j]),
                    "deviations": _list(plan.deviations[j]),
                    "distance": _rounded(plan.mean_distance[j]),
                    "center": _place(plan.centres[j]),
                    "outline": _outline(drawing.after, j, problem),
                    "travel": None if travel is None else _rounded(travel[j]),
                },
                "before": _past(known, drawing, int(old[j]), problem),
                "target": _list(targets[j]),
                "room": None if np.isnan(room[j]).all() else _list(room[j]),
            }
        )
    if before is not None:
        for extra, b in enumerate(np.flatnonzero(before.continues < 0)):
            found.append(
                {
                    "name": before.names[b],
                    "person": "",
                    "color": int(drawing.color[k + extra]),
                    "seat": None,
                    "site": None,
                    "after": None,
                    "before": _past(known, drawing, int(b), problem),
                    "target": None,
                    "room": None,
                }
            )
    return found


def _past(known: Figures, drawing: Drawing, b: int, problem: Problem) -> dict[str, Any] | None:
    before = known.before
    if before is None or b < 0 or drawing.before is None:
        return None
    return {
        "units": int(before.counts[b]),
        "loads": _list(before.loads[b]),
        "deviations": _list(before.deviations[b]),
        "distance": _rounded(before.mean_distance[b]),
        "center": _place(before.centres[b]),
        "outline": _outline(drawing.before, b, problem),
        "travel": None,
    }


def _overall(document: PlanDocument, known: Figures) -> dict[str, Any]:
    problem, plan, before = document.problem, document.plan, known.before
    return {
        "distance": _rounded(overall_mean(problem, plan.mean_distance, plan.assignment)),
        "distanceBefore": None
        if before is None
        else _rounded(overall_mean(problem, before.mean_distance, before.held_by)),
        "moved": int(known.moved.sum()),
        "new": int(known.new.sum()),
        "movedShare": None if before is None else _rounded(known.moved_share),
        "score": _rounded(plan.score.total),
        "bound": bound_sentence(plan),
        "objective": problem.objective,
        "contiguous": problem.contiguous,
        "maxMoved": problem.max_moved,
    }


def _units(document: PlanDocument, known: Figures, why: Reasons) -> dict[str, Any]:
    problem, before = document.problem, known.before
    step = _step(problem.metric == "sphere", problem.coordinates)
    origin = problem.coordinates.min(axis=0)
    past = None
    if before is not None:
        shown_as = before.continues.copy()
        closed = np.flatnonzero(shown_as < 0)
        shown_as[closed] = problem.n_territories + np.arange(len(closed))
        past = np.where(before.held_by >= 0, shown_as[before.held_by], -1)
    return {
        "count": problem.n_units,
        "origin": [float(v) for v in origin],
        "step": step,
        "x": _bytes(np.round((problem.coordinates[:, 0] - origin[0]) / step), "<u4"),
        "y": _bytes(np.round((problem.coordinates[:, 1] - origin[1]) / step), "<u4"),
        "after": _bytes(document.plan.assignment, "<i4"),
        "before": None if past is None else _bytes(past, "<i4"),
        "reasons": _bytes(why.codes, "<u2"),
        "reasonMeasure": _bytes(why.measure, "<u1"),
        "distance": _bytes(known.far, "<f4"),
        "distanceBefore": None if before is None else _bytes(before.far, "<f4"),
        "measures": [_bytes(measure, "<f4") for measure in problem.measures.T],
        "ids": list(map(str, document.unit_ids)),
        "names": list(map(str, document.unit_names)),
        "details": [
            {"name": name, **_texts(values)} for name, values in islice(document.details.items(), SHOWN)
        ],
    }


def _texts(values: Sequence[str]) -> dict[str, Any]:
    texts = [str(value) for value in values]
    different = list(dict.fromkeys(texts))
    if len(different) > FEW:
        return {"values": texts}
    position = {text: at for at, text in enumerate(different)}
    return {"values": different, "at": _bytes(np.array([position[text] for text in texts]), "<u2")}


def _outline(outlines: Outlines, j: int, problem: Problem) -> list[list[list[int]]]:
    """Polygons of rings of x, y steps in one flat list, each point after the first as the way from the one before."""
    sphere = problem.metric == "sphere"
    step = _step(sphere, problem.coordinates)
    shape = shapely.segmentize(outlines[j], LONGEST) if sphere else outlines[j]
    return [
        [_ring(np.asarray(ring.coords), step) for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(shape)
    ]


def _ring(points: NDArray[np.float64], step: float) -> list[int]:
    whole = np.round(points[:, :2] / step).astype(np.int64)
    whole[1:] -= whole[:-1].copy()
    found: list[int] = whole.ravel().tolist()
    return found


def _step(sphere: bool, coordinates: NDArray[np.float64]) -> float:
    return 1 / SCALE if sphere else (float(np.ptp(coordinates, axis=0).max()) or 1.0) / 1_000_000


def _bytes(values: NDArray[Any], kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode("ascii")


def _place(place: NDArray[np.float64]) -> list[float] | None:
    return [round(float(v), 5) for v in place] if np.isfinite(place).all() else None


def _list(values: NDArray[np.float64]) -> list[float | None]:
    return [_rounded(v) for v in values]


def _rounded(value: float) -> float | None:
    """Seven digits are more than anybody reads; NaN has no JSON."""
    return float(f"{value:.7g}") if np.isfinite(value) else None
