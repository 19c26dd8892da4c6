"""`terrier size` and `terrier design --with-travel`, from files to folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from terrier.cli.main import main
from terrier.report.delimited import read_csv


def terrier(*words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words)])


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(6)
    n = 250
    path = tmp_path_factory.mktemp("size") / "accounts.csv"
    pl.DataFrame(
        {
            "id": [f"A{i}" for i in range(n)],
            "lat": random.uniform(39, 41, n).round(4),
            "lon": random.uniform(-106, -103, n).round(4),
            "class": random.choice(["A", "B"], n).tolist(),
            "sales": random.lognormal(9, 1, n).round(),
            "visits_per_year": random.choice([4, 12, 26], n),
            "visit_minutes": random.choice([30, 45, 60], n),
        }
    ).write_csv(path)
    return path


@pytest.fixture(scope="module")
def sized(accounts: Path) -> tuple[Path, Result]:
    out = accounts.parent / "sized"
    money = ("--margin", "25%", "--cost", 60000, "--cost-km", 0.4)
    result = terrier("size", accounts, "--from", 2, "--to", 8, "--hours", 1200, *money, "--out", out)
    assert result.exit_code == 0, result.output
    return out, result


def test_the_answer_comes_in_one_sentence_and_agrees_with_the_table(sized: tuple[Path, Result]) -> None:
    out, result = sized
    table = read_csv(out / "size.csv")
    assert table["people"].to_list() == list(range(2, 9))
    best = table.row(int(table["profit"].arg_max() or 0), named=True)
    assert f"{best['people']} people: the most profit, {best['profit']:,.0f} a year" in result.output
    enough = table.filter(pl.col("utilization") <= 1)["people"].to_list()
    assert f"By workload alone: {enough[0]} people." in result.output


def test_every_file_opens_again(sized: tuple[Path, Result]) -> None:
    out, _ = sized
    assert {path.name for path in out.iterdir()} == {"size.csv", "size.xlsx", "size.html"}
    sheets = pl.read_excel(out / "size.xlsx", sheet_id=0)
    assert set(sheets) == {"Summary", "Curve"}
    assert sheets["Curve"].height == 7
    assert "</script" in (out / "size.html").read_text()


def test_profit_is_margin_less_costs(sized: tuple[Path, Result]) -> None:
    table = read_csv(sized[0] / "size.csv")
    costs = table["cost_of_people"] + table["cost_of_travel"]
    assert (table["margin"] - costs - table["profit"]).abs().max() <= 2  # type: ignore[operator]
    assert (table["cost_of_people"] == 60000 * table["people"]).all()


def test_without_money_the_workload_answers(accounts: Path) -> None:
    result = terrier(
        "size", accounts, "--from", 5, "--to", 7, "--hours", 1200, "--out", accounts.parent / "work"
    )
    assert result.exit_code == 0, result.output
    assert "profit" not in result.output.lower()
    assert "people: calls and travel take" in result.output or "More than 7 people" in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from", 5, "--to", 4), "--to: is less than --from, 5"),
        (("--from", 2, "--to", 4, "--margin", "20%"), "--cost: is missing: with --margin"),
        (("--from", 251, "--to", 260), "--from: is more than the 250 accounts"),
        (("--from", 2, "--to", 4, "--elasticity", "1.5"), "--elasticity"),
        (("--from", 2, "--to", 4, "--speeds", "90,30"), "the second no less than the first"),
        (("--from", 2, "--to", 4, "--routing", "http://x"), "is not osrm=URL or valhalla=URL"),
        (("--from", 2, "--to", 4, "--visit-minutes", "0"), "must be above 0 and at most 1440"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(
    accounts: Path, tmp_path: Path, words: tuple[object, ...], message: str
) -> None:
    result = terrier("size", accounts, *words, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "out").exists()


def test_a_design_with_travel_tells_the_travel_of_each_territory_and_account(
    accounts: Path, tmp_path: Path
) -> None:
    out = tmp_path / "plan"
    result = terrier("design", accounts, "-k", 4, "--balance", "workload", "--with-travel", "--out", out)
    assert result.exit_code == 0, result.output
    assert "Travel h" in result.output
    territories, placements = read_csv(out / "territories.csv"), read_csv(out / "placements.csv")
    own = placements.group_by("territory").agg(pl.col("travel_hours", "workload with travel").sum())
    both = territories.join(own, on="territory")
    assert (both["travel_hours"] - both["travel_hours_right"]).abs().max() < 1  # type: ignore[operator]
    work = territories["workload with travel"]
    assert float((work / work.mean() - 1).abs().max()) <= 0.05  # type: ignore[arg-type, operator]


def test_settings_of_travel_that_nothing_asks_for_are_refused(accounts: Path, tmp_path: Path) -> None:
    result = terrier("design", accounts, "-k", 4, "--circuity", 1.4, "--out", tmp_path / "plan")
    assert result.exit_code == 2
    assert "--circuity: needs --with-travel" in result.output
