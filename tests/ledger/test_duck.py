"""What one process keeps in memory for the next question: shared while it is the same, never stale, gone when nobody needs it."""

from __future__ import annotations

import datetime as dt
import gc
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from terrier.ledger import Ledger, Period, Sales, duck, load_lines, scorecard, withdraw
from terrier.ledger.credit import COVERAGE, Credit
from tests.ledger.company import ledger_of, sales_of, sold_at_random
from tests.ledger.naive import Line, write

NAMES = ("revenue", "active", "orders", "breadth")


def tables_of(sales: Sales) -> set[str]:
    backend = sales.tables.backend
    return {name for name in backend.list_tables() if name.startswith("shelved_")}


def test_two_questions_start_from_the_same_tables(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, sold_at_random(60))
    first, second = sales_of(ledger.open()), sales_of(ledger.open())
    card = scorecard(first, NAMES, ("channel",))
    there = tables_of(first)
    assert scorecard(second, NAMES, ("channel",)).equals(card)
    assert tables_of(second) == there != set()


def test_what_was_loaded_or_withdrawn_counts_in_the_next_question(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, [Line("A", 1, dt.date(2026, 1, 5), "wags", "leash", 100)])

    def revenue(held: Ledger) -> float:
        value: float = scorecard(sales_of(held.open()), ("revenue",))["revenue"].item()
        return value

    assert revenue(ledger) == 1.0
    more = write(tmp_path / "more.csv", [Line("B", 1, dt.date(2026, 1, 6), "wags", "leash", 250)])
    load = load_lines(ledger, more).load
    assert load is not None
    assert revenue(ledger) == 3.5
    withdraw(ledger, load.id)
    assert revenue(ledger) == 1.0


def test_orders_month_by_month_are_told_to_one_after_they_were_told_of_all(tmp_path: Path) -> None:
    ledger, names = ledger_of(tmp_path, sold_at_random(60)), ("revenue", "order_value")
    rows = scorecard(sales_of(ledger.open()), names, ("channel", "month"))
    mine = scorecard(sales_of(ledger.open(), channel=["store"]), names, ("channel", "month"))
    assert mine.equals(rows.filter(pl.col("channel") == "store"))


def test_three_years_are_asked_for_in_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"memory_limit": "20MB", "threads": "2", "temp_directory": str(tmp_path / "spill")}
    shelf = duck.Shelf(duckdb.connect(config=settings))
    monkeypatch.setattr(duck, "_shelf", lambda: shelf)
    sales = sales_of(ledger_of(tmp_path, sold_at_random(2000)).open())
    long = Period(
        dt.date(2024, 1, 1), dt.date(2026, 11, 24)
    )  # it ends within a month, so lines are asked, too
    assert scorecard(replace(sales, period=long, _tables={}), NAMES).height == 1


def test_who_has_a_table_in_hand_goes_on_asking_it_when_others_took_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duck, "MOST_TABLES", 1)
    ledger = ledger_of(tmp_path, sold_at_random(60))
    held = sales_of(ledger.open())
    before = scorecard(held, NAMES)
    mine = {one.name for one in held.tables.in_hand}  # type: ignore[attr-defined]
    for day in range(1, 4):
        other = Sales(ledger.open(), Credit(held.credit.coverage.head(day).cast(dict(COVERAGE))), held.period)
        scorecard(other, NAMES)
    assert mine <= tables_of(held)
    assert scorecard(held, NAMES).equals(before)
    del held
    gc.collect()
    scorecard(Sales(ledger.open(), Credit(other.credit.coverage.head(0)), other.period), NAMES)
    assert not mine & tables_of(other)
