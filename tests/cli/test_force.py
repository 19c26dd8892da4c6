"""People as they are: who may serve what, who works part-time or is new, who may hold how much, who stays as they are."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from terrier.cli.main import main
from terrier.engine.design import check, solve
from terrier.intake.gateway import read_job
from terrier.intake.request import DesignRequest

HEADER = "id,lat,lon,sales,hours,owner,language,state"
PEOPLE = "name,lat,lon,language,employment,start date,ramp,capacity hours,state"
REPS = [
    "Ann,40.5,-95.5,en;es,1,2019-01-01,,500,IA",
    "Bob,40.5,-94.5,,0.5,2020-01-01,,,IA",
    "Cid,41.5,-95.5,EN,1,2026-08-15,,,NE",
    "Dee,41.5,-94.5,en | fr,1,2026-01-01,40%,,NE",
]
OWNERS = ["Ann", "Bob", "Cid", "Dee"]


def accounts(n: int = 120) -> list[list[str]]:
    """Accounts evenly over a square, a quarter with each owner, every tenth Spanish, the west of one state."""
    rows = []
    for i in range(n):
        x, y = i % 12, i // 12
        owner = OWNERS[(y >= n // 24) * 2 + (x >= 6)]
        language = "es" if i % 10 == 0 else "en" if i % 3 else ""
        rows.append(
            [
                f"A{i}",
                f"{40 + y / 5:.2f}",
                f"{-96 + x / 6:.3f}",
                "100",
                "10",
                owner,
                language,
                "IA" if y < n // 24 else "NE",
            ]
        )
    return rows


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_accounts(accounts())
    Path("reps.csv").write_text("\n".join([PEOPLE, *REPS]) + "\n")
    return tmp_path


def write_accounts(rows: list[list[str]]) -> None:
    Path("a.csv").write_text("\n".join([HEADER, *map(",".join, rows)]) + "\n")


def design(*options: str) -> Result:
    command = ["design", "a.csv", "--balance", "sales,hours", "--current", "owner", "--seats", "reps.csv"]
    return CliRunner().invoke(main, [*command, "--tolerance", "10%", "--out", "plan", "--force", *options])


def request(**changes: object) -> DesignRequest:
    usual: dict[str, object] = {
        "accounts": "a.csv", "balance": ("sales", "hours"), "current": "owner", "seats": "reps.csv", "tolerance": 0.1,
    }  # fmt: skip
    return DesignRequest(**(usual | changes))  # type: ignore[arg-type]


def placed() -> list[dict[str, str]]:
    with Path("plan/placements.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_accounts_go_to_people_who_speak_their_language(here: Path) -> None:
    result = design("--match", "language")
    assert result.exit_code == 0, result.output
    spanish = {row["territory"] for row in placed() if row["language"] == "es"}
    assert spanish <= {"Ann", "Bob"}
    assert "match “language”" in result.output
    assert "6 accounts are held today by someone who may not serve them, and must move." in result.output
    moved = next(row for row in placed() if row["language"] == "es" and row["previous"] == "Dee")
    assert "Dee may not serve it" in moved["why"]
    assert "evens out" not in moved["why"]
    assert "No account asks for fr in “language”." in result.output


def test_a_cap_that_languages_break_is_explained(here: Path) -> None:
    result = design("--match", "language", "--max-moved", "1%")
    assert result.exit_code == 0, result.output
    assert (
        "over the 1% allowed: 5.0% is held by someone who may not serve it, and must move." in result.output
    )


def test_languages_that_cannot_be_balanced_are_the_reason(here: Path) -> None:
    Path("reps.csv").write_text("\n".join([PEOPLE, *REPS]).replace("-94.5,,0.5", "-94.5,en,1") + "\n")
    rows = accounts()
    for i, row in enumerate(rows):
        row[6] = "es" if i % 2 else "en"
    write_accounts(rows)
    result = design("--match", "language")
    assert result.exit_code == 0, result.output
    assert (
        "Ann is 100.0% over its share of sales: what only it may serve is 200% of that share."
        in result.output
    )
    Path("reps.csv").write_text("\n".join([PEOPLE, *REPS]).replace("-94.5,,0.5", "-94.5,es,1") + "\n")
    for i, row in enumerate(rows):
        row[6] = "en" if i % 10 else "es"
    write_accounts(rows)
    result = design("--match", "language")
    assert result.exit_code == 0, result.output
    assert (
        "Bob is 60.0% under its share of sales: all that it may serve is 40% of that share." in result.output
    )


def test_several_columns_must_all_match(here: Path) -> None:
    rows = [row if row[7] == "IA" or row[6] != "es" else [*row[:6], "en", "NE"] for row in accounts()]
    write_accounts(rows)
    job = read_job(request(match=("language", "state")))
    assert job.problem.eligible is not None
    assert job.problem.kinds is not None
    may = job.problem.eligible[job.problem.kinds]
    assert may[0].tolist() == [True, True, False, False]  # es, IA
    assert may[1].tolist() == [True, True, False, False]  # en, IA
    assert may[61].tolist() == [False, False, True, True]  # en, NE


def test_employment_and_ramp_make_the_share_of_each_measure(here: Path) -> None:
    job = read_job(request(ramp=(("sales", 12),), as_of=dt.date(2026, 11, 20)))
    shares = job.problem.shares
    full = shares[0]
    np.testing.assert_allclose(shares[1] / full, [0.5, 0.5])
    np.testing.assert_allclose(shares[2] / full, [4 / 12, 1.0])  # in the fourth month of twelve
    np.testing.assert_allclose(shares[3] / full, [0.4, 1.0])  # as the column says
    assert "As of November 20, 2026, 2 people hold less than a full share while they ramp." in job.notes


@pytest.mark.parametrize(
    ("as_of", "part"), [("2026-08-15", 1 / 6), ("2026-09-14", 1 / 6), ("2026-09-15", 2 / 6), ("2027-01-15", 1.0), ("2026-01-01", 1 / 6)]
)  # fmt: skip
def test_a_ramp_rises_month_by_month(here: Path, as_of: str, part: float) -> None:
    job = read_job(request(ramp=((None, 6),), as_of=dt.date.fromisoformat(as_of)))
    np.testing.assert_allclose(job.problem.shares[2] / job.problem.shares[0], [part, part])


def test_capacities_are_kept_and_shown(here: Path) -> None:
    result = design(
        "--capacity", "hours=capacity hours", "--tolerance", "hours=none", "--tolerance", "sales=none"
    )
    assert result.exit_code == 0, result.output
    assert "Every territory is within its capacity." in result.output
    with Path("plan/territories.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["hours"]) <= 500
    assert [row["hours capacity"] for row in rows] == ["500.0", "", "", ""]


def test_a_measure_may_be_called_by_its_first_word(here: Path) -> None:
    text = Path("a.csv").read_text().replace("sales,hours", "sales,workload_hours", 1)
    Path("a.csv").write_text(text)
    job = read_job(
        request(
            balance=("sales", "workload_hours"),
            capacities=(("workload", "capacity hours"),),
            tolerances={"workload": 0.2},
        )
    )
    assert job.problem.capacities is not None
    assert job.problem.capacities[0, 1] == 500
    assert job.problem.tolerances.tolist() == [0.1, 0.2]


def test_a_frontier_tells_accounts_of_closed_territories_apart(here: Path) -> None:
    result = design("--close", "Bob", "--frontier", "--choose", "1", "--pair-weight", "0")
    assert result.exit_code == 0, result.output
    shared = "30 accounts of closed territories shared out in every plan: not counted as moved."
    assert shared in " ".join(result.output.split())
    with Path("plan/frontier.csv").open(encoding="utf-8-sig") as file:
        first = next(csv.DictReader(file))
    assert first["accounts_shared_out"] == "30"
    rows = [row for row in placed() if row["moved"] == "yes"]
    kept = [row for row in rows if row["previous"] != "Bob"]
    assert len(rows) - len(kept) == 30
    assert int(first["accounts_moved"]) == len(kept)
    assert float(first["share_moved"]) == pytest.approx(len(kept) / 90, abs=1e-6)
    assert int(first["pairs"]) == len({frozenset((row["previous"], row["territory"])) for row in kept})


def test_what_nobody_has_room_for_is_said(here: Path) -> None:
    rows = [
        rep.replace(",,IA", ",200,IA").replace(",,NE", ",200,NE").replace(",500,", ",200,") for rep in REPS
    ]
    Path("reps.csv").write_text("\n".join([PEOPLE, *rows]) + "\n")
    result = design("--capacity", "hours=capacity hours", "--tolerance", "hours=none")
    assert result.exit_code == 0, result.output
    assert "has room for 200: all together have room for 800 of 1,200." in result.output


def test_a_frozen_territory_stays_and_a_closed_one_is_shared_out(here: Path) -> None:
    result = design("--freeze", "ann", "--close", "Bob", "--max-moved", "30%")
    assert result.exit_code == 0, result.output
    assert "Frozen, so neither in nor out: ann." in result.output
    assert "Closed: Bob. Sharing out 30 accounts is not counted in what may move." in result.output
    rows = placed()
    assert {row["unit"] for row in rows if row["territory"] == "Ann"} == {
        row["unit"] for row in rows if row["previous"] == "Ann"
    }
    assert not any(row["territory"] == "Bob" for row in rows)
    with Path("plan/territories.csv").open(encoding="utf-8-sig") as file:
        status = {row["territory"]: row["status"] for row in csv.DictReader(file)}
    assert status == {"Ann": "frozen", "Cid": "kept", "Dee": "kept", "Bob": "closed"}


def test_the_others_share_what_a_frozen_territory_leaves(here: Path) -> None:
    rows = accounts()
    for row in rows[:20]:
        row[5] = "Ann"
    write_accounts(rows)
    job = read_job(request(freeze=("Ann",)))
    held = sum(row[5] == "Ann" for row in rows) / len(rows)
    np.testing.assert_allclose(job.problem.shares[0], [held, held])
    plan = solve(job.problem)
    assert check(job.problem, plan) == []
    assert plan.is_feasible


def test_regions_of_another_mix_are_not_out_of_tolerance(here: Path) -> None:
    rows = accounts()
    for i, row in enumerate(rows):
        row[4] = "10" if i < 60 else "2" if i % 2 else "30"
    write_accounts(rows)
    result = design("--group-by", "state")
    assert result.exit_code == 0, result.output
    assert "Every territory is within ±10% of its share of sales and hours." in result.output


def test_a_region_that_lacks_a_measure_is_not_out_of_tolerance(here: Path) -> None:
    rows = accounts()
    for row in rows[60:]:
        row[4] = "0"
    write_accounts(rows)
    result = design("--group-by", "state")
    assert result.exit_code == 0, result.output
    assert "Every territory is within ±10%" in result.output


BAD = [
    (["--match", "dialect"], "a.csv: has no column “dialect”, which --match names"),
    (["--match", "owner"], "reps.csv: has no column “owner”, which --match names"),
    (["--freeze", "Eve"], "--freeze: is not a territory of today"),
    (["--freeze", "Ann", "--close", "Ann"], "--freeze: is being closed"),
    (["--freeze", "Ann", "--freeze", "Bob", "--freeze", "Cid", "--freeze", "Dee"], "names every territory: nothing is left to design"),
    (["--freeze", "Ann", "--lock", "A0=Bob"], "A0 is locked to Bob, but Ann is frozen"),
    (["--freeze", "Ann", "--lock", "A119=Ann"], "A119 is locked to Ann, but Ann is frozen"),
    (["--freeze", "Ann", "--together", "language"], "must go together, but only A"),
    (["--match", "language", "--lock", "A0=Cid"], "A0 is locked to Cid, who may not serve its language"),
    (["--ramp", "6 months"], "is no ramp: write 6 or sales=6"),
    (["--ramp", "visits=6"], "--ramp: is not a measure to balance"),
    (["--as-of", "May 5"], "is not a date: write it as 2026-03-31"),
    (["--capacity", "capacity hours"], "is not MEASURE=COLUMN"),
    (["--capacity", "visits=ramp"], "--capacity: is not a measure to balance"),
    (["--capacity", "hours=room"], "reps.csv: has no column “room”, which --capacity names"),
    (["--capacity", "hours=name"], "is not a number"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message"), BAD)
def test_what_cannot_be_meant_is_refused_in_words(here: Path, options: list[str], message: str) -> None:
    result = design(*options)
    assert result.exit_code != 0
    assert message in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--match", "language"], "--match: needs --seats"),
        (["--ramp", "6"], "--ramp: needs --seats"),
        (["--capacity", "sales=x"], "--capacity: needs --seats"),
        (["--freeze", "Ann"], "--freeze: needs --current"),
    ],
)
def test_some_options_need_others(here: Path, options: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["design", "a.csv", "-k", "4", *options])
    assert result.exit_code != 0
    assert message in " ".join(result.output.split())


def test_an_account_that_nobody_may_serve_is_named_with_row_column_and_value(here: Path) -> None:
    rows = accounts()
    rows[7][6] = "Basque"
    write_accounts(rows)
    Path("reps.csv").write_text("\n".join([PEOPLE, *REPS]).replace("-94.5,,0.5", "-94.5,en,0.5") + "\n")
    result = design("--match", "language")
    assert result.exit_code != 0
    found = " ".join(result.output.split())
    for part in ("a.csv", "row 9", "language", "Basque", "A7 needs what nobody offers"):
        assert part in found


def test_a_chain_that_no_one_person_may_serve_is_named(here: Path) -> None:
    rows = accounts()
    rows[3][6], rows[10][6] = "fr", "es"
    write_accounts(
        [[*row[:5], row[5], row[6], "chain" if i in {3, 10} else ""] for i, row in enumerate(rows)]
    )
    Path("reps.csv").write_text("\n".join([PEOPLE, *REPS]).replace("-94.5,,0.5", "-94.5,en,0.5") + "\n")
    result = design("--match", "language", "--together", "state")
    assert result.exit_code != 0
    found = " ".join(result.output.split())
    assert "a.csv, row 12: A3 and A10 must go together, but nobody may serve all that goes with them" in found


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("Cid,41.5,-95.5,EN,1,15.08.2026,,,NE", "is not a date: write it as 2026-03-31"),
        ("Cid,41.5,-95.5,EN,1,2026-02-30,,,NE", "is not a date: write it as 2026-03-31"),
        ("Cid,41.5,-95.5,EN,1,,0%,,NE", "must be above 0 and at most 100%"),
        ("Cid,41.5,-95.5,EN,1,,soon,,NE", "is not a share: write 40% or 0.4"),
        ("Cid,41.5,-95.5,EN,0,,,,NE", "is no share: it must be above 0"),
        ("Cid,41.5,-95.5,EN,1,,,-5,NE", "is negative; a capacity must be 0 or more"),
    ],
)
def test_a_bad_cell_of_the_people_s_file_is_named(here: Path, bad: str, message: str) -> None:
    Path("reps.csv").write_text("\n".join([PEOPLE, *REPS[:2], bad, REPS[3]]) + "\n")
    result = design("--ramp", "6", "--capacity", "hours=capacity hours")
    assert result.exit_code != 0
    found = " ".join(result.output.split())
    assert message in found
    assert "row 4" in found
