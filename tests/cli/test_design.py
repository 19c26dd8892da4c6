"""`terrier design` from files to folder, as an analyst would use it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from terrier.cli.main import main
from terrier.engine.design import check, evaluate
from terrier.intake.gateway import read_job
from terrier.intake.request import DesignRequest

FILES = {"placements.csv", "territories.csv", "plan.geojson", "plan.xlsx", "report.html"}


def design(*words: object) -> Result:
    return CliRunner().invoke(main, ["design", *map(str, words)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 accounts in and around Colorado, held by three people and nobody, and a file of four people."""
    folder = tmp_path_factory.mktemp("design")
    random = np.random.default_rng(5)
    n = 400
    longitude = random.uniform(-109, -102, n)
    owner = np.array(["Ann Lee", "Bob Ray", "Cy Fox", "VACANT"])[
        np.minimum(3, ((longitude + 109) / 2).astype(int))
    ]
    pl.DataFrame(
        {
            "Account #": [f"A-{i:03d}" for i in range(n)],
            "Account Name": [f"Pets & <b>Co</b> {i}" for i in range(n)],
            "Lat": random.uniform(37, 41, n).round(4),
            "Lon": longitude.round(4),
            "Sales": [f"${value:,.2f}" for value in random.lognormal(8, 0.8, n)],
            "Workload": random.integers(1, 20, n),
            "State": np.where(longitude < -106, "UT", "CO").tolist(),
            "Rep": owner.tolist(),
        }
    ).write_csv(folder / "accounts.csv")
    (folder / "reps.csv").write_text("name,zip\nAnn Lee,81501\nBob Ray,81601\nCy Fox,80202\nDee Orr,80801\n")
    return folder


@pytest.fixture(scope="module")
def realigned(folder: Path) -> tuple[Path, Result]:
    out = folder / "plan"
    words = ("--balance", "sales,workload", "--tolerance", "sales=8%,workload=10%", "--current", "rep")
    seats = ("--seats", folder / "reps.csv", "--lock", "A-007=Dee Orr", "--title", "Fair & square")
    result = design(folder / "accounts.csv", *words, *seats, "--out", out)
    assert result.exit_code == 0, result.output
    return out, result


@pytest.mark.parametrize(
    ("minimize", "words", "said"),
    [
        (
            "diameter",
            (),
            r"two accounts of one territory that are farthest apart are [\d.,]+ km from each other",
        ),
        ("diameter", ("--miles",), r"farthest apart are [\d.,]+ miles from each other"),
        (
            "cut-edges",
            ("--contiguous",),
            r"[\d,]+ of 1,\d{3} pairs of neighbors are in different territories",
        ),
        ("cut-edges", (), r"[\d,]+ of 1,\d{3} pairs of neighbors are in different territories"),
    ],
)
def test_what_was_minimized_is_said_in_plain_words(
    folder: Path, tmp_path: Path, minimize: str, words: tuple[str, ...], said: str
) -> None:
    asked = (
        "-k",
        5,
        "--balance",
        "workload",
        "--minimize",
        minimize,
        "--time",
        1,
        "--out",
        tmp_path / "plan",
    )
    result = design(folder / "accounts.csv", *asked, *words)
    assert result.exit_code == 0, result.output
    assert re.search(said, result.stdout), result.stdout
    label = (
        "Largest distance within a territory"
        if minimize == "diameter"
        else "Neighbors in different territories"
    )
    sheets = pl.read_excel(tmp_path / "plan" / "plan.xlsx", sheet_id=0)
    assert any(label in str(sheet.rows()) + str(sheet.columns) for sheet in sheets.values())
    assert ("largest distance" if minimize == "diameter" else "neighbors in different") in (
        tmp_path / "plan" / "report.html"
    ).read_text()


