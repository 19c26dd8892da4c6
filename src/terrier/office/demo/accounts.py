"""The sample company's accounts and who covers them, from the tables of `terrier.sample`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from terrier.office.accounts.models import Account, Channel, Status
from terrier.office.alignment.models import Cause, Coverage, CoverageKind
from terrier.office.demo.people import Force
from terrier.office.demo.places import near_owners, neighbors
from terrier.office.people.models import Position

CHANNELS = {
    "Independent pet": Channel.INDEPENDENT,
    "Pet chain": Channel.CHAIN,
    "Groomer": Channel.GROOMER,
    "Veterinarian": Channel.VET,
    "Kennel": Channel.KENNEL,
    "Farm and feed": Channel.FARM,
    "Grocery": Channel.GROCERY,
    "E-commerce": Channel.ECOMMERCE,
}
TERMS = ("Net 30", "Net 30", "Net 30", "Net 45", "Prepaid", "2% 10, net 30")
KEY_CHAINS = 12
"""So many of the largest chains have a key account manager."""
KEY_SPLIT = Decimal("0.3")
FORGOTTEN = 0.008
"""The share of customers, prospects aside, whom nobody took over when somebody left."""
BY_PHONE = 0.12
"""The share of the smallest customers whom account managers cover by phone."""
CHUNK = 2_000


@dataclass
class Book:
    """The accounts. rows : as stored, in the sample's order, then the heads of the chains. holder : of each, if any."""

    rows: list[Account]
    heads: dict[str, Account]
    holder: dict[int, Position]


def open_accounts(accounts: pl.DataFrame, chains: pl.DataFrame, rng: np.random.Generator) -> Book:
    """Store every account, the sites of a chain under its head office."""
    heads = Account.objects.bulk_create(
        Account(
            external_id=row["chain_id"],
            name=f"{row['chain']}, head office",
            status=Status.ACTIVE,
            channel=CHANNELS[row["channel"]],
            account_class="A",
            city=row["city"],
            state=row["state"],
            payment_terms="Net 45",
        )
        for row in chains.iter_rows(named=True)
    )
    by_chain = {str(head.external_id): head for head in heads}
    terms = rng.integers(0, len(TERMS), len(accounts))
    phones = rng.integers(200, 1000, (len(accounts), 2))
    sites = Account.objects.bulk_create(
        (
            Account(
                external_id=row["account_id"],
                name=row["name"],
                parent=by_chain.get(row["chain_id"]),
                chain=by_chain.get(row["chain_id"]),
                status=row["status"],
                channel=CHANNELS[row["channel"]],
                account_class=row["class"],
                street=row["street"],
                city=row["city"],
                state=row["state"],
                postal_code=row["zip"],
                latitude=row["latitude"],
                longitude=row["longitude"],
                phone=f"({area}) 555-{line % 100 + 100:04d}",
                annual_sales=row["sales"],
                potential=row["potential"],
                service_hours=str(row["workload_hours"]),
                payment_terms=TERMS[term],
            )
            for row, term, (area, line) in zip(accounts.iter_rows(named=True), terms, phones, strict=True)
        ),
        batch_size=CHUNK,
    )
    return Book([*sites, *heads], by_chain, {})


def cover(book: Book, accounts: pl.DataFrame, force: Force, today: dt.date, rng: np.random.Generator) -> None:
    """Say who covers whom: territories by the sample's owners, the small by phone, the largest chains by key account
    managers with a share of the credit of each site. One account in twelve was once somebody else's.
    """
    largest = sorted(book.heads.values(), key=lambda head: -_sites(accounts, str(head.external_id)))[
        :KEY_CHAINS
    ]
    keys = {
        head.pk: force.key_account_managers[number % len(force.key_account_managers)]
        for number, head in enumerate(largest)
    }
    rows = list(_coverages(book, accounts, force, keys, today, rng))
    Coverage.objects.bulk_create(rows, batch_size=CHUNK)
    book.holder.update(
        {
            row.account_id: row.position
            for row in rows
            if row.kind == CoverageKind.PRIMARY and row.ends_on is None
        }
    )


def _sites(accounts: pl.DataFrame, chain_id: str) -> int:
    return int((accounts["chain_id"] == chain_id).sum())


def _coverages(
    book: Book,
    accounts: pl.DataFrame,
    force: Force,
    keys: dict[int, Position],
    today: dt.date,
    rng: np.random.Generator,
) -> Iterator[Coverage]:
    chance = rng.random((len(accounts), 3))
    owners = near_owners(accounts)
    beside = neighbors(accounts, owners)
    sites: dict[int, Counter[Position]] = {}
    for account, owner, (phone, changed, forgotten) in zip(book.rows, owners, chance, strict=False):
        key = keys.get(account.chain_id or 0)
        small = account.chain_id is None and account.account_class == "D" and phone < BY_PHONE
        online = account.channel == Channel.ECOMMERCE
        if online or small:
            holder: Position | None = force.account_managers[account.pk % len(force.account_managers)]
            cause, reason = Cause.RULE, "Online shops" if online else "Small accounts, by phone"
        else:
            holder, cause, reason = force.territories.get(owner or ""), Cause.IMPORT, ""
        if holder is None or (account.chain_id is None and forgotten < FORGOTTEN):
            continue
        if account.chain_id:
            sites.setdefault(account.chain_id, Counter())[holder] += 1
        since = today - dt.timedelta(days=int(400 + 2000 * changed))
        if changed < 1 / 12:
            since = today - dt.timedelta(days=int(30 + 3600 * changed))
            before = force.territories.get(beside.get(owner or "", ""))
            if before is not None and before.pk != holder.pk:
                yield Coverage(
                    account=account,
                    position=before,
                    starts_on=since - dt.timedelta(days=900),
                    ends_on=since,
                    cause=Cause.IMPORT,
                )
                cause, reason = Cause.MANUAL, f"Handed over by {before.name}"
        split = 1 - KEY_SPLIT if key else Decimal(1)
        yield Coverage(
            account=account, position=holder, starts_on=since, split=split, cause=cause, reason=reason
        )
        if key:
            yield Coverage(
                account=account,
                position=key,
                kind=CoverageKind.OVERLAY,
                starts_on=since,
                split=KEY_SPLIT,
                cause=Cause.RULE,
                reason="Sites of a key account",
            )
    for head in book.heads.values():
        most = sites[head.pk].most_common(1) if head.pk in sites else []
        holder = keys.get(head.pk) or next((position for position, _n in most), None)
        if holder is not None:
            yield Coverage(
                account=head,
                position=holder,
                starts_on=today - dt.timedelta(days=1100),
                cause=Cause.RULE,
                reason="Chains with many sites" if head.pk in keys else "Holds most of its sites",
            )
