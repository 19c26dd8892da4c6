"""What the sample company's people changed, as the audit has it: each act by who would do it, its end what is so today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from terrier.office.accounts.models import Account, Status
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.services import Author, Record
from terrier.office.demo.accounts import CHUNK, TERMS, Book
from terrier.office.demo.people import Force
from terrier.office.people.models import Person, Role

CHANGED = 0.15
"""The share of accounts that somebody changed of late."""

Dated = tuple[dt.datetime, Record]


def keep_record(book: Book, force: Force, now: dt.datetime, rng: np.random.Generator) -> None:
    """Write the acts of the last year, the oldest first."""
    dated = [*_edits(book, force, now, rng), *_handed_over(book, force, now)]
    dated.sort(key=lambda one: one[0])
    Act.objects.bulk_create(
        (
            Act(
                id=record.id,
                at=at,
                actor=record.author.person,
                via=record.author.via,
                summary=record.summary[:200],
            )
            for at, record in dated
        ),
        batch_size=CHUNK,
    )
    Entry.objects.bulk_create((entry for _at, record in dated for entry in record.entries), batch_size=CHUNK)


def _edits(book: Book, force: Force, now: dt.datetime, rng: np.random.Generator) -> Iterator[Dated]:
    for account in book.rows:
        person = _holder(book, force, account)
        if person is None or rng.random() > CHANGED:
            continue
        record = Record(Author(person), _("Changed %(account)s") % {"account": account})
        record.add(Action.UPDATE, account, _change(account, rng))
        if record.entries:
            yield (
                now - dt.timedelta(days=int(rng.integers(1, 330)), minutes=int(rng.integers(0, 500))),
                record,
            )


def _change(account: Account, rng: np.random.Generator) -> dict[str, tuple[Any, Any]]:
    """One thing that an account is, and what it may have been before."""
    match int(rng.integers(4)):
        case 0 if account.potential is not None:
            potential = Decimal(account.potential)
            before = (potential * Decimal(int(rng.integers(60, 140))) / 100).quantize(Decimal("1E2"))
            if before == potential:
                before += 1000
            return {"potential": (before.quantize(Decimal("0.01")), potential.quantize(Decimal("0.01")))}
        case 1:
            others = [terms for terms in dict.fromkeys(TERMS) if terms != account.payment_terms]
            return {"payment_terms": (str(rng.choice(others)), account.payment_terms)}
        case 2 if account.status in (Status.ACTIVE, Status.LAPSED):
            was = Status.PROSPECT if account.status == Status.ACTIVE else Status.ACTIVE
            return {"status": (was.value, str(account.status))}
    return {"phone": ("", account.phone)}


def _handed_over(book: Book, force: Force, now: dt.datetime) -> Iterator[Dated]:
    """Coverage that changed hands in the last year: the region manager above gave the account on."""
    ended = {
        row.account_id: row
        for row in Coverage.objects.filter(
            ends_on__gt=now.date() - dt.timedelta(days=365), ends_on__lte=now.date()
        ).select_related("account", "position")
    }
    begun = Coverage.objects.filter(account__in=ended, kind=CoverageKind.PRIMARY, ends_on=None)
    for row in begun.select_related("account", "position"):
        last = ended[row.account_id]
        told = {"position": row.position, "account": row.account, "day": row.starts_on.isoformat()}
        manager = _region_manager(force, row.position_id)
        record = Record(Author(manager), _("%(position)s holds %(account)s from %(day)s") % told)
        record.add(Action.UPDATE, last, {"ends_on": (None, last.ends_on)})
        record.add(
            Action.CREATE,
            row,
            {
                name: (None, value)
                for name, value in (
                    ("account", row.account_id),
                    ("position", row.position_id),
                    ("kind", row.kind),
                    ("split", row.split),
                    ("cause", row.cause),
                    ("reason", row.reason),
                    ("starts_on", row.starts_on),
                )
            },
        )
        days = max((now.date() - row.starts_on).days, 0) + 7
        yield now - dt.timedelta(days=days, minutes=row.pk % 400), record


def _holder(book: Book, force: Force, account: Account) -> Person | None:
    held = book.holder.get(account.pk)
    return force.people.get(held.pk) if held else None


def _region_manager(force: Force, position: int) -> Person | None:
    """Who leads the region of a position; for one of no region, the director."""
    region = force.region_of.get(position)
    return force.region_managers[region] if region is not None else force.sign_ins[Role.DIRECTOR]
