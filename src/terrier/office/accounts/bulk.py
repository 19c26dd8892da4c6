"""One change to many accounts at once, as one act: counted first, then done, then undone in one go if need be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.alignment.services import give_primary, refuse_closed
from terrier.office.audit.models import Act, Action
from terrier.office.audit.rows import batches, told_fields, write_columns
from terrier.office.audit.services import Author, Record, save_act, state_of
from terrier.office.errors import RefusedError
from terrier.office.people.models import Position

FIELDS = ("status", "channel", "account_class", "payment_terms")
HOLDER = "holder"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Preview:
    """How many accounts a bulk edit is for, and how many of them it would change."""

    n_accounts: int
    n_changed: int


def preview_field(*, accounts: QuerySet[Account], field: str, value: str) -> Preview:
    """What ``edit_field`` would do."""
    _clean(field, value)
    return Preview(accounts.count(), accounts.exclude(**{field: value}).count())


def preview_holder(*, accounts: QuerySet[Account], position: Position, starts_on: dt.date) -> Preview:
    """What ``edit_holder`` would do."""
    n_accounts = accounts.count()
    return Preview(n_accounts, n_accounts - _held_by(accounts, position, starts_on))


@transaction.atomic
def edit_field(
    *, accounts: QuerySet[Account], field: str, value: str, author: Author, progress: Progress | None = None
) -> Act | None:
    """Set one field of many accounts."""
    value = _clean(field, value)
    label = str(Account._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    rows = list(accounts.exclude(**{field: value}).select_for_update(of=("self",)).only("pk", "name", field))
    record = Record(
        author,
        ngettext("Set %(field)s of %(n)s account", "Set %(field)s of %(n)s accounts", len(rows))
        % {"field": label, "n": len(rows)},
    )
    for batch in batches(rows):
        write_columns(Account, [field], [(row.pk, value) for row in batch])
        for row in batch:
            record.add(Action.UPDATE, row, {field: (getattr(row, field), value)})
        if progress is not None:
            progress(len(record.entries), len(rows))
    return save_act(record)


@transaction.atomic
def edit_holder(
    *,
    accounts: QuerySet[Account],
    position: Position,
    starts_on: dt.date | None,
    author: Author,
    reason: str = "",
    progress: Progress | None = None,
) -> Act | None:
    """Give many accounts to one position from a day on; those it holds already stay as they are."""
    day = starts_on or timezone.localdate()
    refuse_closed(position, day)
    ids = list(accounts.select_for_update(of=("self",)).values_list("pk", flat=True))
    record = Record(author, "")
    n_changed = 0
    for n_done, batch in enumerate(batches(ids), start=1):
        n_changed += _give_batch(record, batch, position, day, reason)
        if progress is not None:
            progress(min(n_done * len(batch), len(ids)), len(ids))
    record.summary = ngettext(
        "Gave %(n)s account to %(position)s from %(day)s",
        "Gave %(n)s accounts to %(position)s from %(day)s",
        n_changed,
    ) % {"n": n_changed, "position": position, "day": day.isoformat()}
    return save_act(record)


def _give_batch(record: Record, ids: list[int], position: Position, day: dt.date, reason: str) -> int:
    """Most accounts have one open primary and nothing else: those go all at once, the others one by one."""
    rows_of: dict[int, list[Coverage]] = {key: [] for key in ids}
    rows = (
        Coverage.objects.filter(account__in=ids).select_related("account", "position").order_by("starts_on")
    )
    for row in rows:
        rows_of[row.account_id].append(row)
    accounts = Account.objects.in_bulk(ids)
    ended: list[Coverage] = []
    opened: list[Coverage] = []
    n_changed = 0
    for key, its_rows in rows_of.items():
        lasting = [row for row in its_rows if row.ends_on is None or row.ends_on > day]
        if any(row.position_id == position.pk and _is_primary(row) and row.counts_on(day) for row in lasting):
            continue
        n_changed += 1
        if len(lasting) > 1 or any(row.starts_on >= day or not _is_primary(row) for row in lasting):
            give_primary(
                record=record,
                rows=its_rows,
                account=accounts[key],
                position=position,
                starts_on=day,
                reason=reason,
            )
            continue
        ended += lasting
        opened.append(
            Coverage(
                account=accounts[key],
                position=position,
                starts_on=day,
                reason=reason,
                author=record.author.person,
            )
        )
    _write_batch(record, ended, opened, day)
    return n_changed


def _write_batch(record: Record, ended: list[Coverage], opened: list[Coverage], day: dt.date) -> None:
    write_columns(Coverage, ["ends_on"], [(row.pk, day) for row in ended])
    for row in ended:
        record.add(Action.UPDATE, row, {"ends_on": (row.ends_on, day)})
    names = told_fields(Coverage)
    for row in Coverage.objects.bulk_create(opened):
        record.add(Action.CREATE, row, {name: (None, value) for name, value in state_of(row, names).items()})


def _held_by(accounts: QuerySet[Account], position: Position, day: dt.date) -> int:
    held = Coverage.objects.on(day).filter(position=position, kind=CoverageKind.PRIMARY)
    return accounts.filter(pk__in=held.values("account")).count()


def _is_primary(row: Coverage) -> bool:
    return row.kind == CoverageKind.PRIMARY


def _clean(field: str, value: str) -> Any:
    if field not in FIELDS:
        raise RefusedError(
            _("“%(field)s” cannot be set for many accounts at once; these can: %(fields)s.")
            % {"field": field, "fields": ", ".join((*FIELDS, HOLDER))}
        )
    try:
        return Account._meta.get_field(field).clean(value, Account())  # type: ignore[union-attr]
    except ValidationError as error:
        raise RefusedError(f"{field}: {' '.join(error.messages)}") from error
