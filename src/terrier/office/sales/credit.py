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
from django.db.models import Case, Count, F, FloatField, Max, QuerySet, When
from django.db.models.functions import Cast

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
    "hours": pl.Float64(),
}
"""chain : the top of its tree; of a top and of a single account, the account itself. hours : of service planned for a year. account : its number at the distributor's."""


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


_credit, _spells, _teams, _accounts, _coverages = (Keeping() for _ in range(5))


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
    return _credit.get(version, lambda: _credit_of(_coverage(version)))


def _credit_of(coverage: pl.DataFrame) -> Credit:
    """What was reckoned of the same coverage before, if nothing of it changed."""
    return _spells.get((int(coverage.hash_rows(seed=0).sum()),), lambda: Credit(coverage))


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


def _coverage(version: Version) -> pl.DataFrame:
    """Coverage by the numbers of accounts. It is not read anew where accounts alone changed: of these one does at any time."""
    held = _coverages.get(version[:4], _held)
    numbers = accounts_now(version[3:]).select("account", "pk")
    return held.join(numbers, on="pk", how="inner").select(*COVERAGE)


def _held() -> pl.DataFrame:
    rows = Coverage.objects.order_by().values_list(
        "account_id", "position_id", "starts_on", "ends_on", "split"
    )
    return pl.DataFrame(
        (
            (account, str(position), starts_on, ends_on, round(split * WHOLE))
            for account, position, starts_on, ends_on, split in rows.iterator(chunk_size=5000)
        ),
        schema={"pk": pl.Int64(), **{name: kind for name, kind in COVERAGE.items() if name != "account"}},
        orient="row",
    )


def accounts_now(version: Version) -> pl.DataFrame:
    """Every account that has a number, deleted ones too, since what they bought was bought."""
    return _accounts.get(version, lambda: _frame(Account.objects.filter(external_id__isnull=False)))


def _frame(rows: QuerySet[Account]) -> pl.DataFrame:
    values = rows.order_by().values_list(
        "external_id", "pk", "name", F("chain"), "channel", "account_class", "status", "state", "city", Cast("potential", FloatField()),
        "latitude", "longitude", "postal_code",
        Case(When(deleted_at__isnull=True, then=Cast("service_hours", FloatField())), default=0.0),
    )  # fmt: skip
    frame = pl.DataFrame(values.iterator(chunk_size=5000), schema=ACCOUNTS, orient="row")
    return frame.with_columns(pl.coalesce("chain", "pk").alias("chain"))
