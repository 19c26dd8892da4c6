"""What is to be expected: last year's months once more, with the trend, and how far off that would have been a year ago."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from ibis.expr import types as ir

from terrier.ledger.measures.definition import Measure
from terrier.ledger.measures.rows import accounts_now, needing, refuse
from terrier.ledger.measures.sales import AMOUNT, By, QuestionError, Sales

YEAR = 12
MONTHS = tuple(f"m{month:02d}" for month in range(3 * YEAR))
"""Three years of them, the first first."""
SOON = 3
"""Months that the measure looks ahead."""
LEAST, MOST = 0.5, 2.0
"""Of the trend: a business that tripled will not triple again."""
EIGHTY = 1.2816
"""Standard deviations to either side that hold four of five cases."""


def forecast(sales: Sales, n_months: int = SOON, by: By = ()) -> pl.DataFrame:
    """Revenue to be expected in each of the months after the period's last whole one.

    A month is expected to bring what it brought a year before, times the trend: the last twelve months ÷ the twelve before. low and high: as far
    off as the same rule would have been in each of the last twelve months, had it been asked a year ago; four of five months lie
    between. They are null where there are not three years to try it on. Groups are of accounts as held on the period's last day.

    Returns
    -------
    by…, month, value, low, high, in the currency.

    Raises
    ------
    QuestionError
        More than a year ahead, or told apart by month.
    """
    if not 1 <= n_months <= YEAR:
        raise QuestionError(f"A forecast looks 1 to {YEAR} months ahead, not {n_months}.")
    history = sales.tables.fetched(_history(sales, by)).with_columns(pl.col(MONTHS).fill_null(0))
    ahead = _months(sales.period.end.replace(day=1), n_months)
    rows = [
        (*row[: len(by)], month, *found)
        for row in history.select(*by, *MONTHS).iter_rows()
        for month, found in zip(ahead, _expected(np.array(row[len(by) :]) / AMOUNT, n_months), strict=True)
    ]
    schema = {
        **{name: history.schema[name] for name in by},
        "month": pl.Date(),
        **dict.fromkeys(("value", "low", "high"), pl.Float64()),
    }
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.sort(*by, "month", nulls_last=True)


def expected(sales: Sales, by: By) -> ir.Table:
    """The forecast as rows to be summed, in `AMOUNT`\\ ths."""
    found = forecast(sales, SOON, by)
    return sales.tables.frame(
        found.select(*by, (pl.col("value") * AMOUNT).round().cast(pl.Int64).alias("net"))
    )


def _history(sales: Sales, by: By) -> ir.Table:
    """by… and a column for each of 36 whole months to the end of the period, of accounts as they are held on its last day."""
    refuse(sales, by, "A forecast", "month")
    keys = ("account", "category") if needing(sales, by, "category") else ("account",)
    told = sales.shared(f"history-{len(keys)}", lambda: _by_account(sales, keys))
    rows = accounts_now(sales, by, told)
    sums = {name: (rows[name] * rows.share).sum().cast("int64") for name in MONTHS}
    return rows.group_by(list(by)).agg(**sums) if by else rows.agg(**sums)


def _by_account(sales: Sales, keys: tuple[str, ...]) -> ir.Table:
    """A row an account: what it bought in each of the 36 months."""
    end = sales.period.end.replace(day=1)
    first, monthly = end.replace(year=end.year - 3), sales.tables.monthly
    inside = (monthly.month >= first) & (monthly.month < end) & (monthly.currency == sales.currency)
    rows = sales.mine(monthly.filter(inside))
    months = zip(MONTHS, _months(first, len(MONTHS)), strict=True)
    sums = {
        name: rows.net_cents.sum(where=rows.month == month).fill_null(0).cast("int64")
        for name, month in months
    }
    return rows.group_by(list(keys)).agg(**sums)


def _expected(series: np.ndarray, n_months: int) -> list[tuple[float, float | None, float | None]]:
    old, before, last = series[:YEAR], series[YEAR : 2 * YEAR], series[2 * YEAR :]
    value = np.maximum(last, 0) * _trend(last, before)
    tried = np.maximum(before, 0) * _trend(before, old)
    off = _off(last, tried) if old.any() else None
    if off is None:
        return [(float(one), None, None) for one in value[:n_months]]
    return [
        (float(one), float(one * max(0.0, 1 - EIGHTY * off)), float(one * (1 + EIGHTY * off)))
        for one in value[:n_months]
    ]


def _trend(last: np.ndarray, before: np.ndarray) -> float:
    if before.sum() <= 0:
        return 1.0
    return float(np.clip(last.sum() / before.sum(), LEAST, MOST))


def _off(came: np.ndarray, tried: np.ndarray) -> float | None:
    """How far off the rule was in a year, as a share of what it expected; None where it expected nothing."""
    told = tried > 0
    return float(np.sqrt(np.mean((came[told] / tried[told] - 1) ** 2))) if told.any() else None


def _months(first: dt.date, n: int) -> list[dt.date]:
    at = first.year * YEAR + first.month - 1
    return [dt.date((at + i) // YEAR, (at + i) % YEAR + 1, 1) for i in range(n)]


FORECAST = Measure(
    "forecast",
    "Forecast",
    "money",
    f"Revenue to be expected in the {SOON} months after the period's last whole one: of each, what it brought a year before × the trend, the last twelve months ÷ the twelve before.",
    (
        f"The trend counts for {LEAST:g} at least and {MOST:g} at most, and for 1 where there is no year before.",
        "`forecast` tells the months one by one, with a range that four of five lie in, from how far off the same rule would have been a year ago.",
        "By holder, of the accounts that each holds on the last day of the period, whoever sold to them before.",
    ),
    expected,
    lambda rows: rows.net.sum(),
    None,
    "908.70",
)

ALL = (FORECAST,)
