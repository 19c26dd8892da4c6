"""The plan as tables: one row per placement, one per territory, one per move. CSV and workbook share them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrier.engine.travel import Travel
from terrier.report.document import PlanDocument
from terrier.report.figures import Figures, unit_of_length
from terrier.report.reasons import Reasons, causes, explain


def placements_table(document: PlanDocument, known: Figures, why: Reasons) -> pl.DataFrame:
    """Every unit, in the order of the user's file: who holds it, who held it, why, how far, and what it brings."""
    problem, plan, before = document.problem, document.plan, known.before
    columns: dict[str, object] = {
        "unit": list(document.unit_ids),
        "name": list(document.unit_names),
        "territory": named(document.territory_names, plan.assignment),
        "person": named(document.people, plan.assignment),
    }
    if before is not None:
        columns["previous"] = named((*before.names, ""), before.held_by)
        columns["moved"] = np.select([known.moved, known.new], ["yes", "new"], "no")
    texts = [""] * problem.n_units
    for unit in np.flatnonzero(why.codes):
        texts[unit] = explain(document, known, why, int(unit))
    columns["cause"] = causes(why)
    columns["why"] = texts
    columns[distance_column(document)] = known.far.round(3)
    if document.travel is not None:
        columns["travel_hours"] = document.travel.hours.round(2)
    x, y = ("longitude", "latitude") if problem.metric == "sphere" else ("x", "y")
    columns[y], columns[x] = problem.coordinates.T.round(6)[::-1]
    for m, name in enumerate(document.measure_names):
        columns[_free(name, columns)] = problem.measures[:, m]
    for name, values in document.details.items():
        columns[_free(name, columns)] = [str(v) for v in values]
    return pl.DataFrame(columns, strict=False)


def territories_table(document: PlanDocument, known: Figures) -> pl.DataFrame:
    """Every territory of the new plan, then those that close, with each measure before and after."""
    problem, plan, before = document.problem, document.plan, known.before
    k = problem.n_territories
    closed = [] if before is None else np.flatnonzero(before.continues < 0).tolist()
    gone = len(closed)
    columns: dict[str, object] = {
        "territory": [*document.territory_names, *(before.names[b] for b in closed if before)],
        "person": [*document.people, *[""] * gone],
    }
    if before is not None:
        old = before.index_of(k)
        kept = ["kept"] * k if problem.frozen is None else np.where(problem.frozen, "frozen", "kept").tolist()
        columns["status"] = [kept[j] if b >= 0 else "new" for j, b in enumerate(old)] + ["closed"] * gone
    columns["units"] = [*plan.counts.tolist(), *[0] * gone]
    if before is not None:
        rows = [*old.tolist(), *closed]
        columns["units_before"] = [int(before.counts[b]) if b >= 0 else 0 for b in rows]
        arrived = np.bincount(plan.assignment[known.moved | known.new], minlength=k)
        left = np.bincount(before.held_by[known.moved], minlength=len(before.names))
        columns["units_in"] = [*arrived.tolist(), *[0] * gone]
        columns["units_out"] = [int(left[b]) if b >= 0 else 0 for b in rows]
    for m, name in enumerate(document.measure_names):
        columns[_free(name, columns)] = [*plan.loads[:, m].round(6).tolist(), *[0.0] * gone]
        columns[f"{name} target"] = [*problem.targets[:, m].round(6).tolist(), *[None] * gone]
        room = plan.room(problem)[:, m]
        if not np.isnan(room).all():
            columns[f"{name} capacity"] = [*map(_number, room), *[None] * gone]
        columns[f"{name} deviation"] = [*plan.deviations[:, m].round(6).tolist(), *[None] * gone]
        if before is not None:
            columns[f"{name} before"] = [round(float(before.loads[b, m]), 6) if b >= 0 else 0.0 for b in rows]
            columns[f"{name} deviation before"] = [
                (round(float(before.deviations[b, m]), 6) if b >= 0 else -1.0) if row < k else None
                for row, b in enumerate(rows)
            ]
    columns[mean_column(document)] = [*plan.mean_distance.round(3).tolist(), *[None] * gone]
    if before is not None:
        columns[f"{mean_column(document)}_before"] = [
            _number(before.mean_distance[b]) if b >= 0 else None for b in rows
        ]
    if document.travel is not None:
        for name, values in travel_by_territory(document, document.travel).items():
            columns[name] = [*values.tolist(), *[None] * gone]
    if plan.pieces is not None:
        columns["pieces"] = [*plan.pieces.tolist(), *[0] * gone]
    x, y = ("longitude", "latitude") if problem.metric == "sphere" else ("x", "y")
    if plan.sites is not None:
        columns["center"] = [*named((*document.unit_ids, ""), plan.sites), *[None] * gone]
    columns[f"center_{y}"] = [*plan.centres[:, 1].round(6).tolist(), *[None] * gone]
    columns[f"center_{x}"] = [*plan.centres[:, 0].round(6).tolist(), *[None] * gone]
    return pl.DataFrame(columns, strict=False)


def travel_by_territory(document: PlanDocument, travel: Travel) -> dict[str, NDArray[np.generic]]:
    """Hours and km a year, and visits a day, of each new territory."""
    k, assignment = document.problem.n_territories, document.plan.assignment
    return {
        "travel_hours": np.bincount(assignment, travel.hours, k).round(1),
        "travel_km": np.bincount(assignment, travel.km, k).round(),
        "visits_a_day": travel.visits_a_day.round(2),
    }


def moves_table(placements: pl.DataFrame, document: PlanDocument) -> pl.DataFrame:
    """The placements whose holder changes, by where from and where to, with what a reader of moves asks about."""
    if "moved" not in placements.columns:
        return placements.clear()
    own = without_details(placements, document)
    wanted = ["unit", "name", "previous", "territory", "person", "why", distance_column(document)]
    wanted += own.columns[own.width - len(document.measure_names) :]
    changed = own.filter(pl.col("moved") != "no").select(wanted)
    return changed.sort(["previous", "territory"], maintain_order=True)


def without_details(placements: pl.DataFrame, document: PlanDocument) -> pl.DataFrame:
    """The placements without the further columns of the user's file, which come last."""
    return placements[:, : placements.width - len(document.details)]


def distance_column(document: PlanDocument) -> str:
    """The name of the distance column, with its unit."""
    return "_".join(filter(None, ["distance", unit_of_length(document.problem)]))


def mean_column(document: PlanDocument) -> str:
    return "_".join(filter(None, ["mean_distance", unit_of_length(document.problem)]))


def named(names: Sequence[str], index: NDArray[np.int32]) -> pl.Series:
    """The name at each index; -1 is the last."""
    return pl.Series(list(names), dtype=pl.String).gather(index)


def _free(name: str, taken: dict[str, object]) -> str:
    """A column name not in use yet: the user's own column may be called "name" or "territory" too."""
    while name in taken:
        name = f"{name} (file)"
    return name


def _number(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None