def test_every_output_opens_again_and_agrees(folder: Path, realigned: tuple[Path, Result]) -> None:
    out, _ = realigned
    assert {path.name for path in out.iterdir()} == FILES
    placements = pl.read_csv(out / "placements.csv")
    territories = pl.read_csv(out / "territories.csv")
    assert placements.height == 400
    assert placements["unit"].n_unique() == 400
    assert placements.filter(pl.col("unit") == "A-007")["territory"].item() == "Dee Orr"
    counts = dict(placements["territory"].value_counts().iter_rows())
    assert counts == dict(territories.select("territory", "units").iter_rows())
    sheets = pl.read_excel(out / "plan.xlsx", sheet_id=0)
    assert any(sheet.height == 400 for sheet in sheets.values())
    features = json.loads((out / "plan.geojson").read_text())["features"]
    assert sum(feature["geometry"]["type"] == "Point" for feature in features) >= 400
    page = (out / "report.html").read_text()
    assert "Fair &amp; square" in page
    assert "<b>Co</b>" not in page


def test_the_written_plan_passes_the_checker(folder: Path, realigned: tuple[Path, Result]) -> None:
    out, _ = realigned
    job = read_job(
        DesignRequest(
            accounts=str(folder / "accounts.csv"),
            balance=("sales", "workload"),
            tolerances={"sales": 0.08, "workload": 0.1},
            current="rep",
            seats=str(folder / "reps.csv"),
            locks=("A-007=Dee Orr",),
        )
    )
    placed = dict(pl.read_csv(out / "placements.csv").select("unit", "territory").iter_rows())
    assignment = np.array([job.territory_names.index(placed[unit]) for unit in job.unit_ids], dtype=np.int32)
    plan = evaluate(job.problem, assignment)
    assert check(job.problem, plan) == []
    assert plan.shortfalls == ()


def test_the_table_and_the_sentence_say_what_a_manager_asks(realigned: tuple[Path, Result]) -> None:
    out, result = realigned
    table = result.stdout
    for heading in ("Territory", "Accounts", "Sales", "Workload", "Mean km", "In", "Out", "All"):
        assert heading in table
    for name in ("Ann Lee", "Bob Ray", "Cy Fox", "Dee Orr"):
        assert name in table
    assert "Every territory is within ±8% of its share of Sales and ±10% of its share of Workload." in table
    assert f"Written to {out}/" in table
    assert re.search(r"\d+\.\d% of the accounts moved \(\d+\)\.", table)


def test_it_says_how_near_the_best_possible_the_plan_is_and_stops_when_near_enough(folder: Path) -> None:
    out = folder / "near"
    result = design(folder / "accounts.csv", "-k", 4, "--gap", "90%", "--out", out)
    assert result.exit_code == 0, result.output
    assert re.search(
        r"The plan is within \d+\.?\d*% of the best possible with these centers: ", result.stdout
    )
    page = (out / "report.html").read_text()
    assert "of the best possible with these centers" in page
    assert "within 90% of the best possible" in page


def test_a_share_of_sales_that_moved_comes_with_its_accounts(folder: Path) -> None:
    words = (
        "--balance",
        "sales",
        "--current",
        "rep",
        "--max-moved",
        "10%",
        "--moved-by",
        "sales",
        "--time",
        1,
    )
    result = design(folder / "accounts.csv", *words, "--out", folder / "by-sales")
    assert result.exit_code == 0, result.output
    said = re.search(r"(\d+\.\d)% of Sales moved: \d+ accounts?, \d+\.\d% of those held\.", result.stdout)
    assert said is not None
    assert float(said[1]) <= 10.0


def test_what_was_understood_is_said(realigned: tuple[Path, Result]) -> None:
    _, result = realigned
    assert "id “Account #”, name “Account Name”, latitude “Lat”, longitude “Lon”" in result.stderr
    assert "New territory: Dee Orr." in result.stderr


def test_the_workbook_holds_the_command_that_reproduces_it(realigned: tuple[Path, Result]) -> None:
    out, _ = realigned
    with zipfile.ZipFile(out / "plan.xlsx") as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "terrier design" in texts
    assert "sales=8%,workload=10%" in texts


