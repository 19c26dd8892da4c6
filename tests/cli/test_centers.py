"""Territories around one of their own accounts, as depots are, and what each such account has room for."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from terrier.cli.main import main

SIDE, DEPOTS = 10, {"A11": 30, "A18": 25, "A45": 30, "A81": 30, "A88": 40}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """100 accounts evenly over a square, five of which can be depots, all others have no room at all."""
    monkeypatch.chdir(tmp_path)
    rows = ["id,name,lat,lon,sales,hours,state,room"]
    for i in range(SIDE * SIDE):
        x, y = i % SIDE, i // SIDE
        rows.append(
            f"A{i},Shop {i},{40 + y / 10},{-96 + x / 10},1,{1 + i % 3},{'IA' if y < 5 else 'NE'},{DEPOTS.get(f'A{i}', 0)}"
        )
    Path("a.csv").write_text("\n".join(rows) + "\n")


def design(*options: str) -> Result:
    command = ["design", "a.csv", "-k", "4", "--balance", "sales", "--centers", "account", "--rounds", "1"]
    return CliRunner().invoke(main, [*command, "--out", "plan", *options])


def rows(file: str) -> list[dict[str, str]]:
    with Path("plan", file).open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def test_each_territory_names_the_account_at_its_center(here: None) -> None:
    result = design()
    assert result.exit_code == 0, result.output
    assert "within ±5% of its share of sales." in result.output
    placed = {row["unit"]: row for row in rows("placements.csv")}
    for territory in rows("territories.csv"):
        center = placed[territory["center"]]
        assert center["territory"] == territory["territory"]
        assert float(center["distance_km"]) == 0
        assert (center["latitude"], center["longitude"]) == (
            territory["center_latitude"],
            territory["center_longitude"],
        )


@pytest.mark.parametrize("options", [(), ("--contiguous",)])
def test_no_territory_holds_more_than_its_center_has_room_for(here: None, options: tuple[str, ...]) -> None:
    result = design("--center-capacity", "sales=room", "--tolerance", "sales=none", *options)
    assert result.exit_code == 0, result.output
    assert "Every territory is within its capacity" in result.output
    for territory in rows("territories.csv"):
        room = DEPOTS[territory["center"]]
        assert float(territory["sales"]) <= room == float(territory["sales capacity"])


def test_a_blank_is_no_limit(here: None) -> None:
    text = Path("a.csv").read_text()
    Path("a.csv").write_text(text.replace(",30\n", ",\n"))
    result = design("--center-capacity", "sales=room", "--tolerance", "sales=none", "-k", "3")
    assert result.exit_code == 0, result.output
    known = {row["center"]: row["sales capacity"] for row in rows("territories.csv")}
    assert set(known) <= set(DEPOTS)
    assert all(known[center] in {"", "25.0", "40.0"} for center in known)


def test_centers_without_room_are_told_with_their_figures() -> None:
    text = Path("a.csv").read_text()
    Path("a.csv").write_text(text.replace(",40\n", ",10\n"))
    result = design("--center-capacity", "sales=room", "--tolerance", "sales=none", "-k", "2")
    assert result.exit_code == 0, result.output
    found = " ".join(result.output.split())
    assert "of sales, but its center A" in found
    assert "has room for 30: the 2 with most room together have room for 60 of 100." in found


def test_a_column_without_any_room_is_no_capacity() -> None:
    text = Path("a.csv").read_text()
    Path("a.csv").write_text(re.sub(r",\d+\n", ",\n", text))
    result = design("--center-capacity", "sales=room")
    assert result.exit_code == 0, result.output
    assert "within ±5% of its share of sales." in result.output


def test_regions_have_centers_of_their_own(here: None) -> None:
    result = design("--group-by", "state")
    assert result.exit_code == 0, result.output
    states = {row["unit"]: row["state"] for row in rows("placements.csv")}
    centers = [row["center"] for row in rows("territories.csv")]
    assert sorted(states[center] for center in centers) == ["IA", "IA", "NE", "NE"]


def test_free_centers_are_at_no_account(here: None) -> None:
    result = design("--centers", "anywhere")
    assert result.exit_code == 0, result.output
    assert "center" not in rows("territories.csv")[0]


def test_columns_to_balance_may_be_listed_or_named_one_by_one(here: None) -> None:
    result = design("--balance", "hours")
    assert result.exit_code == 0, result.output
    assert {"sales deviation", "hours deviation"} <= set(rows("territories.csv")[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--center-capacity", "hours=room"], "--center-capacity: is not a measure to balance"),
        (["--center-capacity", "sales=space"], "a.csv: has no column “space”, which --center-capacity names"),
        (["--center-capacity", "sales=name"], "a.csv, row 2, column “name”"),
        (["--center-capacity", "sales"], "is not MEASURE=COLUMN"),
        (["--center-capacity", "sales=room", "--center-capacity", "sales=hours"], "names a measure twice"),
        (["--centers", "anywhere", "--center-capacity", "sales=room"], "--center-capacity: needs --centers account"),
        (["--current", "state", "--frontier"], "--frontier: cannot be had with --centers account"),
        (["--minimize", "diameter"], "--centers: --minimize diameter knows no centers"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_words(here: None, options: list[str], message: str) -> None:
    result = design(*options)
    assert result.exit_code != 0
    assert message in " ".join(result.output.split())


def test_where_as_few_have_room_as_there_are_territories_they_are_the_centers() -> None:
    text = Path("a.csv").read_text()
    for other in (25, 40):
        text = text.replace(f",{other}\n", ",30\n")
    Path("a.csv").write_text(text)
    result = design("--center-capacity", "sales=room", "--tolerance", "sales=none", "-k", "5")
    assert result.exit_code == 0, result.output
    assert "Every territory is within its capacity" in result.output
    assert {row["center"] for row in rows("territories.csv")} == set(DEPOTS)


def test_two_measures_may_have_capacities_alone() -> None:
    result = design(
        "--balance", "hours", "--center-capacity", "sales=room", "--tolerance", "sales=none,hours=none"
    )
    assert result.exit_code == 0, result.output
    assert "Every territory is within its capacity" in result.output


@pytest.mark.parametrize(
    ("asked", "told"),
    [("sales=none", "--tolerance: is none for every measure"), ("none", "write sales=none")],
)
def test_something_must_say_what_a_territory_may_hold(asked: str, told: str) -> None:
    result = design("--tolerance", asked)
    assert result.exit_code == 2
    assert told in " ".join(result.output.split())
    assert not Path("plan").exists()
