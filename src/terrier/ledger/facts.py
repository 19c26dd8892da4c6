"""Credited sales of a period: from the monthly sums where these tell enough, from the lines where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import ibis
import polars as pl
from ibis.expr import types as ir

from terrier.ledger.credit import WHOLE, Credit
from terrier.ledger.period import Period, month_of
from terrier.ledger.tables import Tables

AMOUNTS = ("net_cents", "cost_cents", "costed_net_cents", "quantity", "n_lines")


@dataclass(frozen=True, slots=True)
class Kind:
    """What is summed, and the table of its monthly sums."""

    table: Literal["monthly", "orders"]
    keys: tuple[str, ...]
    sums: tuple[str, ...]


SALES = Kind("monthly", ("account", "category"), (*AMOUNTS, "n_orders"))
ORDERS = Kind("orders", ("account",), ("n_orders",))
"""Whatever their categories: an order of two counts once."""


def credited(
    tables: Tables,
    credit: Credit,
    period: Period,
    kind: Kind = SALES,
    *,
    currency: str = "USD",
    by_month: bool = False,
    among: pl.DataFrame | None = None,
) -> list[ir.Table]:
    """What was sold in a period, by account and category, and whose it is: tables of the same columns, to be summed.

    Columns: the keys of ``kind``, holder (null: nobody's), share (of 10,000) and the sums of ``kind``, each of the whole: what
    the holder is credited with is the sum times share / 10,000. Over all holders that is what was invoiced. ``by_month``: month, too.
    ``among``: of these accounts alone.

    Sales are summed before it is asked whose they are, which is quick; only those of accounts that change hands within the period are asked
    month by month, and line by line within months in which they do.
    """
    keys = [*kind.keys, *(["month"] if by_month else [])]
    changing = credit.changing_in(period)
    if among is not None:
        changing = changing.join(among, on="account", how="semi")
    steady = sold(tables, period, kind, currency, among)
    if not changing.is_empty():
        steady = [part.anti_join(tables.frame(changing), "account") for part in steady]
    holders = credit.at(period.start)
    parts = [_held(tables, summed(union(steady), keys, kind.sums), holders, keys, kind)]
    if not changing.is_empty():
        parts += _held_by_day(tables, credit, period, changing, keys, kind, currency)
    return parts


def sold(
    tables: Tables, period: Period, kind: Kind, currency: str, among: pl.DataFrame | None = None
) -> list[ir.Table]:
    """What was sold in a period, whoever's it is: the sums of its whole months, and those of the days outside them."""
    whole, edges = period.whole_months(), period.edges()
    parts = [by_day(tables, edges, kind, currency, among).drop("date")] if edges else []
    if whole is not None:
        monthly = _monthly(tables, whole, kind, currency)
        parts.append(monthly if among is None else monthly.semi_join(tables.frame(among), "account"))
    return parts


def by_day(
    tables: Tables,
    periods: Sequence[Period],
    kind: Kind,
    currency: str,
    among: pl.DataFrame | None = None,
) -> ir.Table:
    """The lines of some days in the shape of the monthly sums, day by day. among : of these accounts alone, or of these in these months."""
    date = tables.lines.date
    inside = tables.lines.filter(
        ibis.or_(*((date >= period.start) & (date < period.end) for period in periods)),
        tables.lines.currency == currency,
    )
    lines = inside.mutate(
        month=lambda t: t.date.truncate("M").cast("date"),
        costed_net_cents=lambda t: t.cost_cents.isnull().ifelse(0, t.net_cents),
        n_lines=ibis.literal(1, "int64"),
    )  # before the joins: of what is reckoned after them, Ibis 12 makes no further join
    if among is not None:
        lines = lines.semi_join(tables.frame(among), among.columns)
    if kind is SALES:
        products = tables.products.select("product", "category")
        lines = lines.left_join(products, "product").select(lines, category=products.category)
    sums = {name: lines[name].sum() for name in kind.sums if name != "n_orders"}
    sums["n_orders"] = lines.invoice.nunique(where=~lines.is_credit_note)
    found = lines.group_by(["month", "date", *kind.keys]).agg(**sums)
    return found.select("month", "date", *kind.keys, *_typed(found, kind.sums))


def summed(sales: ir.Table, keys: Sequence[str], sums: Sequence[str]) -> ir.Table:
    """Sums by some columns, of the kinds of number that all engines agree on."""
    found = sales.group_by(list(keys)).agg(**{name: sales[name].sum() for name in sums})
    return found.select(*keys, *_typed(found, sums))


def union(parts: Sequence[ir.Table]) -> ir.Table:
    """All rows of some tables of the same columns."""
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _monthly(tables: Tables, months: Period, kind: Kind, currency: str) -> ir.Table:
    sums = tables.monthly if kind.table == "monthly" else tables.orders
    inside = sums.filter(
        (sums.month >= months.start) & (sums.month < months.end) & (sums.currency == currency)
    )
    return inside.select("month", *kind.keys, *_typed(inside, kind.sums))


def _held_by_day(
    tables: Tables,
    credit: Credit,
    period: Period,
    changing: pl.DataFrame,
    keys: list[str],
    kind: Kind,
    currency: str,
) -> list[ir.Table]:
    """Sales of accounts that change hands, with those who held them on their day, or in their month where that is enough."""
    theirs = tables.frame(changing)
    spells = credit.spells.join(changing, on="account", how="semi")
    whole = period.whole_months()
    parts = []
    if whole is not None:
        inside = pl.col("month").is_between(whole.start, whole.end, closed="left")
        torn = credit.torn_months.filter(inside).join(changing, on="account", how="semi")
        sums = _monthly(tables, whole, kind, currency).semi_join(theirs, "account")
        if not torn.is_empty():
            sums = sums.anti_join(tables.frame(torn), ["account", "month"])
        parts.append(_held(tables, sums, spells, keys, kind, "month"))
        if not torn.is_empty():
            lines = by_day(tables, _runs(torn["month"]), kind, currency, torn)
            parts.append(_held(tables, lines, spells, keys, kind, "date"))
    if edges := period.edges():
        lines = by_day(tables, edges, kind, currency, changing)
        parts.append(_held(tables, lines, spells, keys, kind, "date"))
    return parts


def _runs(months: pl.Series) -> list[Period]:
    """Some months, those that follow one another as one period."""
    found: list[Period] = []
    for month in map(month_of, months.unique().sort()):
        start = found.pop().start if found and found[-1].end == month.start else month.start
        found.append(Period(start, month.end))
    return found


def _held(
    tables: Tables,
    sales: ir.Table,
    holders: pl.DataFrame,
    keys: list[str],
    kind: Kind,
    day: str | None = None,
) -> ir.Table:
    """Sales with those who hold their account, or did on their day."""
    held = tables.frame(holders)
    on = [sales.account == held.account]
    if day is not None:
        on += [sales[day] >= held.since, sales[day] < held.until]
    return sales.left_join(held, on).select(
        *(sales[name] for name in keys),
        held.holder,
        ibis.coalesce(held.share, WHOLE).cast("int64").name("share"),
        *(sales[name] for name in kind.sums),
    )


def _typed(table: ir.Table, sums: Sequence[str]) -> list[ir.Value]:
    return [table[name].cast("float64" if name == "quantity" else "int64").name(name) for name in sums]
