"""Credit by date and share: every cent is somebody's or nobody's, once."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.ledger import Ledger, load_lines, load_products
from terrier.ledger.credit import COVERAGE, WHOLE, CoverageError, Credit
from terrier.ledger.facts import credited, union
from terrier.ledger.period import Period
from tests.ledger.naive import Line, write

JANUARY = dt.date(2026, 1, 1)
days = st.integers(0, 120).map(lambda n: JANUARY + dt.timedelta(days=n))
accounts = st.sampled_from(["wags", "purrs", "chirps"])
rows = st.lists(
    st.tuples(
        accounts, st.sampled_from(["ann", "bob"]), days, st.none() | days, st.sampled_from([2500, 5000])
    ),
    max_size=8,
)
sales = st.lists(
    st.tuples(days, accounts, st.sampled_from(["leash", "ball", "bone"]), st.integers(-500, 500)), max_size=25
)


def coverage_of(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=COVERAGE, orient="row")


def held(rows: list[tuple[Any, ...]], account: str, day: dt.date) -> dict[str | None, int]:
    """Who has which share of an account on a day: row by row."""
    shares: dict[str | None, int] = defaultdict(int)
    for its, holder, starts, ends, share in rows:
        if its == account and starts <= day and (ends is None or day < ends):
            shares[holder] += share
    shares[None] = WHOLE - sum(shares.values())
    return {holder: share for holder, share in shares.items() if share}


def fair(rows: list[tuple[Any, ...]]) -> bool:
    ends = {day for row in rows for day in row[2:4] if day}
    return all(held(rows, row[0], day).get(None, 0) >= 0 for row in rows for day in ends)


@given(rows=rows.filter(fair), sales=sales, first=days, length=st.integers(1, 120))
@settings(max_examples=30, deadline=None)
def test_every_cent_is_credited_once_to_whoever_held_the_account_that_day(
    rows: list[Any], sales: list[Any], first: dt.date, length: int
) -> None:
    period = Period(first, first + dt.timedelta(days=length))
    lines = [
        Line(str(i), 1, day, account, product, net) for i, (day, account, product, net) in enumerate(sales)
    ]
    expected: dict[tuple[dt.date, str, str | None, str | None], int] = defaultdict(int)
    for line in lines:
        if period.start <= line.day < period.end:
            for holder, share in held(rows, line.account, line.day).items():
                category = {"leash": "Walk", "ball": "Play"}.get(line.product)
                expected[line.day.replace(day=1), line.account, category, holder] += line.net * share
    with tempfile.TemporaryDirectory() as name:
        facts = facts_of(Path(name), lines, rows, period)
        found = facts.group_by("month", "account", "category", "holder").agg(
            pl.sum_horizontal((pl.col("net_cents") * pl.col("share")).sum()).alias("credited")
        )
        assert {row[:4]: row[4] for row in found.rows()} == dict(expected)


def facts_of(folder: Path, lines: list[Line], rows: list[Any], period: Period) -> pl.DataFrame:
    ledger = Ledger(folder / "ledger")
    products = folder / "products.csv"
    products.write_text("product,category\nleash,Walk\nball,Play\n")
    load_products(ledger, products)
    if lines:
        load_lines(ledger, write(folder / "lines.csv", lines))
    parts = credited(ledger.open(), Credit(coverage_of(rows)), period, by_month=True)
    frame: pl.DataFrame = union(parts).to_polars()
    return frame


def test_who_takes_over_in_the_middle_of_a_month_is_credited_from_that_day_on(tmp_path: Path) -> None:
    rows = [
        ("wags", "ann", JANUARY, dt.date(2026, 1, 16), WHOLE),
        ("wags", "bob", dt.date(2026, 1, 16), None, 6000),
    ]
    lines = [
        Line("A", 1, dt.date(2026, 1, 15), "wags", "leash", 100),
        Line("B", 1, dt.date(2026, 1, 16), "wags", "leash", 1000),
    ]
    facts = facts_of(tmp_path, lines, rows, Period(JANUARY, dt.date(2026, 2, 1)))
    told = {
        holder: net * share // WHOLE
        for holder, net, share in facts.select("holder", "net_cents", "share").rows()
    }
    assert told == {"ann": 100, "bob": 600, None: 400}


def test_more_than_all_of_the_credit_is_refused() -> None:
    rows = [("wags", "ann", JANUARY, None, 6000), ("wags", "bob", dt.date(2026, 3, 1), None, 5000)]
    with pytest.raises(CoverageError, match=r"Account wags: .* 110\.00% on 2026-03-01; at most 100%"):
        _ = Credit(coverage_of(rows)).spells


@pytest.mark.parametrize(
    ("period", "whole"),
    [
        (("2026-01-01", "2026-04-01"), ("2026-01-01", "2026-04-01")),
        (("2026-01-02", "2026-04-01"), ("2026-02-01", "2026-04-01")),
        (("2026-01-31", "2026-03-15"), ("2026-02-01", "2026-03-01")),
        (("2026-01-02", "2026-02-28"), None),
        (("2025-12-01", "2026-01-01"), ("2025-12-01", "2026-01-01")),
    ],
)
def test_a_period_knows_its_whole_months(period: tuple[str, str], whole: tuple[str, str] | None) -> None:
    def of(days: tuple[str, str]) -> Period:
        return Period(*map(dt.date.fromisoformat, days))

    assert of(period).whole_months() == (whole and of(whole))


def test_a_year_before_a_leap_day_is_the_day_before() -> None:
    assert Period(dt.date(2024, 2, 29), dt.date(2024, 3, 1)).a_year_before() == Period(
        dt.date(2023, 2, 28), dt.date(2023, 3, 1)
    )


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Period(JANUARY, JANUARY)
