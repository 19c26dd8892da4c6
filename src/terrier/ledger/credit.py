"""Whose a sale is: who covered the account on the day of the invoice, by shares that always add up to all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from terrier.errors import TerrierError
from terrier.ledger.period import Period

WHOLE = 10_000
"""All of the credit for a line, in parts of which splits are told: a hundredth of a percent."""

BEGINNING, END = dt.date(1900, 1, 1), dt.date(2300, 1, 1)

COVERAGE: dict[str, pl.DataType] = {
    "account": pl.String(),
    "holder": pl.String(),
    "starts_on": pl.Date(),
    "ends_on": pl.Date(),
    "share": pl.Int64(),
}
"""Who covers an account: the holder has ``share`` of 10,000 of the credit from a day until the day before another, or without end (null)."""


class CoverageError(TerrierError, ValueError):
    """More than all of the credit for an account is given away on a day."""


@dataclass(frozen=True, eq=False)
class Credit:
    """Coverage made whole: on each day, of each account that it tells of, the shares add up to `WHOLE`.

    What nobody is credited with has the holder null; so has all of an account that the coverage does not tell of. Raises
    `CoverageError` when it is made of shares that add up to more.
    """

    coverage: pl.DataFrame

    @cached_property
    def spells(self) -> pl.DataFrame:
        """account, holder, since, until, share: times in which nothing changes for an account."""
        rows = self.coverage.select(
            "account",
            "holder",
            pl.col("starts_on").alias("since"),
            pl.col("ends_on").fill_null(END).alias("until"),
            pl.col("share").cast(pl.Int64),
        ).filter(pl.col("since") < pl.col("until"))
        days = pl.concat([rows.select("account", day=pl.col(name)) for name in ("since", "until")])
        ends = [days.select("account").unique().with_columns(day=pl.lit(day)) for day in (BEGINNING, END)]
        between = (
            pl.concat([days, *ends])
            .unique()
            .sort("account", "day")
            .select("account", since="day", until=pl.col("day").shift(-1).over("account"))
            .drop_nulls("until")
        )
        held = (
            between.join(rows, on="account", suffix="_held")
            .filter((pl.col("since_held") <= pl.col("since")) & (pl.col("until_held") >= pl.col("until")))
            .select("account", "holder", "since", "until", "share")
        )
        spell = ["account", "since", "until"]
        given = between.join(held.group_by(spell).agg(pl.col("share").sum()), on=spell, how="left")
        _refuse_too_much(given)
        left = given.select(
            "account",
            pl.lit(None, dtype=pl.String).alias("holder"),
            "since",
            "until",
            (WHOLE - pl.col("share").fill_null(0)).alias("share"),
        )
        return pl.concat([held, left]).filter(pl.col("share") > 0).sort("account", "since", "holder")

    def at(self, day: dt.date) -> pl.DataFrame:
        """account, holder, share: who holds what on a day."""
        held = self.spells.filter((pl.col("since") <= day) & (pl.col("until") > day))
        return held.select("account", "holder", "share")

    def changing_in(self, period: Period) -> pl.DataFrame:
        """account: those whose credit changes hands within a period, so that one of its days does not tell of all."""
        since = self.spells.filter((pl.col("since") > period.start) & (pl.col("since") < period.end))
        return since.select("account").unique()

    def accounts_of(self, holders: Collection[str], period: Period) -> pl.DataFrame:
        """account: those that any of some holders has a share of on any day of a period."""
        held = self.spells.filter(pl.col("holder").is_in(list(holders)))
        inside = held.filter((pl.col("since") < period.end) & (pl.col("until") > period.start))
        return inside.select("account").unique()

    @cached_property
    def digest(self) -> str:
        """The same for the same spells."""
        return f"{int(self.spells.hash_rows(seed=0).sum()) & (2**64 - 1):016x}"

    @cached_property
    def torn_months(self) -> pl.DataFrame:
        """account, month: months within which the credit of an account changes hands, so that their sums tell too little."""
        since = self.spells.select("account", "since").filter(pl.col("since").dt.day() > 1)
        return since.select("account", month=pl.col("since").dt.month_start()).unique()


def _refuse_too_much(given: pl.DataFrame) -> None:
    over = given.filter(pl.col("share") > WHOLE).head(1)
    for account, since, _until, share in over.iter_rows():
        raise CoverageError(
            f"Account {account}: the shares of credit add up to {share / WHOLE:.2%} on {since}; at most 100% can be."
        )
