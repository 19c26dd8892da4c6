"""Ids and names become positions and come back unharmed, whatever the order of the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrier.engine.design import MaxRounds, check, solve
from terrier.errors import InputError
from terrier.intake.gateway import read_job
from terrier.intake.groups import apportion
from terrier.intake.job import DesignJob
from terrier.intake.request import DesignRequest

OWNERS = ("Ann Lee", "Bob Ray", "VACANT", "")


def accounts(n: int, seed: int) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "Account #": [f"A-{i:03d}" for i in range(n)],
            "Name": [f"Store {i}" for i in range(n)],
            "Lat": random.uniform(37, 41, n).round(4),
            "Lon": random.uniform(-109, -102, n).round(4),
            "Sales": random.pareto(2, n).round(2) + 1,
            "State": random.choice(["CO", "UT"], n).tolist(),
            "Rep": [*OWNERS[:2], *random.choice(OWNERS, n - 2).tolist()],
            "Chain": random.choice(["", "", "C1", "C2"], n).tolist(),
        }
    )


def job_of(folder: Path, frame: pl.DataFrame, **request: Any) -> DesignJob:
    frame.write_csv(folder / "accounts.csv")
    return read_job(DesignRequest(accounts=str(folder / "accounts.csv"), **request))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(12, 60), seed=st.integers(0, 10**6), data=st.data())
def test_the_order_of_rows_changes_positions_and_nothing_else(
    tmp_path: Path, n: int, seed: int, data: st.DataObject
) -> None:
    frame = accounts(n, seed)
    order = data.draw(st.permutations(range(n)))
    asked: dict[str, Any] = {
        "n_territories": 4,
        "balance": ("Sales", "accounts"),
        "current": "rep",
        "together": "chain",
        "locks": ("A-005=Ann Lee",),
    }
    first = job_of(tmp_path, frame, **asked)
    second = job_of(tmp_path, frame[order], **asked)
    assert second.unit_ids == [first.unit_ids[i] for i in order]
    assert second.territory_names == first.territory_names
    for field in ("coordinates", "measures", "weights", "present", "locks"):
        np.testing.assert_array_equal(getattr(second.problem, field), getattr(first.problem, field)[order])
    assert first.problem.together is not None
    assert second.problem.together is not None
    mates = [first.problem.together[i] for i in order]
    renamed = dict(zip(second.problem.together.tolist(), mates, strict=True))
    assert [renamed[group] for group in second.problem.together.tolist()] == mates


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(12, 60), seed=st.integers(0, 10**6))
def test_every_id_keeps_its_figures_and_its_owner(tmp_path: Path, n: int, seed: int) -> None:
    frame = accounts(n, seed)
    job = job_of(tmp_path, frame, n_territories=3, balance=("sales",), current="Rep")
    assert job.unit_ids == frame["Account #"].to_list()
    assert job.unit_names == frame["Name"].to_list()
    np.testing.assert_allclose(job.problem.measures[:, 0], frame["Sales"])
    np.testing.assert_allclose(job.problem.coordinates, frame.select("Lon", "Lat"))
    present = job.problem.present
    assert present is not None
    named = [job.territory_names[j] if j >= 0 else "" for j in present]
    assert named == ["" if owner in {"VACANT", ""} else owner for owner in frame["Rep"]]
    assert job.before_names == ["Ann Lee", "Bob Ray"]
    assert job.territory_names == ["Ann Lee", "Bob Ray", "New 1"]


def test_a_plan_of_a_read_job_passes_the_checker(tmp_path: Path) -> None:
    job = job_of(
        tmp_path,
        accounts(80, 3),
        n_territories=4,
        balance=("sales",),
        tolerance=0.2,
        current="rep",
        together="chain",
        locks=("A-005=Ann Lee",),
        contiguous=True,
    )
    assert check(job.problem, solve(job.problem, stop=MaxRounds(2))) == []


def test_people_meet_territories_by_name_and_newcomers_get_new_ones(tmp_path: Path) -> None:
    (tmp_path / "reps.csv").write_text(
        "name,territory,zip,fte\nBob Ray,,80202,1\nDee Orr,,84101,0.5\nann lee,,,1\n"
    )
    job = job_of(tmp_path, accounts(40, 1), current="rep", seats=str(tmp_path / "reps.csv"))
    assert job.territory_names == ["Ann Lee", "Bob Ray", "Dee Orr"]
    assert job.people == ["ann lee", "Bob Ray", "Dee Orr"]
    np.testing.assert_allclose(job.problem.shares, [0.4, 0.4, 0.2])
    seats = job.problem.seats
    assert seats is not None
    assert np.isnan(seats[0]).all()
    assert seats[1] == pytest.approx([-104.99, 39.75], abs=0.1)
    assert seats[2] == pytest.approx([-111.89, 40.76], abs=0.1)


def test_from_scratch_the_people_make_the_territories(tmp_path: Path) -> None:
    (tmp_path / "reps.csv").write_text(
        "person,territory,latitude,longitude\nAnn,North,40,-105\nVacant,South,38,-105\n"
    )
    job = job_of(tmp_path, accounts(40, 1), seats=str(tmp_path / "reps.csv"), n_territories=3)
    assert job.territory_names == ["North", "South", "Territory 3"]
    assert job.people == ["Ann", "", ""]


def test_a_closed_territory_is_remembered_but_not_planned(tmp_path: Path) -> None:
    job = job_of(tmp_path, accounts(40, 1), current="rep", close=("bob ray",))
    assert job.territory_names == ["Ann Lee"]
    assert job.before_names == ["Ann Lee", "Bob Ray"]
    assert job.before is not None
    assert job.problem.present is not None
    assert (job.problem.present[job.before == 1] == -1).all()


def test_regions_get_territories_by_what_they_hold(tmp_path: Path) -> None:
    frame = accounts(60, 2)
    job = job_of(tmp_path, frame, n_territories=7, balance=("sales",), group_by="state")
    share = frame.filter(pl.col("State") == "CO")["Sales"].sum() / frame["Sales"].sum()
    in_colorado = sum(name.startswith("CO") for name in job.territory_names)
    assert abs(in_colorado - 7 * share) <= 0.5
    assert job.territory_groups is not None
    assert job.territory_names == sorted(job.territory_names)
    held = np.bincount(job.territory_groups, job.problem.shares[:, 0])
    assert held[0] == pytest.approx(share)


def test_a_lock_across_a_border_is_refused(tmp_path: Path) -> None:
    frame = accounts(60, 2)
    unit = frame.filter(pl.col("State") == "UT")["Account #"][0]
    with pytest.raises(InputError, match=f"{unit} is in UT, but CO 1 is a territory of CO"):
        job_of(tmp_path, frame, n_territories=7, group_by="state", locks=(f"{unit}=CO 1",))


def test_groups_that_two_locks_would_tear_apart_are_refused(tmp_path: Path) -> None:
    frame = accounts(60, 2)
    a, b = frame.filter(pl.col("Chain") == "C1")["Account #"][:2]
    with pytest.raises(
        InputError, match=f"{a} and {b} must go together, but are locked to Ann Lee and Bob Ray"
    ):
        job_of(tmp_path, frame, current="rep", together="chain", locks=(f"{a}=Ann Lee", f"{b}=Bob Ray"))


def test_rows_without_coordinates_are_placed_by_zip_code_row_by_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,lat,lon,zip\nA,40,-100,80202\nB,,,80202\nC,0,0,2134\n")
    job = read_job(DesignRequest(accounts=str(tmp_path / "a.csv"), n_territories=1))
    assert job.problem.coordinates[0].tolist() == [-100, 40]
    assert job.problem.coordinates[1] == pytest.approx([-104.99, 39.75], abs=0.1)
    assert job.problem.coordinates[2] == pytest.approx([-71.13, 42.35], abs=0.1)
    assert "2 accounts are placed by ZIP code, for want of coordinates." in job.notes


def test_polygons_give_places_neighbors_and_shapes(tmp_path: Path) -> None:
    squares = ",".join(
        f'{{"type": "Feature", "properties": {{"Area": "{name}"}}, "geometry": {{"type": "Polygon", "coordinates": '
        f"[[[{x}, 0], [{x + 1}, 0], [{x + 1}, 1], [{x}, 1], [{x}, 0]]]}}}}"
        for x, name in enumerate("ABC")
    )
    (tmp_path / "areas.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{squares}]}}')
    (tmp_path / "a.csv").write_text("area,people\nC,1\nA,2\nB,3\n")
    job = read_job(
        DesignRequest(
            accounts=str(tmp_path / "a.csv"),
            n_territories=2,
            balance=("people",),
            id_column="area",
            contiguous=True,
            adjacency=str(tmp_path / "areas.geojson"),
        )
    )
    assert job.problem.adjacency is not None
    assert sorted(map(tuple, job.problem.adjacency.edges().tolist())) == [(0, 2), (1, 2)]
    assert job.problem.coordinates[:, 0].tolist() == [2.5, 0.5, 1.5]
    assert job.shapes is not None
    assert [shape.bounds[0] for shape in job.shapes] == [2, 0, 1]


@given(
    load=st.lists(st.floats(0.001, 1), min_size=1, max_size=30),
    extra=st.integers(0, 200),
)
def test_apportioning_gives_every_seat_away_within_bounds(load: list[float], extra: int) -> None:
    shares = np.array(load) / sum(load)
    seats = len(load) + extra
    given_out = apportion(shares, seats, np.ones(len(load), dtype=np.int64), np.full(len(load), seats))
    assert given_out.sum() == seats
    assert (given_out >= 1).all()
    above_one = seats * shares > 1
    if above_one.all():
        assert (np.abs(given_out - seats * shares) < 1).all()


def test_a_column_named_by_its_first_word_is_taken_and_said(tmp_path: Path) -> None:
    frame = accounts(20, 1).rename({"Sales": "Sales last year"})
    job = job_of(tmp_path, frame, n_territories=2, balance=("sales",), tolerances={"sales": 0.1})
    assert job.measure_names == ["Sales last year"]
    assert job.problem.tolerances.tolist() == [0.1]
    assert "“sales” means the column “Sales last year”." in job.notes


def test_the_zip_code_is_carried_though_it_places_the_account(tmp_path: Path) -> None:
    frame = accounts(12, 1).with_columns(pl.lit("01001").alias("Zip"))
    assert job_of(tmp_path, frame, n_territories=2).details["Zip"] == ["01001"] * 12
    frame = frame.drop("Lat", "Lon")
    assert job_of(tmp_path, frame, n_territories=2, balance=("accounts",)).details["Zip"] == ["01001"] * 12


def test_too_many_other_columns_are_said_to_be_left_out(tmp_path: Path) -> None:
    frame = accounts(12, 1).with_columns(pl.lit("x").alias(f"note {i}") for i in range(60))
    job = job_of(tmp_path, frame, n_territories=2)
    assert len(job.details) == 40
    assert any(note.startswith("The first 40 of ") for note in job.notes)
