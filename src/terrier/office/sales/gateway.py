"""The one door to the ledger: where it lies, what lands in it, what is parked. Figures come through figures.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.utils import timezone

from terrier.intake.batches import read_batches
from terrier.ledger import Ledger, Loaded, load_lines, load_products, withdraw
from terrier.ledger import Load as LedgerLoad
from terrier.ledger.loading import UnknownLoadError
from terrier.office.sales.credit import accounts_now, accounts_version

QUIET = dt.timedelta(days=7)
"""A ledger kept from a day on has its first invoice some days later: after a holiday or a weekend."""
LINE_ROLES = ("invoice", "line", "date", "account", "product", "quantity", "net", "cost", "currency", "kind")
PRODUCT_ROLES = ("product", "name", "category", "brand")


def ledger() -> Ledger:
    return Ledger(settings.LEDGER)


def mark() -> str:
    """The same while the ledger holds the same lines and products."""
    return ledger().manifest().mark


def headings(path: Path) -> list[str]:
    """The columns of a file. Raises InputError if it cannot be read."""
    return read_batches(path).columns


def take(kind: str, path: Path, options: Mapping[str, Any], *, name: str, dry: bool = False) -> Loaded:
    """Take a file into the ledger, or with ``dry`` only look at what would become of its rows.

    Raises InputError if it cannot be read, WriterBusyError while another process writes.
    """
    columns: dict[str, str] = dict(options.get("columns") or {})
    if kind == "products":
        return load_products(ledger(), path, columns=columns, dry=dry)
    return load_lines(
        ledger(),
        path,
        columns=columns,
        dates=options.get("dates") or None,
        credit_notes=options.get("credit_notes") or None,
        currency=options.get("currency") or "USD",
        decimal=options.get("decimal") or None,
        accounts=known_accounts(),
        name=name,
        today=timezone.localdate(),
        dry=dry,
    )


def take_out(ledger_id: str) -> LedgerLoad | None:
    """Withdraw a load; None if it was withdrawn already. Raises WriterBusyError while another process writes."""
    try:
        return withdraw(ledger(), ledger_id)
    except UnknownLoadError:
        return None


def known_accounts() -> list[str]:
    return accounts_now(accounts_version())["account"].to_list()


def loads() -> list[LedgerLoad]:
    """What the ledger has, the latest first."""
    return list(reversed(ledger().manifest().loads))


def load_of(digest_of: Path) -> LedgerLoad | None:
    """The load that a file came in, if it did."""
    import hashlib  # noqa: PLC0415 - only after a crash

    with digest_of.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return next((load for load in loads() if load.digest == digest), None)


@dataclass(frozen=True, slots=True)
class Parked:
    """Lines of an account that the office does not know; they count as soon as it does."""

    account: str
    n_lines: int
    net: float
    currency: str
    first: dt.date
    last: dt.date


def parked(most: int | None = None) -> tuple[list[Parked], int]:
    """The accounts that are not known, those with most sales first, and how many there are."""
    tables = ledger().open()
    sums = tables.monthly.group_by(["account", "currency"]).agg(
        n_lines=tables.monthly.n_lines.sum(), net=tables.monthly.net_cents.sum()
    )
    days = tables.orders.group_by("account").agg(
        first=tables.orders.first_date.min(), last=tables.orders.last_date.max()
    )
    known = pl.DataFrame({"account": known_accounts()}, schema={"account": pl.String})
    frame = sums.left_join(days, "account").select(sums, days["first"], days["last"]).to_polars()
    left = frame.join(known, on="account", how="anti").sort("net", "account", descending=[True, False])
    shown = left if most is None else left.head(most)
    return [
        Parked(
            row["account"], int(row["n_lines"]), row["net"] / 100, row["currency"], row["first"], row["last"]
        )
        for row in shown.iter_rows(named=True)
    ], len(left)


@dataclass(frozen=True, slots=True)
class Extent:
    """What the ledger holds: its first and last day, and its currencies, the one with most lines first."""

    first: dt.date
    last: dt.date
    currencies: tuple[str, ...]
    n_lines: int


def main_currency() -> str:
    """That of most lines."""
    found = extent()
    return found.currencies[0] if found else "USD"


_extents: dict[tuple[str, int], Extent | None] = {}


def extent() -> Extent | None:
    """None while there are no lines."""
    held = ledger()
    manifest = held.manifest()
    key = (str(held.folder), manifest.version)
    known = dict(_extents)  # whoever asks at the same time may put another in its place
    if key in known:
        return known[key]
    found = _extent(held) if manifest.loads else None
    _extents.clear()
    _extents[key] = found
    return found


def begun_by(day: dt.date) -> bool:
    """Whether the ledger had begun by a day: of days before it, nothing is known, which is not to say that nothing was sold."""
    found = extent()
    return found is None or found.first <= day + QUIET


_categories: dict[tuple[str, int], list[str]] = {}


def categories() -> list[str]:
    """What products are told apart by."""
    held = ledger()
    manifest = held.manifest()
    key = (str(held.folder), manifest.version)
    known = dict(_categories)
    if key in known:
        return known[key]
    found: list[str] = (
        held.open()
        .products.select("category")
        .distinct()
        .to_polars()["category"]
        .drop_nulls()
        .sort()
        .to_list()
    )
    _categories.clear()
    _categories[key] = found
    return found


def _extent(held: Ledger) -> Extent | None:
    tables = held.open()
    days = tables.orders.aggregate(first=tables.orders.first_date.min(), last=tables.orders.last_date.max())
    counted = tables.monthly.group_by("currency").agg(n=tables.monthly.n_lines.sum()).to_polars()
    [row] = days.to_polars().iter_rows(named=True)
    if row["first"] is None:
        return None
    ranked = counted.sort("n", "currency", descending=[True, False])
    return Extent(row["first"], row["last"], tuple(ranked["currency"]), int(counted["n"].sum()))
