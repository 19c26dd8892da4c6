"""Territories that nobody named are called after their largest city."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from terrier.engine.design import evaluate
from terrier.intake.gateway import read_job
from terrier.intake.job import DesignJob
from terrier.intake.naming import named_by_place
from terrier.intake.request import DesignRequest

PLACES = {
    "Denver": (39.74, -104.98, "CO"),
    "Boulder": (40.01, -105.27, "CO"),
    "Portland OR": (45.52, -122.68, "OR"),
    "Portland ME": (43.66, -70.26, "ME"),
    "Berlin": (52.52, 13.40, ""),
    "The sea": (30.0, -50.0, ""),
}


def names(folder: Path, rows: list[tuple[str, int]], *, cities: bool = True, **request: Any) -> list[str]:
    """The names of territories, given each account's place and territory."""
    where = [PLACES[place] for place, _ in rows]
    columns: dict[str, Any] = {
        "id": [f"A{i}" for i in range(len(rows))],
        "latitude": [latitude + i * 1e-3 for i, (latitude, _, _) in enumerate(where)],
        "longitude": [longitude for _, longitude, _ in where],
    }
    if cities:
        columns["City"] = [place.removesuffix(" OR").removesuffix(" ME").upper() for place, _ in rows]
        columns["State"] = [state for _, _, state in where]
    if "current" in request:
        columns["owner"] = ["Ann Lee" if territory == 0 else None for _, territory in rows]
    job = job_of(folder, pl.DataFrame(columns), rows, **request)
    plan = evaluate(job.problem, np.array([territory for _, territory in rows], dtype=np.int32))
    return named_by_place(job, plan).territory_names


def job_of(folder: Path, frame: pl.DataFrame, rows: list[tuple[str, int]], **request: Any) -> DesignJob:
    frame.write_csv(folder / "a.csv")
    k = max(territory for _, territory in rows) + 1
    return read_job(DesignRequest(accounts=str(folder / "a.csv"), n_territories=k, **request))


def test_a_territory_is_called_after_the_city_with_most_accounts(tmp_path: Path) -> None:
    rows = [("Boulder", 0), ("Boulder", 0), ("Denver", 0), ("Denver", 1), ("Portland OR", 2)]
    assert names(tmp_path, rows) == ["Boulder", "Denver", "Portland"]


def test_without_a_city_column_the_nearest_us_city_counts(tmp_path: Path) -> None:
    rows = [("Denver", 0), ("Denver", 0), ("Boulder", 1), ("The sea", 2)]
    assert names(tmp_path, rows, cities=False) == ["Denver", "Boulder", "Territory 3"]


def test_cities_of_any_country_name_territories(tmp_path: Path) -> None:
    assert names(tmp_path, [("Berlin", 0), ("Denver", 1)]) == ["Berlin", "Denver"]


def test_two_of_a_city_are_told_apart_by_where_they_lie(tmp_path: Path) -> None:
    rows = [("Denver", 0), ("Denver", 0), ("Denver", 1), ("Denver", 1)]
    assert names(tmp_path, rows) == ["Denver South", "Denver North"]


def test_more_of_a_city_are_numbered_the_largest_first(tmp_path: Path) -> None:
    rows = [("Denver", 0), ("Denver", 1), ("Denver", 1), ("Denver", 2), ("Boulder", 3)]
    assert names(tmp_path, rows) == ["Denver 2", "Denver", "Denver 3", "Boulder"]


def test_cities_of_one_name_carry_their_state(tmp_path: Path) -> None:
    assert names(tmp_path, [("Portland OR", 0), ("Portland ME", 1)]) == ["Portland OR", "Portland ME"]


def test_beside_todays_territories_it_is_said_to_be_new(tmp_path: Path) -> None:
    rows = [("Denver", 0), ("Denver", 0), ("Boulder", 1)]
    assert names(tmp_path, rows, current="owner") == ["Ann Lee", "New: Boulder"]


def test_a_number_that_a_lock_uses_stays(tmp_path: Path) -> None:
    rows = [("Denver", 0), ("Boulder", 1)]
    assert names(tmp_path, rows, locks=("A1=Territory 2",)) == ["Denver", "Territory 2"]


def test_a_plane_has_no_cities(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "x": [1.0, 2.0], "y": [1.0, 2.0], "city": ["Denver", "Boulder"]})
    job = job_of(tmp_path, frame, [("", 0), ("", 1)], plane=True)
    plan = evaluate(job.problem, np.array([0, 1], dtype=np.int32))
    assert named_by_place(job, plan).territory_names == ["Territory 1", "Territory 2"]
