"""One change to many accounts at once, as one act: counted first, then done, then undone in one go if need be.

Of which accounts is said in so many words: by their numbers, or as all that a question finds. Nothing said is no account,
never every account; and what was counted must still be so when it is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.accounts.filters import AccountFilter, matching, read_filter
from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.alignment.services import give_primary, refuse_closed
from terrier.office.audit.models import Act, Action
from terrier.office.audit.rows import batches, told_fields, write_columns
from terrier.office.audit.services import Author, Record, save_act, state_of
from terrier.office.errors import RefusedError
from terrier.office.jobs.progress import Report, quietly
from terrier.office.jobs.words import said
from terrier.office.people.models import Person, Position
from terrier.office.people.permissions import May, may
from terrier.office.people.scope import visible_to

Item = TypeVar("Item")

FIELDS = ("status", "channel", "account_class", "payment_terms")
HOLDER = "holder"


AT_ONCE = 2000
"""As many accounts are changed while one waits; more are a job."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to many accounts, as it was asked for and confirmed.

    everything : all that the question finds, rather than those it names by number. n_accounts : how many that were when
    it was confirmed. value : of a field; position, starts_on, reason : of a new holder.
    """

    asked: AccountFilter
    everything: bool
    n_accounts: int
    field: str
    value: str = ""
    position: int | None = None
    starts_on: dt.date | None = None
    reason: str = ""

    @property
    def is_long(self) -> bool:
        return self.n_accounts > AT_ONCE

    def as_payload(self) -> dict[str, Any]:
        """As a job keeps it."""
        day = self.starts_on.isoformat() if self.starts_on else None
        kept = {name: getattr(self, name) for name in self.__slots__}
        return kept | {"asked": self.asked.as_query(), "starts_on": day}

    @classmethod
    def from_payload(cls, kept: Mapping[str, Any]) -> Edit:
        day = dt.date.fromisoformat(kept["starts_on"]) if kept["starts_on"] else None
        asked = read_filter(parse_qs(kept["asked"]))
        return cls(**{**kept, "asked": asked, "starts_on": day})


def meant(person: Person, asked: AccountFilter, *, everything: bool) -> QuerySet[Account]:
    """The accounts that an edit is for. Raises RefusedError where none are named and not all were asked for."""
    if not everything and not asked.ids:
        raise RefusedError(_("No account is chosen: tick some in the list, or choose all that match."))
    return matching(person, asked)


@transaction.atomic
def edit_many(*, edit: Edit, author: Author, report: Report = quietly) -> Act | None:
    """Do what was asked for and confirmed. Raises RefusedError where it would not be the same accounts any more."""
    assert author.person is not None
    accounts = meant(author.person, edit.asked, everything=edit.everything)
    n_accounts = accounts.count()
    if n_accounts != edit.n_accounts:
        raise RefusedError(
            _("%(now)s accounts are meant by now, not %(then)s: nothing was changed. Look again.")
            % {"now": intcomma(n_accounts), "then": intcomma(edit.n_accounts)}
        )
    if edit.field != HOLDER:
        return edit_field(accounts=accounts, field=edit.field, value=edit.value, author=author, report=report)
    position = visible_to(author.person, Position).filter(pk=edit.position or 0).first()
    if position is None or not may(author.person, May.ASSIGN_COVERAGE):
        raise RefusedError(_("Choose a position of the list."))
    return edit_holder(
        accounts=accounts,
        position=position,
        starts_on=edit.starts_on,
        reason=edit.reason,
        author=author,
        report=report,
    )


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
    *, accounts: QuerySet[Account], field: str, value: str, author: Author, report: Report = quietly
) -> Act | None:
    """Set one field of many accounts."""
    value = _clean(field, value)
    label = str(Account._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    rows = list(accounts.exclude(**{field: value}).select_for_update(of=("self",)).only("pk", "name", field))
    record = Record(
        author,
        ngettext("Set %(field)s of %(n)s account", "Set %(field)s of %(n)s accounts", len(rows))
        % {"field": label, "n": intcomma(len(rows))},
    )
    for batch in told_batches(rows, report):
        write_columns(Account, [field], [(row.pk, value) for row in batch])
        for row in batch:
            record.add(Action.UPDATE, row, {field: (getattr(row, field), value)})
    return save_act(record)


@transaction.atomic
def edit_holder(
    *,
    accounts: QuerySet[Account],
    position: Position,
    starts_on: dt.date | None,
    author: Author,
    reason: str = "",
    report: Report = quietly,
) -> Act | None:
    """Give many accounts to one position from a day on; those it holds already stay as they are."""
    day = starts_on or timezone.localdate()
    refuse_closed(position, day)
    ids = list(accounts.select_for_update(of=("self",)).values_list("pk", flat=True))
    record = Record(author, "")
    n_changed = 0
    for batch in told_batches(ids, report):
        n_changed += _give_batch(record, batch, position, day, reason)
    record.summary = ngettext(
        "Gave %(n)s account to %(position)s from %(day)s",
        "Gave %(n)s accounts to %(position)s from %(day)s",
        n_changed,
    ) % {"n": intcomma(n_changed), "position": position, "day": day.isoformat()}
    return save_act(record)


def told_batches(rows: list[Item], report: Report) -> Iterator[list[Item]]:
    """Batches of rows, telling before each how many went before it."""
    done = 0
    for batch in batches(rows):
        report(done, len(rows), said("Changing what was chosen"))
        yield batch
        done += len(batch)


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
