"""What a measure is, and the sales it is reckoned from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import ibis
from ibis.expr import types as ir

from terrier.ledger.credit import WHOLE, Credit
from terrier.ledger.facts import SUMS, Period, credited
from terrier.ledger.store import Tables

Unit = Literal["money", "ratio", "accounts", "number"]
By = Sequence[str]

AMOUNT = 100 * WHOLE
"""Credited sums are in hundredths of a cent's hundredth: this many make one of the currency."""


@dataclass(frozen=True)
class Sales:
    """The credited sales of a period and of the same days a year before, in one currency.

    accounts : account and whatever it is to be told apart by (territory, region, channel, class, area), one row an account; measures take the
    names of its columns in ``by``, beside holder, category, account and month. An account that is not in it has nulls there.
    """

    tables: Tables
    credit: Credit
    period: Period
    accounts: ir.Table | None = None
    currency: str = "USD"

    @cached_property
    def now(self) -> ir.Table:
        return self._during(self.period)

    @cached_property
    def before(self) -> ir.Table:
        return self._during(self.period.a_year_before())

    @cached_property
    def standing(self) -> ir.Table:
        """account, net_now, net_before, and ``standing``: new, retained, reactivated or lapsed; accounts active in neither year are left out.

        An account is active in a period when its invoices less its credit notes come to more than nothing.
        """
        both = side_by_side(self.now, self.before)
        both = both.group_by("account").agg(net_now=both.net.sum(), net_before=both.was.sum())
        first = self.tables.orders.group_by("account").agg(first=lambda t: t.first_date.min())
        known = both.left_join(first, "account").select(both, first["first"])
        return (
            known.filter((known.net_now > 0) | (known.net_before > 0))
            .mutate(
                standing=lambda t: ibis.cases(
                    (t.net_now <= 0, "lapsed"),
                    (t.net_before > 0, "retained"),
                    (t["first"] >= self.period.start, "new"),
                    else_="reactivated",
                )
            )
            .drop("first")
        )

    def _during(self, period: Period) -> ir.Table:
        sales = credited(self.tables, self.credit, period).filter(lambda t: t.currency == self.currency)
        if self.accounts is None:
            return sales
        told = [name for name in self.accounts.columns if name != "account"]
        return sales.left_join(self.accounts, "account").select(
            sales, *(self.accounts[name] for name in told)
        )


@dataclass(frozen=True)
class Measure:
    """One measure: its definition in words and as a function.

    of : the sales and the columns to tell apart by → those columns and ``value``, for a ratio with its ``numerator`` and ``denominator``
    (which add up where ratios do not). example : its value for the worked example of docs/measures.md.
    """

    name: str
    title: str
    unit: Unit
    formula: str
    edges: tuple[str, ...]
    of: Callable[[Sales, By], ir.Table]
    example: str


def credited_sum(sales: ir.Table, column: str) -> ir.IntegerScalar:
    """What is credited of a sum, over rows, in `AMOUNT`\\ ths."""
    return (sales[column] * sales.share).sum()


def side_by_side(now: ir.Table, before: ir.Table) -> ir.Table:
    """The rows of two years with what is credited of each, ``net`` and ``was``, nothing in the other one's."""
    none = ibis.literal(0, "int64")
    told = [name for name in now.columns if name not in SUMS]
    return ibis.union(
        now.select(*told, net=now.net_cents * now.share, was=none),
        before.select(*told, net=none, was=before.net_cents * before.share),
    )


def in_money(sum_: ir.NumericValue) -> ir.NumericValue:
    """A credited sum in the currency, to the hundredth of a cent's hundredth, exactly."""
    return sum_.cast("decimal(38, 6)") / AMOUNT


def totalled(sales: ir.Table, by: By, **sums: ir.Value) -> ir.Table:
    """Sums over all, or by some columns."""
    return sales.group_by(list(by)).agg(**sums) if by else sales.agg(**sums)


def ratio(parts: ir.Table, by: By) -> ir.Table:
    """``numerator`` over ``denominator``; null where there is nothing to divide by."""
    return parts.select(
        *by,
        "numerator",
        "denominator",
        value=lambda t: t.numerator.cast("float64") / t.denominator.cast("float64").nullif(0),
    )
