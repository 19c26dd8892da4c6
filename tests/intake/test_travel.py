"""Visits, visit times and travel times from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from terrier.engine.travel import MeasuredRoads, StraightRoads
from terrier.errors import InputError
from terrier.intake.gateway import read_job
from terrier.intake.request import DesignRequest, TravelRequest

ACCOUNTS = """id,lat,lon,sales,workload,Visits per year,Visit minutes
A,40.0,-100.0,100,9,12,30
B,40.1,-100.2,200,8,6,60
C,40.3,-100.1,300,7,4,45
D,40.2,-100.4,400,6,0,45
"""
PAIRS = "from,to,minutes,km\nA,B,30,25\nB,A,40,27\nA,C,60,50\nB,C,20,15\nA,D,80,70\nB,D,10,8\nC,D,55,40\n"


def files(folder: Path, pairs: str | None = None, accounts: str = ACCOUNTS) -> str:
    (folder / "accounts.csv").write_text(accounts)
    if pairs is not None:
        (folder / "times.csv").write_text(pairs)
    return str(folder / "accounts.csv")


def job_of(path: str, balance: tuple[str, ...] = (), **travel: object):
    return read_job(
        DesignRequest(accounts=path, n_territories=2, balance=balance, travel=TravelRequest(**travel))  # type: ignore[arg-type]
    )


def test_visits_and_minutes_are_found_by_their_headings(tmp_path: Path) -> None:
    job = job_of(files(tmp_path))
    assert job.calls is not None
    assert job.calls.visits.tolist() == [12, 6, 4, 0]
    assert job.calls.hours.tolist() == [0.5, 1.0, 0.75, 0.75]


def test_the_workload_column_makes_way_for_calls_and_travel(tmp_path: Path) -> None:
    job = job_of(files(tmp_path), ("sales", "workload"))
    assert job.measure_names == ["sales", "workload with travel"]
    assert job.travel_measure == 1
    assert job.problem.measures[:, 1].tolist() == [6, 6, 3, 0]


def test_workload_joins_what_is_balanced_where_it_was_not_named(tmp_path: Path) -> None:
    assert job_of(files(tmp_path), ("sales",)).measure_names == ["sales", "workload with travel"]


def test_a_tolerance_may_call_it_workload(tmp_path: Path) -> None:
    request = DesignRequest(
        accounts=files(tmp_path),
        n_territories=2,
        balance=("sales",),
        tolerances={"workload": 0.2},
        travel=TravelRequest(),
    )
    assert read_job(request).problem.tolerances.tolist() == [0.05, 0.2]


def test_one_number_may_stand_for_every_visit(tmp_path: Path) -> None:
    job = job_of(files(tmp_path), visit_minutes="90")
    assert job.calls is not None
    assert job.calls.hours.tolist() == [1.5] * 4


def test_without_a_column_of_visits_there_is_no_travel_to_reckon(tmp_path: Path) -> None:
    path = files(tmp_path, accounts="id,lat,lon,sales\nA,40,-100,1\nB,41,-100,2\n")
    with pytest.raises(InputError, match="has no column of visits a year"):
        job_of(path)


def test_travel_times_of_a_file_are_used_both_ways(tmp_path: Path) -> None:
    path = files(tmp_path, PAIRS)
    roads = job_of(path, times=str(tmp_path / "times.csv")).roads
    assert isinstance(roads, MeasuredRoads)
    assert roads.hours[0, 1] == 0.5
    assert roads.hours[1, 0] == pytest.approx(2 / 3)
    assert roads.hours[2, 0] == roads.hours[0, 2] == 1.0
    assert roads.km[3, 2] == 40
    assert np.diag(roads.hours).tolist() == [0, 0, 0, 0]


def test_hours_and_miles_are_understood(tmp_path: Path) -> None:
    pairs = PAIRS.replace("minutes,km", "Hours,Miles")
    roads = job_of(files(tmp_path, pairs), times=str(tmp_path / "times.csv")).roads
    assert isinstance(roads, MeasuredRoads)
    assert roads.hours[0, 1] == 30
    assert roads.km[0, 1] == pytest.approx(25 * 1.609344)


def test_missing_pairs_are_named(tmp_path: Path) -> None:
    pairs = "\n".join(line for line in PAIRS.splitlines() if not line.startswith(("B,D", "C,D")))
    with pytest.raises(InputError, match="has no travel time for some pairs: B – D, C – D"):
        job_of(files(tmp_path, pairs), times=str(tmp_path / "times.csv"))


def test_an_account_that_the_accounts_do_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not an account of"):
        job_of(files(tmp_path, PAIRS + "A,Z,10,10\n"), times=str(tmp_path / "times.csv"))


def test_too_many_accounts_for_a_matrix_are_refused_before_anything_is_asked(tmp_path: Path) -> None:
    rows = "".join(f"A{i},{30 + i * 1e-3},-100,1,1\n" for i in range(3001))
    path = files(tmp_path, PAIRS, "id,lat,lon,sales,visits\n" + rows)
    with pytest.raises(InputError, match="at most 3,000 accounts can have them"):
        job_of(path, times=str(tmp_path / "times.csv"))


def test_in_a_city_one_drives_slower_than_in_the_country(tmp_path: Path) -> None:
    accounts = "id,lat,lon,sales,visits\nManhattan,40.75,-73.99,1,1\nGarfield,47.3,-106.9,1,1\n"
    roads = job_of(files(tmp_path, accounts=accounts)).roads
    assert isinstance(roads, StraightRoads)
    assert roads.speed[0] < 35
    assert roads.speed[1] == 75


def test_on_a_plane_there_is_no_travel_to_reckon(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="needs places on the earth"):
        read_job(DesignRequest(accounts=files(tmp_path), n_territories=2, plane=True, travel=TravelRequest()))
