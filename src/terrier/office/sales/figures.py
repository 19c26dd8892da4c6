"""Figures of what was sold, for whoever asks: the ledger's measures over the sales that are credited within their scope.

A `Figures` is made for one question (a period, and whose and which sales) and asked for many measures, told apart in many ways. This process
keeps the last few, until lines or coverage change: a scorecard costs its sums alone.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Any

import polars as pl

from terrier.ledger import MEASURES, Credit, Given, Ledger, Measure, Period, Sales, Tables, scorecard
from terrier.office.market.places import counties_of_accounts
from terrier.office.sales import gateway
from terrier.office.sales.costs import hour_cents, territory_costs
from terrier.office.sales.credit import (
    Teams,
    Version,
    accounts_now,
    accounts_version,
    coverage_version,
    credit_now,
    credit_of_teams,
)

Only = Mapping[str, Collection[str | None]]
TOLD_BY = ("channel", "account_class", "status", "state", "chain")
COUNTY = "county"
PEERS = ("channel", "account_class")
"""Accounts that are alike in these are compared with one another."""
AGAINST_LAST_YEAR = frozenset(
    {
        "growth", "like_for_like_growth", "retention", "acquisition", "value_retention", "net_revenue_retention", "upsell", "cross_sell",
        "revenue_before", "new", "retained", "reactivated", "lapsed", "slipping", "slipped",
        *(name for name in MEASURES if name.startswith("growth_")),
    }
)  # fmt: skip
"""What is told beside the year before: it has no value where the ledger does not reach back so far."""
MOST_KEPT = 12


@dataclass(eq=False)
class Figures:
    """One question. only : by column (holder, account, category and those of `TOLD_BY`), the values to keep; None among them for what has none."""

    sales: Sales
    lock: RLock = field(default_factory=RLock)
    parts: dict[Period, Figures] = field(default_factory=dict)

    def table(self, names: Sequence[str], by: Sequence[str] = (), *, partly: bool = False) -> pl.DataFrame:
        """The same as the ledger has it, for very many rows. partly : also beside days of which the ledger knows only some."""
        with self.lock:
            found = scorecard(self.sales, names, tuple(by))
        if partly:
            return found
        parts = [
            f"{name}{part}"
            for name in self._unknown(names, by)
            for part in ("", ".numerator", ".denominator")
        ]
        return found.with_columns(
            pl.lit(None, found.schema[part]).alias(part) for part in parts if part in found.columns
        )

    def part(self, period: Period) -> Figures:
        """The same question of some months of the period, or of all: quicker, where several are asked."""
        with self.lock:
            if period not in self.parts:
                self.parts[period] = Figures(self.sales.part(period), self.lock)
            return self.parts[period]

    def card(self, names: Sequence[str], by: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Measures, told apart: a row for each group, with each measure's value under its name (None where it has none), and
        for ratios ``name.numerator`` and ``name.denominator``."""
        found, unknown = self.table(names, by), self._unknown(names, by)
        known = [name for name in names if name not in unknown]
        return [
            {name: _plain(value) for name, value in row.items()} | _nothing_is_zero(row, known)
            for row in found.iter_rows(named=True)
        ]

    def _unknown(self, names: Sequence[str], by: Sequence[str]) -> list[str]:
        """What is told beside days that the ledger does not know whole. Months are compared one by one, by whoever asks for them."""
        if "month" in by or gateway.begun_by(self.sales.period.a_year_before().start):
            return []
        return [name for name in names if name in AGAINST_LAST_YEAR]

    def one(self, names: Sequence[str]) -> dict[str, Any]:
        """Measures over all that is asked for."""
        found = self.card(names)
        return found[0] if found else dict.fromkeys(names)

    def by_month(self) -> list[tuple[dt.date, float, float]]:
        """Month by month: revenue, and that of the same month a year before."""
        rows = self.card(("revenue", "revenue_before"), ("month",))
        return sorted((row["month"], row["revenue"] or 0.0, row["revenue_before"] or 0.0) for row in rows)


_kept: OrderedDict[Any, Figures] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, eq=False)
class Standing:
    """The ledger and the credit as they are now: read once for as many questions as are asked of them."""

    held: Ledger
    manifest: int
    version: Version
    accounts: pl.DataFrame

    @property
    def has_counties(self) -> bool:
        return COUNTY in self.accounts.columns


def standing(*asked: Collection[str]) -> Standing:
    """asked : the names that are asked by or for. The counties of all accounts take half a second, and are told only where they are among them."""
    held, version = gateway.ledger(), accounts_version()
    accounts = accounts_now(version).select(
        "account", *TOLD_BY, calls="hours", potential_cents=(pl.col("potential") * 100).round().cast(pl.Int64)
    )
    if any(COUNTY in names for names in asked):
        accounts = accounts.join(counties_of_accounts().rename({"area": COUNTY}), on="account", how="left")
    return Standing(held, held.manifest().version, coverage_version(version), accounts)


def figures(
    period: Period,
    only: Only | None = None,
    currency: str = "",
    *,
    at: Standing | None = None,
    teams: Teams | None = None,
) -> Figures:
    """The figures of a period, for a part of the company or all of it.

    currency : of the lines that count, that of most lines by default: amounts in two are never added up. at : the ledger and credit, where several questions are asked of the same. teams : for each holder what it belongs to; all is then told
    apart by that instead of by holder, each account once in it.
    """
    at, currency = at or standing(only or {}), currency or gateway.main_currency()
    asked = tuple(sorted((name, tuple(sorted(values, key=str))) for name, values in (only or {}).items()))
    key = (str(at.held.folder), at.manifest, at.version, at.has_counties, period, asked, currency, teams)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    credit = credit_now(at.version) if teams is None else credit_of_teams(at.version, teams)
    accounts = at.accounts
    given = Given(call_cents=hour_cents(), fixed=territory_costs(period, teams), peers=PEERS)
    if currency != gateway.main_currency():  # potential and costs are told in that alone
        accounts = accounts.with_columns(potential_cents=pl.lit(None, dtype=pl.Int64))
        given = Given(peers=PEERS)
    sales = Sales(
        at.held.open(),
        credit,
        period,
        accounts,
        currency,
        {name: list(values) for name, values in asked},
        given,
    )
    with _lock:
        found = _kept.setdefault(key, Figures(sales))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        return found


@contextmanager
def reading() -> Iterator[tuple[Tables, Credit]]:
    """The ledger's tables as they are now, and the credit, for lists of lines."""
    yield gateway.ledger().open(), credit_now(coverage_version())


def measure(name: str) -> Measure:
    return MEASURES[name]


def _nothing_is_zero(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Money and counts of a group in which there was nothing."""
    return {name: 0 for name in names if row[name] is None and MEASURES[name].unit in ("money", "accounts")}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float | str | dt.date) else float(value)
