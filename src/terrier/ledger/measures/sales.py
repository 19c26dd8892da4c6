"""The sales that measures are reckoned from: what was sold in a period and in the same days a year before, and to whom it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import ibis
import polars as pl
from ibis.expr import types as ir

from terrier.errors import TerrierError
from terrier.ledger.credit import WHOLE, Credit
from terrier.ledger.facts import ORDERS, SALES, Kind, credited, union
from terrier.ledger.period import Period
from terrier.ledger.tables import Tables

By = tuple[str, ...]

OWN: Final = ("holder", "category", "account", "month")
"""What sales can always be told apart by; the columns of ``accounts`` come on top."""

FIGURES: Final = {"potential_cents": pl.Int64(), "calls": pl.Float64()}
"""Columns of ``accounts`` that are amounts, a year's, and tell nothing apart: what the account could buy, and the calls it gets."""


BOOK: Final = {
    "net": "int64",
    "cost": "int64",
    "costed": "int64",
    "units": "float64",
    "orders": "int64",
    "shared": "int64",
    "n": "int64",
    "was": "int64",
    "units_was": "float64",
    "n_was": "int64",
}
"""The sums of `Sales.book`."""
BOOK_KEYS: Final = ("account", "category", "holder")
MONTH_KEYS: Final = ("month", "category", "holder", "standing")

AMOUNT: Final = 100 * WHOLE
"""Credited amounts are in hundredths of a cent's hundredth, whole numbers: this many make one of the currency."""


@dataclass(frozen=True, eq=False)
class Given:
    """What invoice lines do not tell.

    market : area and whatever else areas are told apart by, with potential_customers and potential_cents, a year's. call_cents : what a call on
    an account costs. fixed : holder and cost_cents, what holding a territory costs a year whatever is sold. peers : what accounts
    have in common that are compared with one another; all are, where there is nothing.
    """

    market: pl.DataFrame | None = None
    call_cents: int = 0
    fixed: pl.DataFrame | None = None
    peers: By = ()


class QuestionError(TerrierError, ValueError):
    """A measure is asked for by something that the sales do not tell apart."""


