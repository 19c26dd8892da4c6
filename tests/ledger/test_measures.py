"""Measures against their definitions, their worked example and a slow reckoning row by row."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from terrier.ledger import Ledger, QuestionError, Tables, load_lines, load_products, scorecard
from terrier.ledger.credit import COVERAGE, WHOLE, Credit
from terrier.ledger.measures import MEASURES, Measure, Sales, example
from terrier.ledger.period import Period
from tests.ledger.naive import Line, write

BACKEND = ibis.duckdb.connect()
PAGE = Path(__file__).parents[2] / "docs/measures.md"
CATEGORIES = {"leash": "Walk", "ball": "Play"}
PERIOD = Period(dt.date(2026, 1, 1), dt.date(2026, 3, 15))
TAKEOVER = dt.date(2026, 2, 10)
ROWS = [
    ("wags", "ann", dt.date(2024, 1, 1), TAKEOVER, WHOLE),
    ("wags", "bob", TAKEOVER, None, WHOLE),
    ("purrs", "bob", dt.date(2024, 1, 1), None, WHOLE),
]


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Sales:
    folder = tmp_path_factory.mktemp("example")
    for name, text in (("lines", example.LINES), ("products", example.PRODUCTS)):
        (folder / f"{name}.csv").write_text(text)
    ledger = Ledger(folder / "ledger")
    load_products(ledger, folder / "products.csv")
    load_lines(ledger, folder / "lines.csv")
    return Sales(ledger.open(BACKEND), Credit(pl.DataFrame(schema=COVERAGE)), example.PERIOD)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_a_measure_is_what_its_page_says_for_the_example(measure: Measure, worked: Sales) -> None:
    value = measure.of(worked, ()).to_polars()["value"].item()
    told = {"money": "{:.2f}", "ratio": "{:.1%}", "accounts": "{}", "number": "{}"}[measure.unit]
    assert told.format(value) == measure.example


def test_the_page_tells_every_measure_as_it_is() -> None:
    assert PAGE.read_text() == example.page(MEASURES.values())


accounts = st.sampled_from(["wags", "purrs", "chirps"])
days = st.sampled_from(
    [
        dt.date(2023, 5, 5),
        *(
            dt.date(year, *day)
            for year in (2025, 2026)
            for day in ((1, 1), (1, 31), (2, 9), (2, 10), (3, 14), (3, 15))
        ),
    ]
)
lines = st.lists(
    st.tuples(days, accounts, st.sampled_from(["leash", "ball", "bone"]), st.integers(-300, 900), st.none() | st.integers(0, 50), st.booleans()),
    min_size=6,
    max_size=30,
)  # fmt: skip


@given(told=lines)
@settings(max_examples=6, deadline=None)
def test_measures_equal_a_reckoning_row_by_row(told: list[Any]) -> None:
    sold = sold_of(told)
    with tempfile.TemporaryDirectory() as name:
        credit = Credit(pl.DataFrame(ROWS, schema=COVERAGE, orient="row"))
        sales = Sales(ledger_of(Path(name), sold), credit, PERIOD)
        for by in ((), ("holder",), ("category",)):
            for measure in MEASURES.values():
                frame = measure.of(sales, by).to_polars()
                found = {tuple(row[:-1]): row[-1] for row in frame.select(*by, "value").rows()}
                assert close(found, naive(measure.name, sold, by)), (measure.name, by)


def sold_of(told: list[Any]) -> list[Line]:
    return [
        Line(str(i), 1, day, account, product, -abs(net) if credit else net, cost, credit)
        for i, (day, account, product, net, cost, credit) in enumerate(told)
    ]


def ledger_of(folder: Path, sold: list[Line]) -> Tables:
    (folder / "products.csv").write_text("product,category\nleash,Walk\nball,Play\n")
    ledger = Ledger(folder / "ledger")
    load_products(ledger, folder / "products.csv")
    if sold:
        load_lines(ledger, write(folder / "lines.csv", sold), credit_notes="negative")
    return ledger.open(BACKEND)


def close(found: dict[Any, Any], expected: dict[Any, Any]) -> bool:
    """The same groups with the same values; a group that has nothing may be left out or be empty."""
    keys = {*found, *expected}
    return all(abs(float(found.get(key) or 0) - float(expected.get(key) or 0)) < 1e-9 for key in keys)


def holder_of(line: Line) -> str | None:
    return next(
        (row[1] for row in ROWS if row[0] == line.account and row[2] <= line.day and (row[3] is None or line.day < row[3])),
        None,
    )  # fmt: skip


def naive(name: str, sold: list[Line], by: tuple[str, ...]) -> dict[Any, Any]:
    """A measure by its definition: slow and obvious."""

    def group(line: Line) -> tuple[Any, ...]:
        return tuple({"holder": holder_of(line), "category": CATEGORIES.get(line.product)}[one] for one in by)

    year = PERIOD.a_year_before()
    now = [line for line in sold if PERIOD.start <= line.day < PERIOD.end]
    was = [line for line in sold if year.start <= line.day < year.end]
    net_now, net_was = totals(now), totals(was)
    first = {
        line.account: line.day
        for line in sorted(sold, key=lambda line: line.day, reverse=True)
        if not line.credit
    }
    active = {account for account, net in net_now.items() if net > 0}
    before = {account for account, net in net_was.items() if net > 0}
    retained, lapsed = active & before, before - active
    new = {a for a in active - before if a in first and first[a] >= PERIOD.start}
    of_standing = {
        "active": active,
        "new": new,
        "retained": retained,
        "reactivated": active - before - new,
        "lapsed": lapsed,
    }
    groups = {group(line) for line in now + was} or ({()} if not by else set())

    def members(lines: list[Line], key: tuple[Any, ...], among: set[str]) -> set[str]:
        return {line.account for line in lines if group(line) == key} & among

    def within(lines: list[Line], key: tuple[Any, ...]) -> list[Line]:
        return [line for line in lines if group(line) == key]

    found: dict[Any, Any] = {}
    for key in groups:
        mine, then = within(now, key), within(was, key)
        costed = [line for line in mine if line.cost is not None]
        revenue, margin = cents(mine), cents(costed) - sum(line.cost or 0 for line in costed)
        if name in of_standing:
            found[key] = len(members(was if name == "lapsed" else now, key, of_standing[name]))
        elif name == "revenue":
            found[key] = Fraction(revenue, 100)
        elif name == "revenue_before":
            found[key] = Fraction(cents(then), 100)
        elif name == "margin":
            found[key] = Fraction(margin, 100)
        elif name == "margin_rate":
            found[key] = over(margin, cents(costed))
        elif name == "growth":
            found[key] = over(revenue - cents(then), cents(then))
        elif name == "like_for_like_growth":
            same = [cents([line for line in part if line.account in retained]) for part in (mine, then)]
            found[key] = over(same[0] - same[1], same[1])
        elif name == "retention":
            found[key] = over(len(members(was, key, retained)), len(members(was, key, before)))
        elif name == "acquisition":
            found[key] = over(len(members(now, key, new)), len(members(was, key, before)))
        elif name in ("value_retention", "net_revenue_retention"):
            ours = members(was, key, before)
            kept = {a: max(net_now.get(a, 0), 0) for a in ours}
            if name == "value_retention":
                kept = {a: min(net, net_was[a]) for a, net in kept.items()}
            found[key] = over(sum(kept.values()), sum(net_was[a] for a in ours))
        else:
            assert name == "breadth"
            bought = totals([line for line in mine if line.product in CATEGORIES], category=True)
            kept_up = {pair for pair, net in bought.items() if net > 0}
            found[key] = over(len(kept_up), len({account for account, _ in kept_up}))
    return found


def cents(lines: list[Line]) -> int:
    return sum(line.net for line in lines)


def over(top: int, base: int) -> Fraction | None:
    return Fraction(top, base) if base else None


def totals(lines: list[Line], *, category: bool = False) -> dict[Any, int]:
    sums: dict[Any, int] = defaultdict(int)
    for line in lines:
        sums[(line.account, CATEGORIES[line.product]) if category else line.account] += line.net
    return dict(sums)


CHANNELS = pl.DataFrame({"account": ["wags", "purrs"], "channel": ["store", "groomer"]})


@given(told=lines, by=st.sampled_from(["holder", "category", "account", "channel"]))
@settings(max_examples=6, deadline=None)
def test_what_is_kept_by_a_value_is_what_stands_in_its_row(told: list[Any], by: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        tables = ledger_of(Path(name), sold_of(told))
        credit = Credit(pl.DataFrame(ROWS, schema=COVERAGE, orient="row"))
        rows = scorecard(Sales(tables, credit, PERIOD, CHANNELS), MEASURES, (by,))
        for value in rows[by]:
            kept = Sales(tables, credit, PERIOD, CHANNELS, only={by: [value]})
            assert_frame_equal(scorecard(kept, MEASURES, (by,)), rows.filter(pl.col(by).eq_missing(value)))


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
