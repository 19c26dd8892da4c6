"""The bridge of growth adds up; a forecast tells how far off it may be; an account that goes quiet is off its rhythm."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import polars as pl
import pytest

from terrier.ledger import (
    Credit,
    Ledger,
    Period,
    QuestionError,
    Sales,
    forecast,
    load_lines,
    load_products,
    scorecard,
)
from terrier.ledger.credit import COVERAGE, WHOLE
from tests.ledger.naive import Line, write

END = dt.date(2026, 10, 1)
SEASON = (80, 90, 100, 110, 120, 120, 110, 100, 100, 110, 140, 160)


def sales_of(
    folder: Path,
    lines: list[Line],
    coverage: pl.DataFrame | None = None,
    start: dt.date = dt.date(2026, 7, 1),
) -> Sales:
    ledger = Ledger(folder / "ledger")
    (folder / "products.csv").write_text("product,category\nleash,Walk\nball,Play\n")
    load_products(ledger, folder / "products.csv")
    load_lines(ledger, write(folder / "lines.csv", lines))
    credit = Credit(pl.DataFrame(schema=COVERAGE) if coverage is None else coverage)
    return Sales(ledger.open(), credit, Period(start, END))


def monthly(growth: float, noise: float, n_months: int = 36) -> list[Line]:
    """An account's months up to the end of September 2026, with a season and a trend."""
    rng, lines = random.Random(4), []
    for back in range(n_months, 0, -1):
        at = 2026 * 12 + 9 - back
        level = 1000 * SEASON[at % 12] * (1 + growth) ** (-back / 12) * rng.uniform(1 - noise, 1 + noise)
        lines.append(Line(f"I{back}", 1, dt.date(at // 12, at % 12 + 1, 5), "wags", "leash", round(level)))
    return lines


def test_the_bridge_adds_up_to_growth_in_every_group(tmp_path: Path) -> None:
    rng = random.Random(2)
    days = [
        dt.date(year, month, day) for year in (2024, 2025, 2026) for month in (6, 7, 8, 9) for day in (3, 17)
    ]
    lines = [
        Line(str(i), 1, rng.choice(days), f"account {rng.randrange(12)}", rng.choice(["leash", "ball", "bone"]), rng.randint(-99, 999), quantity=rng.randint(1, 9))
        for i in range(200)
    ]  # fmt: skip
    handed = dt.date(2026, 8, 10)
    held = [(f"account {i}", "ann", dt.date(2024, 1, 1), handed if i % 2 else None, WHOLE) for i in range(12)]
    held += [(f"account {i}", "bob", handed, None, 6000) for i in range(12) if i % 2]
    sales = sales_of(tmp_path, lines, pl.DataFrame(held, schema=COVERAGE, orient="row"))
    parts = ["growth_new", "growth_regained", "growth_lapsed", "growth_moved", "growth_price", "growth_volume", "growth_mix"]  # fmt: skip
    for by in ((), ("holder",), ("category",), ("holder", "category"), ("account",)):
        card = scorecard(sales, [*parts, "revenue", "revenue_before"], by)
        told = card.select(off=pl.sum_horizontal(parts) - (pl.col("revenue") - pl.col("revenue_before")))
        assert told["off"].abs().max() < 1e-6  # type: ignore[operator]
    moved = scorecard(sales, ["growth_moved"], ("holder",))["growth_moved"]
    assert moved.abs().max() > 1  # type: ignore[operator]
    assert abs(moved.sum()) < 1e-4


def test_a_forecast_is_last_years_month_with_the_trend(tmp_path: Path) -> None:
    found = forecast(sales_of(tmp_path, monthly(growth=0.1, noise=0.0)), 12)
    assert found["month"].to_list()[0] == END
    wanted = [1000 * SEASON[(9 + k) % 12] * 1.1 ** ((k - 0) / 12) / 100 for k in range(12)]
    assert found["value"].to_list() == pytest.approx(wanted, rel=0.001)
    assert (found["high"] - found["low"]).max() < 0.01 * found["value"].max()  # type: ignore[operator]


def test_the_range_of_a_forecast_is_as_wide_as_the_rule_was_off(tmp_path: Path) -> None:
    found = forecast(sales_of(tmp_path, monthly(growth=0.0, noise=0.2)), 3)
    width = ((found["high"] - found["low"]) / found["value"] / 2).to_list()
    assert all(0.1 < one < 0.4 for one in width)


def test_where_there_are_not_three_years_to_try_it_on_a_forecast_has_no_range(tmp_path: Path) -> None:
    found = forecast(sales_of(tmp_path, monthly(growth=0.1, noise=0.0, n_months=20)), 3)
    assert found["low"].null_count() == 3
    assert found["value"].null_count() == 0


def test_a_forecast_looks_a_year_ahead_at_most(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="1 to 12 months ahead, not 13"):
        forecast(sales_of(tmp_path, monthly(growth=0.1, noise=0.0)), 13)


def test_an_account_is_off_its_rhythm_when_two_of_its_intervals_have_gone_by(tmp_path: Path) -> None:
    orders = [
        Line(f"I{i}", 1, dt.date(2026, 8, 1) + dt.timedelta(days=10 * i), "wags", "leash", 100)
        for i in range(4)
    ]
    sales = sales_of(tmp_path, orders)  # the last on August 31, the last day is September 30
    found = scorecard(sales, ["off_rhythm", "order_interval", "days_since_order"])
    assert found.select("off_rhythm", "order_interval", "days_since_order").row(0) == (1, 10.0, 30.0)
    soon = Sales(sales.tables, sales.credit, Period(dt.date(2026, 7, 1), dt.date(2026, 9, 21)))
    assert scorecard(soon, ["off_rhythm"]).item() == 0
