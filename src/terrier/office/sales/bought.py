"""What one account buys, from its invoice lines: categories year by year, its last order, its rhythm, and why to act on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import polars as pl
from django.utils.translation import gettext as _

from terrier.office.accounts.models import Account
from terrier.office.people.models import Person
from terrier.office.people.scope import visible_to
from terrier.office.sales.figures import reading
from terrier.office.sales.periods import a_year_before
from terrier.office.sales.signals import reason, signals

YEARS = 3
MOST_CATEGORIES = 30


@dataclass(frozen=True, slots=True)
class Bought:
    """A category, or all: amounts of the last twelve months, of those before and so on; width : of its bar, in %."""

    category: str
    amounts: tuple[float, ...]
    width: int
    growth: float | None


@dataclass(frozen=True, slots=True)
class Buying:
    """until : the last day that counts. every : days between its orders in the last year; reasons : why to act on it."""

    rows: list[Bought]
    total: Bought
    until: dt.date
    last_order: dt.date | None
    days_since: int | None
    n_orders: int
    every: int | None
    usual_order: float | None
    reasons: list[str]


def bought_by(person: Person, account: Account, until: dt.date, currency: str) -> Buying | None:
    """None where there is not one line of the account or of those below it."""
    sites = visible_to(person, Account).filter(chain=account, external_id__isnull=False)
    numbers = [one for one in (account.external_id, *sites.values_list("external_id", flat=True)) if one]
    ends = [until + dt.timedelta(days=1)]
    for _year in range(YEARS):
        ends.append(a_year_before(ends[-1]))
    lines = _lines(numbers, ends[-1], ends[0], currency)
    if lines.is_empty():
        return None
    years = [pl.col("net").filter(pl.col("date").is_between(since, end, closed="left")).sum() for end, since in pairwise(ends)]  # fmt: skip
    sums = lines.group_by("category").agg(year.alias(f"y{at}") for at, year in enumerate(years))
    all_years = tuple(float(sums[f"y{at}"].sum()) for at in range(YEARS))
    sums = sums.sort("y0", "y1", "y2", "category", descending=[True, True, True, False]).head(MOST_CATEGORIES)
    amounts = [tuple(float(row[f"y{at}"]) for at in range(YEARS)) for row in sums.iter_rows(named=True)]
    largest = max((amount for one in amounts for amount in one), default=0) or 1
    names = [category or _("Without a category") for category in sums["category"]]
    rows = [_bought(name, one, largest) for name, one in zip(names, amounts, strict=True)]
    recent = lines.filter(~pl.col("is_credit_note") & (pl.col("date") >= ends[1]))
    orders = recent.group_by("account", "date").agg(pl.col("net").sum()).sort("date")
    found = signals(until, currency).filter(pl.col("account") == (account.external_id or ""))
    last = lines.filter(~pl.col("is_credit_note"))["date"].max()
    return Buying(
        rows=rows,
        total=_bought(_("All"), all_years, max(all_years) or 1),
        until=until,
        last_order=last if isinstance(last, dt.date) else None,
        days_since=(until - last).days if isinstance(last, dt.date) else None,
        n_orders=len(orders),
        every=_rhythm(orders, numbers),
        usual_order=float(orders["net"].median()) if len(orders) else None,  # type: ignore[arg-type]
        reasons=[reason(row) for row in found.iter_rows(named=True)],
    )


def _lines(numbers: list[str], start: dt.date, end: dt.date, currency: str) -> pl.DataFrame:
    with reading() as (tables, _credit):
        lines, products = tables.lines, tables.products
        inside = lines.filter(
            lines.account.isin(numbers)
            & (lines.date >= start)
            & (lines.date < end)
            & (lines.currency == currency)
        )
        told = inside.left_join(products, "product").select(
            inside.account, inside.date, inside.is_credit_note, products.category, net=inside.net_cents
        )
        found: pl.DataFrame = tables.fetched(told)
    return found.with_columns(pl.col("net").cast(pl.Float64) / 100)


def _bought(category: str, amounts: tuple[float, ...], largest: float) -> Bought:
    growth = amounts[0] / amounts[1] - 1 if amounts[1] > 0 else None
    return Bought(category, amounts, round(100 * max(amounts[0], 0) / largest), growth)


def _rhythm(orders: pl.DataFrame, numbers: list[str]) -> int | None:
    """Days from order to order in the last year; of a chain none, since its sites order each on their own."""
    if len(numbers) != 1 or len(orders) < 3:
        return None
    days: list[dt.date] = orders["date"].to_list()
    return max(1, round((days[-1] - days[0]).days / (len(days) - 1)))
