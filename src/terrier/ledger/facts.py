"""Credited sales of a period: from the monthly sums where these tell enough, from the lines where they do not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
from ibis.expr import types as ir

from terrier.ledger.credit import WHOLE, Credit
from terrier.ledger.store import Tables

SUMS = ("net_cents", "cost_cents", "costed_net_cents", "quantity", "n_lines")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from the first to the day before ``end``."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"a period ends after it starts; {self.start} to {self.end} does not")

    def a_year_before(self) -> Period:
        """The same days of the year before; February 29 is February 28 there."""
        return Period(_a_year_before(self.start), _a_year_before(self.end))

    def whole_months(self) -> Period | None:
        """The months that lie in it whole."""
        first = self.start if self.start.day == 1 else _next_month(self.start)
        last = self.end.replace(day=1)
        return Period(first, last) if first < last else None


def credited(tables: Tables, credit: Credit, period: Period) -> ir.Table:
    """What was sold in a period, by month, account, category and currency, and whose it is.

    Columns: month, account, category, currency, holder (null: nobody's), share (of 10,000) and the sums of `MONTHLY`, each of the whole: what
    the holder is credited with is the sum times share / 10,000. Over all holders that is what was invoiced.

    Monthly sums are used for months that lie in the period whole and in which the credit for the account does not change hands.
    """
    spells = ibis.memtable(credit.spells)
    torn = ibis.memtable(credit.torn_months)
    whole = period.whole_months()
    parts = []
    if whole is not None:
        sums = tables.monthly.filter(lambda t: (t.month >= whole.start) & (t.month < whole.end))
        inside = _categorized(tables, whole)
        if len(credit.torn_months):
            sums = sums.anti_join(torn, ["account", "month"])
            parts.append(_held(inside.semi_join(torn, ["account", "month"]), spells, "date"))
        parts.append(_held(sums, spells, "month"))
    for edge in _edges(period, whole):
        parts.append(_held(_categorized(tables, edge), spells, "date"))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _held(sales: ir.Table, spells: ir.Table, day: str) -> ir.Table:
    """Sales with those who held the account on their day."""
    matched = sales.left_join(
        spells,
        [sales.account == spells.account, sales[day] >= spells.since, sales[day] < spells.until],
    ).select(
        *(sales[name] for name in ("month", "account", "category", "currency")),
        spells.holder,
        ibis.coalesce(spells.share, WHOLE).cast("int64").name("share"),
        *(sales[name] for name in SUMS),
    )
    keys = ["month", "account", "category", "currency", "holder", "share"]
    return matched.group_by(keys).agg(
        **{name: matched[name].sum().cast("float64" if name == "quantity" else "int64") for name in SUMS}
    )


def _categorized(tables: Tables, period: Period) -> ir.Table:
    """The lines of some days in the shape of the monthly sums, with their date."""
    lines = tables.lines.filter(lambda t: (t.date >= period.start) & (t.date < period.end)).mutate(
        month=lambda t: t.date.truncate("M").cast("date"),
        costed_net_cents=lambda t: t.cost_cents.isnull().ifelse(0, t.net_cents),
        n_lines=ibis.literal(1, "int64"),
    )  # before the join: of what is reckoned after it, Ibis 12 makes no further join
    products = tables.products.select("product", "category")
    told = lines.left_join(products, "product")
    return told.select("month", "date", "account", "category", "currency", *SUMS)


def _edges(period: Period, whole: Period | None) -> list[Period]:
    """The days of a period outside its whole months."""
    if whole is None:
        return [period]
    ends = ((period.start, whole.start), (whole.end, period.end))
    return [Period(start, end) for start, end in ends if start < end]


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _a_year_before(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)