def test_the_same_seed_gives_the_same_plan(folder: Path, realigned: tuple[Path, Result]) -> None:
    words = ("--balance", "sales,workload", "--territories", 5, "--seed", 3)
    plans = [folder / "seed-a", folder / "seed-b"]
    for out in plans:
        assert design(folder / "accounts.csv", *words, "--out", out).exit_code == 0
    first, second = ((out / "placements.csv").read_bytes() for out in plans)
    assert first == second


def test_so_many_rounds_are_searched_and_the_report_says_so(folder: Path) -> None:
    out = folder / "rounds"
    result = design(folder / "accounts.csv", "-k", 4, "--balance", "sales", "--rounds", 2, "--out", out)
    assert result.exit_code == 0, result.output
    assert "2 rounds" in (out / "report.html").read_text()
    refused = design(folder / "accounts.csv", "-k", 4, "--rounds", 0, "--out", folder / "none")
    assert "--rounds: must be a whole number of 1 or more (found “0”)." in refused.stderr


def test_no_territory_crosses_a_border(folder: Path) -> None:
    out = folder / "states"
    result = design(
        folder / "accounts.csv",
        "-k",
        6,
        "--group-by",
        "state",
        "--balance",
        "sales",
        "--contiguous",
        "--out",
        out,
    )
    assert result.exit_code == 0, result.output
    placements = pl.read_csv(out / "placements.csv")
    assert placements.group_by("territory").agg(pl.col("State").n_unique())["State"].to_list() == [1] * 6
    assert set(placements["territory"].str.head(2)) == {"CO", "UT"}


def test_rows_left_out_are_listed(folder: Path) -> None:
    rows = (folder / "accounts.csv").read_text() + "A-900,Nowhere,,,$5.00,1,CO,Ann Lee\n"
    (folder / "partly.csv").write_text(rows)
    out = folder / "partly"
    result = design(folder / "partly.csv", "-k", 4, "--balance", "sales", "--skip-unplaced", "--out", out)
    assert result.exit_code == 0, result.output
    listed = pl.read_csv(out / "unplaced.csv").rows()
    assert listed == [(402, "A-900", "has no coordinates")]
    assert "Left out: row 402, A-900, has no coordinates." in result.stdout
    assert "A-900" in (out / "report.html").read_text()


def test_many_territories_show_the_worst_and_where_the_rest_is(folder: Path) -> None:
    out = folder / "many"
    result = design(folder / "accounts.csv", "-k", 60, "--balance", "accounts", "--out", out, "--time", 1)
    assert result.exit_code == 0, result.output
    assert "The 20 territories farthest from their share; all 60 are in territories.csv." in result.stdout
    header_and_totals = 2
    assert len(re.findall(r"^[│┃].*[│┃]$", result.stdout, re.MULTILINE)) == 20 + header_and_totals


def test_people_who_are_their_territories_are_shown_once(folder: Path) -> None:
    words = ("-k", 4, "--balance", "accounts", "--current", "rep", "--out", folder / "once")
    result = design(folder / "accounts.csv", *words)
    assert result.exit_code == 0, result.output
    assert "Person" not in result.stdout
    assert "New: " in result.stdout


def test_no_line_of_progress_comes_twice(realigned: tuple[Path, Result]) -> None:
    _, result = realigned
    lines = [line for line in result.stderr.splitlines() if "score" in line]
    assert len(lines) == len(set(lines)) >= 1


def test_a_plane_has_no_degrees(folder: Path) -> None:
    (folder / "plane.csv").write_text(
        "id,x,y\n" + "".join(f"P{i},{i * 1000},{i % 7 * 900}\n" for i in range(50))
    )
    result = design(folder / "plane.csv", "-k", 2, "--plane", "--out", folder / "plane")
    assert result.exit_code == 0, result.output
    assert "Mean distance" in result.stdout
    assert (folder / "plane" / "report.html").is_file()


