"""Rows that are somewhere else than they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from terrier.errors import InputError
from terrier.intake.gateway import read_job
from terrier.intake.request import DesignRequest


def file_of(folder: Path, places: list[tuple[float, float]], zips: list[str] | None = None) -> DesignRequest:
    """Accounts at (latitude, longitude) places, with ZIP codes where given."""
    head = "id,lat,lon" + (",zip" if zips else "")
    rows = [f"A{i},{lat},{lon}" + (f",{zips[i]}" if zips else "") for i, (lat, lon) in enumerate(places)]
    (folder / "a.csv").write_text("\n".join([head, *rows]) + "\n")
    return DesignRequest(accounts=str(folder / "a.csv"), n_territories=1)


def country(n: int, low: tuple[float, float], high: tuple[float, float]) -> list[tuple[float, float]]:
    random = np.random.default_rng(1)
    return [(round(lat, 4), round(lon, 4)) for lat, lon in random.uniform(low, high, (n, 2))]


def test_one_swapped_row_among_many_is_found(tmp_path: Path) -> None:
    places = country(50, (26, -88), (47, -68))
    places[30] = places[30][::-1]
    with pytest.raises(InputError, match="row 32, column “lat”: latitude and longitude look swapped"):
        read_job(file_of(tmp_path, places))


def test_a_row_far_from_its_zip_code_but_near_it_when_swapped_is_found(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 3, column “lat”: latitude and longitude look swapped"):
        read_job(file_of(tmp_path, [(42.36, -71.06), (-71.1, 42.35)], ["02108", "02134"]))


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ((25, -124), (49, -67)),
        ((19, -160), (71, -66)),
        ((36, -9), (70, 30)),
        ((-44, 113), (-10, 178)),
        ((-55, -70), (5, -35)),
    ],
    ids=["the contiguous states", "all states", "Europe", "Australia", "South America"],
)
def test_true_places_anywhere_are_not_taken_for_swapped(
    tmp_path: Path, low: tuple[float, float], high: tuple[float, float]
) -> None:
    places = country(200, low, high)
    assert read_job(file_of(tmp_path, places)).problem.n_units == 200


def test_a_few_accounts_overseas_are_not_taken_for_swapped(tmp_path: Path) -> None:
    places = [
        *country(100, (26, -124), (48, -68)),
        (51.5, -0.1),
        (35.7, 139.7),
        (-33.9, 151.2),
        (64.8, -147.7),
    ]
    assert read_job(file_of(tmp_path, places)).problem.n_units == 104
