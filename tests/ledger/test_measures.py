"""Measures against their definitions, their worked example and a slow reckoning row by row."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from terrier.ledger import Ledger, Period, QuestionError, load_lines, load_products, scorecard
from terrier.ledger.credit import COVERAGE, Credit
from terrier.ledger.measures import MEASURES, Measure, Sales, example
from tests.ledger.company import (
    BYS,
    CATEGORIES,
    DAYS,
    FIXED,
    KNOWN,
    MARKET,
    PERIOD,
    ROWS,
    ledger_of,
    names_by,
    sales_of,
    sold_at_random,
)
from tests.ledger.naive import Line
from tests.ledger.oracle import Oracle

PAGE = Path(__file__).parents[2] / "docs/measures.md"


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Sales:
    folder = tmp_path_factory.mktemp("example")
    for name, text in (("lines", example.LINES), ("products", example.PRODUCTS)):
        (folder / f"{name}.csv").write_text(text)
    ledger = Ledger(folder / "ledger")
    load_products(ledger, folder / "products.csv")
    load_lines(ledger, folder / "lines.csv")
    accounts = pl.read_csv(example.ACCOUNTS.encode())
    credit = Credit(pl.DataFrame(schema=COVERAGE))
    return Sales(ledger.open(), credit, example.PERIOD, accounts, given=example.given())


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_a_measure_is_what_its_page_says_for_the_example(measure: Measure, worked: Sales) -> None:
    value = measure.of(worked, ()).to_polars()["value"].item()
    told = {"money": "{:.2f}", "ratio": "{:.1%}", "accounts": "{}", "number": "{}"}[measure.unit]
    assert told.format(value) == measure.example


def test_the_page_tells_every_measure_as_it_is() -> None:
    assert PAGE.read_text() == example.page(MEASURES.values())


accounts = st.sampled_from(["wags", "purrs", "chirps", "hops"])
days = st.sampled_from(DAYS)
lines = st.lists(
    st.tuples(days, accounts, st.sampled_from(["leash", "ball", "bone"]), st.integers(-300, 900), st.none() | st.integers(0, 50), st.booleans(), st.integers(1, 9)),
    min_size=6,
    max_size=30,
)  # fmt: skip


@given(told=lines, by=st.sampled_from(BYS), peers=st.sampled_from([(), ("channel",)]))
@settings(max_examples=15, deadline=None)
def test_measures_equal_a_reckoning_row_by_row(
    told: list[Any], by: tuple[str, ...], peers: tuple[str, ...]
) -> None:
    sold = sold_of(told)
    oracle = Oracle(sold, PERIOD, ROWS, CATEGORIES, KNOWN, MARKET, 3000, FIXED, peers)
    with tempfile.TemporaryDirectory() as folder:
        sales = sales_of(ledger_of(Path(folder), sold).open(), peers)
        names = names_by(by, sales)
        card = scorecard(sales, names, by)
        for name in names:
            found = {tuple(row[:-1]): row[-1] for row in card.select(*by, name).rows()}
            assert close(found, oracle.ask(name, by)), (name, by, found)


def sold_of(told: list[Any]) -> list[Line]:
    return [
        Line(
            str(i // 2),
            i % 2,
            day,
            account,
            product,
            -abs(net) if credit else net,
            cost,
            credit,
            -units if credit else units,
        )
        for i, (day, account, product, net, cost, credit, units) in enumerate(told)
    ]


def close(found: dict[Any, Any], expected: dict[Any, Any]) -> bool:
    """The same groups with the same values; a group that has nothing may be left out or be empty."""
    keys = {*found, *expected}
    return all(abs(float(found.get(key) or 0) - float(expected.get(key) or 0)) < 1e-5 for key in keys)


@given(told=lines, by=st.sampled_from(["holder", "category", "account", "channel", "area"]))
@settings(max_examples=4, deadline=None)
def test_what_is_kept_by_a_value_is_what_stands_in_its_row(told: list[Any], by: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        tables = ledger_of(Path(name), sold_of(told)).open()
        names = names_by((by,), sales_of(tables))
        rows = scorecard(sales_of(tables), names, (by,))
        for value in rows[by]:
            kept = scorecard(sales_of(tables, **{by: [value]}), names, (by,))
            assert_frame_equal(kept, rows.filter(pl.col(by).eq_missing(value)))


@pytest.mark.parametrize("only", [{}, {"account": ["wags"]}])
@pytest.mark.parametrize("start", [PERIOD.start, dt.date(2026, 2, 1)])
def test_some_months_of_a_period_are_told_as_they_are_asked_alone(
    start: dt.date, only: dict[str, Any], tmp_path: Path
) -> None:
    some, by, sold = Period(start, PERIOD.end), ("account", "category"), sold_at_random(60)
    names = ["revenue", "margin", "growth", "active", "new", "lapsed", "retention", "orders", "breadth"]
    folders = [tmp_path / "part", tmp_path / "alone"]  # or one would find what the other reckoned
    for folder in folders:
        folder.mkdir()
    months, alone = (sales_of(ledger_of(folder, sold).open(), **only) for folder in folders)
    asked = scorecard(replace(alone, period=some), names, by)
    assert_frame_equal(scorecard(months.part(some), names, by), asked)
    assert len(asked) > 1


def test_days_that_are_no_months_of_a_period_are_no_part_of_it(worked: Sales) -> None:
    for start, end in ((dt.date(2026, 2, 2), worked.period.end), (dt.date(2025, 12, 1), dt.date(2026, 1, 1))):
        with pytest.raises(QuestionError, match="is not made of the months"):
            worked.part(Period(start, end))


def test_months_stand_beside_the_same_month_a_year_before(worked: Sales) -> None:
    card = scorecard(worked, ["revenue", "revenue_before"], ("month",))
    assert card.select(pl.col("month").dt.month(), "revenue", "revenue_before").rows() == [
        (1, 700.0, 400.0),
        (2, 300.0, 400.0),
        (3, 290.0, 300.0),
    ]


def test_what_nothing_is_told_apart_by_is_refused(worked: Sales) -> None:
    with pytest.raises(QuestionError, match="not told apart by “color”, only by holder, category"):
        scorecard(worked, ["revenue"], ("color",))
    with pytest.raises(QuestionError, match="no measure “joy”; there are revenue"):
        scorecard(worked, ["joy"])
    with pytest.raises(QuestionError, match="called “category”"):
        replace(worked, accounts=pl.DataFrame({"account": ["Wags"], "category": ["x"]}))
    with pytest.raises(QuestionError, match="chosen by the period"):
        replace(worked, only={"month": ["2026-01"]})


def test_what_was_reckoned_is_found_again_until_the_lines_change(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, [Line("A", 1, dt.date(2026, 1, 5), "wags", "leash", 100)])

    def revenue() -> float:
        found: float = scorecard(sales_of(ledger.open()), ["revenue"]).item()
        return found

    assert (revenue(), revenue()) == (1.0, 1.0)
    assert len(list(ledger.folder.glob("books/*.parquet"))) == 1
    version = ledger.manifest().version
    (tmp_path / "more.csv").write_text("invoice,date,account,net\nB,2026-01-05,wags,2\n")
    load_lines(ledger, tmp_path / "more.csv")
    manifest = ledger.folder / "manifest.json"  # as a backup brings back a number that was there before
    manifest.write_text(manifest.read_text().replace(f'"version": {version + 1}', f'"version": {version}'))
    assert ledger.manifest().version == version
    assert revenue() == 3.0