@pytest.fixture
def searching(folder: Path, tmp_path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "terrier.cli.main", "design", str(folder / "accounts.csv"), "-k", "9"]
    running = subprocess.Popen(
        [*command, "--balance", "sales", "--time", "120", "--out", str(tmp_path / "plan")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert running.stderr is not None
    for line in running.stderr:
        if "score" in line:
            return running
    raise AssertionError("the search ended before it reported anything")


def test_ctrl_c_keeps_the_best_plan(searching: subprocess.Popen[str], tmp_path: Path) -> None:
    searching.send_signal(signal.SIGINT)
    stdout, stderr = searching.communicate(timeout=60)
    assert searching.returncode == 0, stderr
    assert "Stopping with the best plan so far. Press Ctrl-C again to abort." in stderr
    assert re.search(r"Stopped by hand after \d+ s: this is the best plan found by then\.", stdout)
    assert {path.name for path in (tmp_path / "plan").iterdir()} == FILES
    assert "Stopped by hand" in (tmp_path / "plan" / "report.html").read_text()


def test_ctrl_c_twice_writes_nothing(searching: subprocess.Popen[str], tmp_path: Path) -> None:
    searching.send_signal(signal.SIGINT)
    assert searching.stderr is not None
    for line in searching.stderr:
        if "Stopping" in line:
            break
    searching.send_signal(signal.SIGINT)
    _, stderr = searching.communicate(timeout=60)
    assert searching.returncode == 130, stderr
    assert "Aborted; nothing was written." in stderr
    assert not (tmp_path / "plan").exists()


def test_a_frontier_is_a_family_of_plans_to_choose_from(folder: Path) -> None:
    words = ("--balance", "workload", "--tolerance", "10%", "--current", "rep", "--frontier", "--choose", 1)
    result = design(folder / "accounts.csv", *words, "--relationship", "sales", "--out", folder / "family")
    assert result.exit_code == 0, result.output
    assert "Plans to choose from" in result.stdout
    assert re.search(r"At least \d+\.\d% of relationships must move, whatever the plan\.", result.stdout)
    assert "Moving an account counts ½ for itself and ½ for its Sales" in result.stderr
    plans = pl.read_csv(folder / "family" / "frontier.csv")
    assert plans.height > 2
    assert plans["chosen"].to_list() == ["yes"] + ["no"] * (plans.height - 1)
    assert plans["share_moved"].is_sorted()
    assert plans["travel_ratio"].is_sorted(descending=True)
    moved = pl.read_csv(folder / "family" / "placements.csv").filter(pl.col("moved") == "yes")
    assert moved.height == plans["accounts_moved"][0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--choose", 2, "--current", "rep"), "--choose: needs --frontier: without it there is one plan."),
        (("--pair-weight", 3), "--pair-weight: needs --frontier: one plan does not weigh pairs."),
        (
            ("--gap", "1%", "--frontier", "--current", "rep"),
            "--gap: cannot be had with --frontier: each of its plans is searched for so many rounds.",
        ),
        (
            ("--gap", "1%", "--with-travel"),
            "--gap: cannot be had with --with-travel: the workload changes with each plan.",
        ),
        (
            ("--gap", "1%", "--minimize", "cut-edges"),
            "--gap: needs distances to minimize: for diameter and cut-edges there is no bound.",
        ),
        (("--as-of", "2026-03-31"), "--as-of: needs --ramp: nothing else is counted to a day."),
        (("--frontier",), "--frontier: needs --current: without it nothing has a territory to leave."),
        (
            ("--frontier", "--current", "rep", "--minimize", "diameter"),
            "--frontier: weighs moves against distances: not with --minimize diameter or cut-edges.",
        ),
        (
            ("--relationship", "sales"),
            "--relationship: needs --current: without it nobody holds an account yet.",
        ),
        (
            ("--current", "rep", "--relationship", "sales", "--moved-by", "sales"),
            "--relationship: says what a move counts, as --moved-by does; pass one of them.",
        ),
    ],
)
def test_settings_that_say_nothing_alone_are_refused(
    folder: Path, words: tuple[object, ...], said: str
) -> None:
    result = design(folder / "accounts.csv", "--territories", 3, *words, "--out", folder / "pointless")
    assert result.exit_code == 2
    assert result.stderr.strip() == said
