"""Who is credited with what, as the ledger takes it: coverage with its dates and shares, and what accounts are told apart by.

Read whole from the database and kept by this process until coverage, accounts or positions change.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import polars as pl
from django.conf import settings
from django.db.models import Count, F, Max, QuerySet

from terrier.ledger.credit import COVERAGE, WHOLE, Credit
from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage
from terrier.office.audit.models import Entry

Kept = TypeVar("Kept")
Version = tuple[Any, ...]
Teams = tuple[tuple[str, str], ...]
"""Holder and what it belongs to."""

ACCOUNTS: dict[str, pl.DataType] = {
    "account": pl.String(),
    "pk": pl.Int64(),
    "name": pl.String(),
    "chain": pl.Int64(),
    "channel": pl.String(),
    "account_class": pl.String(),
    "status": pl.String(),
    "state": pl.String(),
    "city": pl.String(),
    "potential": pl.Float64(),
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "postal_code": pl.String(),
}
"""chain : the top of its tree; of a top and of a single account, the account itself. account : its number at the distributor's."""


@dataclass
class Keeping:
    """One thing that is reckoned anew only when its version changed."""

    version: Version | None = None
    value: Any = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, version: Version, make: Callable[[], Kept]) -> Kept:
        with self.lock:
            if self.version != version:
                self.value, self.version = make(), version
            value: Kept = self.value
            return value


_credit, _teams, _accounts = Keeping(), Keeping(), Keeping()


def coverage_version(accounts: Version | None = None) -> Version:
    """Changes whenever what anybody is credited with may have. Entries of the audit are only ever added, so their number
    tells of every change; the rows themselves are counted for those who load them without one."""
    return (*counted(Coverage.objects), *(accounts or accounts_version()))


def accounts_version() -> Version:
    changed = Account.objects.aggregate(at=Max("updated_at"))["at"]
    return (str(settings.LEDGER), changed, *counted(Account.objects))


def counted(rows: Any) -> tuple[int, int, int]:
    """Other numbers whenever rows of a kind changed."""
    told = Entry.objects.filter(object_type=rows.model._meta.label_lower).aggregate(n=Count("pk"))
    here = rows.aggregate(n=Count("pk"), last=Max("pk"))
    return told["n"], here["n"], here["last"] or 0


def credit_now(version: Version) -> Credit:
    """The credit of every account that has a number, on every day."""
    return _credit.get(version, lambda: Credit(_coverage()))


def credit_of_teams(version: Version, teams: Teams) -> Credit:
    """The same credit, told apart by the teams that holders belong to; what belongs to none is nobody's."""
    return _teams.get((*version, teams), lambda: Credit(_of_teams(credit_now(version), teams)))


def _of_teams(credit: Credit, teams: Teams) -> pl.DataFrame:
    named = pl.DataFrame(list(teams), schema={"holder": pl.String, "team": pl.String}, orient="row")
    spells = credit.spells.join(named, on="holder", how="inner")
    shares = spells.group_by("account", "team", "since", "until").agg(pl.col("share").sum())
    return shares.select(
        "account", holder="team", starts_on="since", ends_on="until", share=pl.col("share").cast(pl.Int64)
    )


def _coverage() -> pl.DataFrame:
    rows = (
        Coverage.objects.filter(account__external_id__isnull=False)
        .order_by()
        .values_list("account__external_id", "position_id", "starts_on", "ends_on", "split")
    )
    return pl.DataFrame(
        (
            (account, str(position), starts_on, ends_on, round(split * WHOLE))
            for account, position, starts_on, ends_on, split in rows.iterator(chunk_size=5000)
        ),
        schema=COVERAGE,
        orient="row",
    )


def accounts_now(version: Version) -> pl.DataFrame:
    """Every account that has a number, deleted ones too, since what they bought was bought."""
    return _accounts.get(version, lambda: _frame(Account.objects.filter(external_id__isnull=False)))


def _frame(rows: QuerySet[Account]) -> pl.DataFrame:
    values = rows.order_by().values_list(
        "external_id", "pk", "name", F("chain"), "channel", "account_class", "status", "state", "city", "potential", "latitude", "longitude",
        "postal_code",
    )  # fmt: skip
    frame = pl.DataFrame(
        ((*row[:9], None if row[9] is None else float(row[9]), *row[10:]) for row in values.iterator(chunk_size=5000)),
        schema=ACCOUNTS,
        orient="row",
    )  # fmt: skip
    return frame.with_columns(pl.coalesce("chain", "pk").alias("chain"))
