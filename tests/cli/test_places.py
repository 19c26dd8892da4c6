"""`terrier places` writes files that a design can start from."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
import shapely
from click.testing import CliRunner, Result

from terrier.cli.places import places
from terrier.errors import InputError


def run(*words: object) -> Result:
    return CliRunner().invoke(places, [str(word) for word in words])


def test_the_zips_of_a_state_are_that_state_s_and_each_comes_once(tmp_path: Path) -> None:
    assert run("zips", "--state", "vt", "--out", tmp_path / "vt.csv").exit_code == 0
    table = pl.read_csv(tmp_path / "vt.csv", schema_overrides={"zip": pl.String})
    assert table["state"].unique().to_list() == ["VT"]
    assert table["zip"].is_unique().all()
    assert table["zip"].str.starts_with("05").all()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counties")
    files = ("--out", folder / "c.csv", "--edges", folder / "e.csv", "--shapes", folder / "s.geojson")
    assert run("counties", *files).exit_code == 0
    return folder


def test_counties_hold_every_zip_code_of_their_state_once(written: Path) -> None:
    table = pl.read_csv(written / "c.csv", schema_overrides={"fips": pl.String})
    assert table.height == 3108
    assert table["fips"].is_unique().all()
    rhode_island = table.filter(pl.col("state") == "RI")
    run("zips", "--state", "RI", "--out", written / "ri.csv")
    assert rhode_island["zips"].sum() == pl.read_csv(written / "ri.csv").height


def test_pairs_of_counties_that_touch_have_outlines_that_touch(written: Path) -> None:
    features = json.loads((written / "s.geojson").read_text())["features"]
    outlines = {f["id"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in features}
    pairs = pl.read_csv(written / "e.csv", schema_overrides=[pl.String, pl.String])
    assert len(outlines) == 3108
    # San Francisco and Alameda share a few yards of an island that these outlines leave out.
    apart = {(a, b) for a, b in pairs.iter_rows() if outlines[a].distance(outlines[b]) > 1e-9}
    assert apart == {("06001", "06075")}


def test_an_unknown_state_is_refused(tmp_path: Path) -> None:
    refused = run("zips", "--state", "ZZ", "--out", tmp_path / "zz.csv").exception
    assert isinstance(refused, InputError)
    assert "“ZZ”" in str(refused)
    assert not (tmp_path / "zz.csv").exists()


def test_a_file_that_exists_is_kept_unless_forced(tmp_path: Path) -> None:
    file = tmp_path / "ri.csv"
    file.write_text("mine")
    assert isinstance(run("zips", "--state", "RI", "--out", file).exception, InputError)
    assert file.read_text() == "mine"
    assert run("zips", "--state", "RI", "--out", file, "--force").exit_code == 0
    assert file.read_text().startswith("zip,")
