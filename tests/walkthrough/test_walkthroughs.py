"""What the walk-throughs promise is what their commands give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from terrier.atlas.outlines import MAINLAND, counties
from terrier.engine.design import Problem, check, evaluate
from terrier.intake.gateway import read_job
from terrier.intake.request import DesignRequest
from tests.walkthrough.commands import follow

FILES = {"placements.csv", "territories.csv", "plan.geojson", "plan.xlsx", "report.html"}


@pytest.fixture(scope="module")
def ohio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ohio")
    follow("zip-codes.md", folder)
    return folder


@pytest.fixture(scope="module")
def lower_48(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counties")
    follow("counties.md", folder)
    return folder


def read(file: Path) -> pl.DataFrame:
    return pl.read_csv(
        file, infer_schema_length=None, schema_overrides={"unit": pl.String, "fips": pl.String}
    )


def assigned(plan: Path, names: list[str]) -> NDArray[np.int32]:
    position = {name: j for j, name in enumerate(names)}
    return np.array([position[name] for name in read(plan / "placements.csv")["territory"]], dtype=np.int32)


def assert_holds(problem: Problem, plan: Path) -> None:
    """The written placements, evaluated and checked from scratch, give the written territories."""
    written = read(plan / "territories.csv")
    found = evaluate(problem, assigned(plan, written["territory"].to_list()))
    assert check(problem, found) == []
    assert found.shortfalls == ()
    assert found.counts.tolist() == written["units"].to_list()
    deviations = [column for column in written.columns if column.endswith(" deviation")]
    np.testing.assert_allclose(found.deviations, written.select(deviations).to_numpy(), atol=1e-6)


@pytest.mark.xdist_group("ohio")
def test_ohio_has_twelve_contiguous_territories_within_five_percent(
    ohio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ohio)
    job = read_job(
        DesignRequest(
            accounts="ohio.csv", id_column="zip", n_territories=12, balance=("accounts",), contiguous=True
        )
    )
    assert {file.name for file in (ohio / "ohio-plan").iterdir()} >= FILES
    assert read(ohio / "ohio-plan/placements.csv")["unit"].to_list() == job.unit_ids
    assert_holds(job.problem, ohio / "ohio-plan")
    counts = read(ohio / "ohio-plan/territories.csv")["units"]
    assert counts.min() >= 80
    assert counts.max() <= 88


@pytest.mark.xdist_group("ohio")
def test_a_thirteenth_territory_in_ohio_moves_little(ohio: Path) -> None:
    placements = read(ohio / "ohio-next/placements.csv")
    territories = read(ohio / "ohio-next/territories.csv")
    assert territories.height == 13
    assert territories["accounts deviation"].abs().max() <= 0.05
    assert territories["pieces"].to_list() == [1] * 13
    share = (placements["moved"] == "yes").mean()
    assert 1 / 13 * 0.95 <= share <= 0.35
    before = read(ohio / "ohio-plan/placements.csv")
    assert placements["previous"].to_list() == before["territory"].to_list()


@pytest.mark.xdist_group("lower_48")
def test_forty_territories_of_counties_are_balanced_and_in_one_piece(
    lower_48: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(lower_48)
    job = read_job(
        DesignRequest(
            accounts="counties.csv",
            n_territories=40,
            balance=("zips",),
            weight="zips",
            adjacency="counties.geojson",
            contiguous=True,
            join_islands=True,
        )
    )
    assert_holds(job.problem, lower_48 / "counties-plan")
    territories = read(lower_48 / "counties-plan/territories.csv")
    assert territories.height == 40
    assert territories["zips"].sum() == read(lower_48 / "counties.csv")["zips"].sum()
    assert territories["zips deviation"].abs().max() <= 0.05


@pytest.mark.xdist_group("lower_48")
def test_territories_are_in_one_piece_along_the_borders_of_the_atlas_itself(lower_48: Path) -> None:
    """From the atlas's own shared borders, not from the outlines the design read; islands go with anything."""
    mainland = counties().of(MAINLAND)
    placements = read(lower_48 / "counties-plan/placements.csv")
    assert placements["unit"].to_list() == list(mainland.fips)
    territory = placements["territory"].to_list()
    neighbors: list[list[int]] = [[] for _ in territory]
    for a, b in mainland.edges.tolist():
        neighbors[a].append(b)
        neighbors[b].append(a)
    pieces = dict.fromkeys(territory, 0)
    seen = {i for i, near in enumerate(neighbors) if not near}
    assert len(seen) == 2
    for start in range(len(territory)):
        if start in seen:
            continue
        pieces[territory[start]] += 1
        seen.add(start)
        waiting = [start]
        while waiting:
            for q in neighbors[waiting.pop()]:
                if q not in seen and territory[q] == territory[start]:
                    seen.add(q)
                    waiting.append(q)
    assert set(pieces.values()) == {1}


@pytest.mark.xdist_group("lower_48")
def test_no_territory_crosses_a_state_where_grouped_by_state(lower_48: Path) -> None:
    placements = read(lower_48 / "states-plan/placements.csv")
    states = placements.group_by("territory").agg(pl.col("state").n_unique())
    assert states.height == 100
    assert states["state"].to_list() == [1] * 100