@dataclass(frozen=True, eq=False)
class Sales:
    """The credited sales of a period and of the same days a year before, in one currency.

    accounts : account and whatever it is to be told apart by (territory, region, channel, class, area), one row an account, and the `FIGURES`
    where they are known. Measures take the names of its columns in ``by``, beside those of `OWN`; an account that is not in it has nulls there.
    only : by column, the values to keep; None among them stands for what has none. Whatever is asked of them comes out as it would by that
    column, for that value: accounts stay new or lapsed by all they bought, whoever sold it.

    What the measures share is reckoned once, when it is first asked for, and kept with the object: ask one object for many measures. One
    thread at a time.

    of : sales of a longer period, whose months this one is made of: see `part`.
    """

    tables: Tables
    credit: Credit
    period: Period
    accounts: pl.DataFrame | None = None
    currency: str = "USD"
    only: Mapping[str, Collection[str | None]] = field(default_factory=dict)
    given: Given = field(default_factory=Given)
    of: Sales | None = None
    _tables: dict[str, ir.Table] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        clash = {*self.told} & {*OWN, *BOOK, "net_now", "net_before", "standing"}
        if clash:
            raise QuestionError(f"Accounts cannot be told apart by a column called “{min(clash)}”.")
        self.check((*self.only, *self.given.peers))
        if "month" in self.only:
            raise QuestionError("Months are chosen by the period, not by “only”.")

    @cached_property
    def told(self) -> By:
        """What accounts are told apart by."""
        columns = [] if self.accounts is None else self.accounts.columns
        return tuple(name for name in columns if name != "account" and name not in FIGURES)

    @cached_property
    def whole(self) -> Sales:
        """The same sales of everybody."""
        return replace(self, only={}, of=self.of and self.of.whole, _tables={}) if self.only else self

    def part(self, period: Period) -> Sales:
        """The sales of some of the period's months, or of all: reckoned from the book month by month, once for all parts."""
        if not self.period.has_months_of(period):
            raise QuestionError(f"{period} is not made of the months of {self.period}.")
        return replace(self, period=period, of=self, _tables={})

    @property
    def years(self) -> float:
        """How long the period is."""
        return self.period.n_days / 365

    def check(self, by: By) -> None:
        """Raise `QuestionError` where sales are not told apart so."""
        for name in by:
            if name not in (*OWN, *self.told):
                known = ", ".join((*OWN, *self.told))
                raise QuestionError(f"Sales are not told apart by “{name}”, only by {known}.")

    def book(self, by: By = (), *, by_month: bool = False) -> ir.Table:
        """One row an account, category and holder (and month), with what is credited of both years and how the account stands.

        net, cost, costed : this year's revenue and cost, and revenue of the lines whose cost is known, in `AMOUNT`\\ ths. units : quantity.
        orders : with that category; shared : those times the share of 10,000. n : lines. was, units_was, n_was : a year before. net_now, net_before, standing : of
        the account, whoever holds it: new, retained, reactivated, lapsed, or null where it was active in neither year. month : of the year
        before, the same month of this one. Of what accounts are told apart by: the columns of ``by``, and those that are asked for.
        """
        return self._told(self._book_name(by_month), by, lambda: self._book(by_month))

    def months(self) -> ir.Table:
        """The book month by month, over all accounts of a standing: by month, category, holder and standing."""
        return self.once("months", lambda: self.shared(f"{self.credit.digest}-months", self._months))

    def orders(self, by: By = (), *, by_month: bool = False) -> ir.Table:
        """One row an account and holder (and month): orders, those of two categories once, and shared, those times the share of 10,000."""
        return self._told(f"{self.credit.digest}-orders-{by_month:d}", by, lambda: self._orders(by_month))

    @cached_property
    def among(self) -> pl.DataFrame | None:
        """account: those that can matter to what is asked for; None where all can."""
        found: pl.DataFrame | None = None
        for name, values in self.only.items():
            asked = [value for value in values if value is not None]
            if len(asked) < len(values):
                continue
            if name == "holder":
                mine = self.credit.accounts_of(
                    asked, Period(self.period.a_year_before().start, self.period.end)
                )
            elif name == "account":
                mine = pl.DataFrame({"account": asked}, schema={"account": pl.String})
            elif name in self.told and self.accounts is not None:
                mine = self.accounts.filter(pl.col(name).is_in(asked)).select("account")
            else:
                continue
            found = mine if found is None else found.join(mine, on="account", how="semi")
        return found

    def frame(self, rows: pl.DataFrame) -> ir.Table:
        """What is told of accounts from outside the ledger, of those that can matter."""
        return self.tables.frame(
            rows if self.among is None else rows.join(self.among, on="account", how="semi")
        )

    def held(self, table: ir.Table) -> ir.Table:
        """A table of accounts with whoever holds them on the last day of the period: holder and share."""
        holders = self.credit.at(self.period.end - dt.timedelta(days=1))
        held = self.once("holders", lambda: self.frame(holders))
        return table.left_join(held, "account").select(
            table, holder=held.holder, share=ibis.coalesce(held.share, WHOLE).cast("int64")
        )

    def kept(self, table: ir.Table) -> ir.Table:
        """The rows of a table that are asked for."""
        for name, values in self.only.items():
            if name in table.columns:
                inside = table[name].isin([value for value in values if value is not None])
                table = table.filter(inside | table[name].isnull() if None in values else inside)
        return table

    def describe(self, table: ir.Table, by: By = ()) -> ir.Table:
        """A table with what its accounts are told apart by, as far as that is asked by or for."""
        names = self._asked(by)
        if self.accounts is None or not names:
            return table
        told = self.accounts.select("account", *names)
        accounts = self.once(f"accounts {names}", lambda: self.frame(told))
        return table.left_join(accounts, "account").select(table, *(accounts[name] for name in names))

    def during(self, period: Period, kind: Kind = SALES, *, by_month: bool = False) -> list[ir.Table]:
        """What is credited of a period, in the currency asked for."""
        return credited(
            self.tables,
            self.credit,
            period,
            kind,
            currency=self.currency,
            by_month=by_month,
            among=self.among,
        )

    def once(self, name: str, made: Callable[[], ir.Table]) -> ir.Table:
        """A table that is made when it is first asked for."""
        if name not in self._tables:
            self._tables[name] = made()
        return self._tables[name]

    def shared(self, name: str, made: Callable[[], ir.Table]) -> ir.Table:
        """One that every process finds when it was reckoned of all accounts; of those alone that matter here, where they are told."""
        whole, quick = self.among is None, self.of is not None
        return self.mine(self.tables.remembered(self._named(name), made, whole=whole, quick=quick))

    def mine(self, table: ir.Table) -> ir.Table:
        """The rows of accounts that can matter."""
        if self.among is None or "account" not in table.columns:
            return table
        among = self.among
        return self.tables.kept(
            table.semi_join(self.once("among", lambda: self.tables.frame(among)), "account")
        )

    def _told(self, name: str, by: By, made: Callable[[], ir.Table]) -> ir.Table:
        """What is shared under a name, described; where it is of all accounts, once for many questions."""
        told, base = self._asked(by), self.once(name, lambda: self.shared(name, made))
        if not told:
            return base
        if self.among is not None:
            return self.once(f"{name} {told}", lambda: self.tables.kept(self.describe(base, by)))
        shelf = self._named(f"{name}-{told}-{self._accounts_digest}")
        return self.once(
            f"{name} {told}", lambda: self.tables.shelved(shelf, lambda: self.describe(base, by))
        )

    def _asked(self, by: By) -> By:
        return tuple(name for name in self.told if name in by or name in self.only)

    def _named(self, name: str) -> str:
        return f"{name}-{self.period.start}-{self.period.end}-{self.currency}"

    @cached_property
    def _accounts_digest(self) -> str:
        """The same where the same is told of the same accounts."""
        assert self.accounts is not None
        return (
            f"{int(self.accounts.select('account', *self.told).hash_rows(seed=0).sum()) & (2**64 - 1):016x}"
        )

    def _book_name(self, by_month: bool) -> str:
        return f"{self.credit.digest}-{'by-month' if by_month else 0}"

    def _book(self, by_month: bool) -> ir.Table:
        """The book but for what accounts are told apart by."""
        rows = self._sums_of_months() if self.of is not None and not by_month else self._sums(by_month)
        whole = ibis.window(group_by="account")
        rows = rows.mutate(
            net_now=rows.net.sum().over(whole).cast("int64"),
            net_before=rows.was.sum().over(whole).cast("int64"),
        )
        orders = self.tables.orders
        first = orders.group_by("account").agg(first=orders.first_date.min())
        stood = rows.left_join(first, "account").select(rows, came=first["first"])
        return stood.mutate(
            standing=ibis.cases(
                ((stood.net_now <= 0) & (stood.net_before <= 0), ibis.null("string")),
                (stood.net_now <= 0, "lapsed"),
                (stood.net_before > 0, "retained"),
                (stood.came >= self.period.start, "new"),
                else_="reactivated",
            )
        ).drop("came")

    def _sums(self, by_month: bool) -> ir.Table:
        now = self.during(self.period, by_month=by_month)
        before = self.during(self.period.a_year_before(), by_month=by_month)
        keys = [*BOOK_KEYS, *(["month"] if by_month else [])]
        if by_month:
            year = ibis.interval(years=1)
            before = [part.mutate(month=(part.month + year).cast("date")) for part in before]
        # One after the other: at once, those of three years want more memory than a process may have.
        parts = [
            self.tables.kept(_year(part, keys, now=at == 0))
            for at, parts in enumerate((now, before))
            for part in parts
        ]
        return _added(union(parts), keys)

    def _sums_of_months(self) -> ir.Table:
        """The same sums from those month by month of the longer period."""
        assert self.of is not None
        months = self.of.book(by_month=True)
        first = self.period.start.replace(day=1)
        inside = months.filter((months.month >= first) & (months.month < self.period.end))
        return _added(inside, BOOK_KEYS)

    def _months(self) -> ir.Table:
        known = self._book_name(by_month=True) in self._tables
        rows = self.book(by_month=True) if known else self._book(by_month=True)
        return _added(rows, MONTH_KEYS)

    def _orders(self, by_month: bool) -> ir.Table:
        found = union(self.during(self.period, ORDERS, by_month=by_month))
        keys = ["account", "holder", *(["month"] if by_month else [])]
        sums = {"orders": found.n_orders.sum(), "shared": (found.n_orders * found.share).sum()}
        orders = found.group_by(keys).agg(**sums)
        return orders.select(*keys, *(orders[name].cast("int64").name(name) for name in sums))


def _added(rows: ir.Table, keys: Sequence[str]) -> ir.Table:
    """The sums of the book by some of its columns."""
    sums = rows.group_by(list(keys)).agg(**{name: rows[name].sum() for name in BOOK})
    return sums.select(*keys, *(sums[name].cast(kind).name(name) for name, kind in BOOK.items()))


def _year(sales: ir.Table, keys: list[str], *, now: bool) -> ir.Table:
    """Sales as the book has them, nothing in the columns of the other year."""
    found = {
        "net": sales.net_cents * sales.share,
        "cost": sales.cost_cents * sales.share,
        "costed": sales.costed_net_cents * sales.share,
        "units": sales.quantity * sales.share / WHOLE,
        "orders": sales.n_orders,
        "shared": sales.n_orders * sales.share,
        "n": sales.n_lines,
    }
    before = {"was": "net", "units_was": "units", "n_was": "n"}
    theirs = {
        name: found.get(name) if now else found[before[name]] if name in before else None for name in BOOK
    }
    columns = {
        name: (ibis.literal(0) if value is None else value).cast(BOOK[name]).name(name)
        for name, value in theirs.items()
    }
    return sales.select(*keys, *columns.values())
