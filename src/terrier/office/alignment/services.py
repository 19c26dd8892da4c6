"""Who covers an account from when on: the primary holder, and overlays that share the credit.

On any day an account has at most one primary, and the shares of credit add up to 1 or less. What an overlay takes comes from
the primary, and goes back to it when the overlay ends.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from terrier.errors import TerrierError
from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Cause, Coverage, CoverageKind, unfair_day
from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row, create_row, erase_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.people.models import Position

ALL = Decimal(1)


class CoverageError(TerrierError, ValueError):
    """Coverage that cannot be: its text names who, when, and what would be right."""


def cover_new(
    *, record: Record, account: Account, position: Position, on: dt.date, by_rule: bool = False
) -> Coverage:
    """The first holder of a new account, as part of the act that makes it. by_rule : of a plan in force."""
    return create_row(
        record,
        Coverage(
            account=account,
            position=position,
            starts_on=on,
            author=record.author.person,
            cause=Cause.RULE if by_rule else Cause.MANUAL,
            reason=_("By the rules of the plan in force.")
            if by_rule
            else _("Holds it since it was created."),
        ),
    )


@transaction.atomic
def assign_primary(
    *,
    account: Account,
    position: Position,
    starts_on: dt.date,
    author: Author,
    reason: str = "",
    cause: str = Cause.MANUAL,
) -> Act | None:
    """Give an account to a position from a day on, until the next holder that is planned already, if any."""
    rows = _locked_rows(account)
    record = Record(
        author, _("%(position)s holds %(account)s from %(day)s") % _told(account, position, starts_on)
    )
    give_primary(
        record=record,
        rows=rows,
        account=account,
        position=position,
        starts_on=starts_on,
        reason=reason,
        cause=cause,
    )
    _refuse_unfair(account)
    return save_act(record)


def give_primary(
    *,
    record: Record,
    rows: list[Coverage],
    account: Account,
    position: Position,
    starts_on: dt.date,
    reason: str,
    cause: str = Cause.MANUAL,
) -> None:
    """What ``assign_primary`` does, as part of a larger act; ``rows`` is all coverage of the account, locked."""
    refuse_closed(position, starts_on)
    held = [row for row in rows if row.kind == CoverageKind.PRIMARY]
    now = next((row for row in held if row.counts_on(starts_on)), None)
    if now is not None and now.position_id == position.pk:
        raise CoverageError(
            _("%(position)s holds %(account)s already on %(day)s.") % _told(account, position, starts_on)
        )
    for row in rows:
        if row.kind == CoverageKind.OVERLAY and row.position_id == position.pk and lasts_past(row, starts_on):
            end_row(record, row, starts_on)
    if now is not None:
        end_row(record, now, starts_on)
    until = min((row.starts_on for row in held if row.starts_on > starts_on), default=None)
    taken = _most_overlaid(account, starts_on, until)
    open_row(
        record,
        account=account,
        position=position,
        starts_on=starts_on,
        ends_on=until,
        split=ALL - taken,
        reason=reason,
        cause=cause,
    )


@transaction.atomic
def assign_overlay(
    *,
    account: Account,
    position: Position,
    split: Decimal,
    starts_on: dt.date,
    author: Author,
    ends_on: dt.date | None = None,
    reason: str = "",
    cause: str = Cause.MANUAL,
) -> Act | None:
    """Let a position share the credit for an account from a day on. The primary holder gives what it gets."""
    if not 0 < split <= 1:
        raise CoverageError(
            _("The share of credit must be more than 0%% and at most 100%%, not %(share)s%%.")
            % {"share": format(split * 100, "f").rstrip("0").rstrip(".") or "0"}
        )
    if ends_on is not None and ends_on <= starts_on:
        raise CoverageError(
            _("Coverage that starts on %(day)s must end after that day, not on %(end)s.")
            % {"day": starts_on.isoformat(), "end": ends_on.isoformat()}
        )
    refuse_closed(position, starts_on)
    rows = _locked_rows(account)
    told = _told(account, position, starts_on)
    if any(row.position_id == position.pk and overlaps(row, starts_on, ends_on) for row in rows):
        raise CoverageError(_("%(position)s covers %(account)s already; end that first.") % told)
    record = Record(author, _("%(position)s shares %(account)s from %(day)s") % told)
    taken = _most_overlaid(account, starts_on, ends_on)
    if taken + split > 1:
        raise CoverageError(
            _("Overlays share %(taken)s%% of %(account)s already: %(rest)s%% is left to share.")
            % {**told, "taken": f"{taken:.0%}".rstrip("%"), "rest": f"{1 - taken:.0%}".rstrip("%")}
        )
    for row in rows:
        if row.kind == CoverageKind.PRIMARY and overlaps(row, starts_on, ends_on):
            most = ALL - taken - split
            if row.split > most:
                resplit(record, row, starts_on, ends_on, most)
    open_row(
        record,
        account=account,
        position=position,
        kind=CoverageKind.OVERLAY,
        starts_on=starts_on,
        ends_on=ends_on,
        split=split,
        reason=reason,
        cause=cause,
    )
    _refuse_unfair(account)
    return save_act(record)


@transaction.atomic
def end_coverage(*, coverage: Coverage, ends_on: dt.date, author: Author) -> Act | None:
    """Let coverage count until a day, that day not included; coverage that would end before it starts never was."""
    account = coverage.account
    rows = _locked_rows(account)
    row = next((row for row in rows if row.pk == coverage.pk), None)
    if row is None or not lasts_past(row, ends_on):
        raise CoverageError(_("This coverage has ended by %(day)s already.") % {"day": ends_on.isoformat()})
    record = Record(
        author, _("%(position)s leaves %(account)s on %(day)s") % _told(account, row.position, ends_on)
    )
    until, share = row.ends_on, row.split
    starts_on = max(ends_on, row.starts_on)
    overlay = row.kind == CoverageKind.OVERLAY
    shared = {one.pk: total_of(rows, max(starts_on, one.starts_on)) for one in rows}
    end_row(record, row, ends_on)
    for one in rows if overlay else ():
        whole = one.kind == CoverageKind.PRIMARY and shared[one.pk] == 1
        if whole and one.pk != row.pk and overlaps(one, starts_on, until):
            resplit(record, one, starts_on, until, one.split + share)
    _refuse_unfair(account)
    return save_act(record)


def refuse_closed(position: Position, day: dt.date) -> None:
    """A position takes coverage only on days it is open."""
    if position.opens_on > day:
        raise CoverageError(
            _("%(position)s opens on %(opens)s; coverage cannot start before, on %(day)s.")
            % {"position": position, "opens": position.opens_on.isoformat(), "day": day.isoformat()}
        )
    if position.closes_on is not None and position.closes_on <= day:
        raise CoverageError(
            _("%(position)s closes on %(closes)s; coverage cannot start on %(day)s.")
            % {"position": position, "closes": position.closes_on.isoformat(), "day": day.isoformat()}
        )


def resplit(
    record: Record, row: Coverage, starts_on: dt.date, ends_on: dt.date | None, split: Decimal
) -> None:
    """Give a row another share of credit between two days: it is cut there, and the pieces beside keep theirs."""
    old_split, old_end = row.split, row.ends_on
    same = {
        "account": row.account,
        "position": row.position,
        "kind": row.kind,
        "cause": row.cause,
        "reason": row.reason,
    }
    until = old_end if ends_on is None or (old_end is not None and old_end <= ends_on) else ends_on
    if row.starts_on >= starts_on:
        change_row(record, row, {"split": split, "ends_on": until})
    else:
        change_row(record, row, {"ends_on": starts_on})
        open_row(record, **same, starts_on=starts_on, ends_on=until, split=split)
    if until is not None and (old_end is None or until < old_end):
        open_row(record, **same, starts_on=until, ends_on=old_end, split=old_split)


def open_row(record: Record, **values: Any) -> Coverage:
    row = Coverage(author=record.author.person, **values)
    try:
        row.clean_fields()
    except ValidationError as error:
        raise CoverageError(" ".join(error.messages)) from error
    return create_row(record, row)


def end_row(record: Record, row: Coverage, ends_on: dt.date) -> None:
    if row.starts_on >= ends_on:
        erase_row(record, row)
    else:
        change_row(record, row, {"ends_on": ends_on})


def _locked_rows(account: Account) -> list[Coverage]:
    """All coverage of an account. The account's own row is the lock, so that two never plan against the same past."""
    Account.objects.select_for_update().get(pk=account.pk)
    return list(
        Coverage.objects.filter(account=account).select_related("account", "position").order_by("starts_on")
    )


def _most_overlaid(account: Account, starts_on: dt.date, ends_on: dt.date | None) -> Decimal:
    """The most that overlays share on any day between two."""
    rows = [
        row
        for row in Coverage.objects.filter(account=account, kind=CoverageKind.OVERLAY)
        if overlaps(row, starts_on, ends_on)
    ]
    days = {max(starts_on, row.starts_on) for row in rows}
    return max((total_of(rows, day) for day in days), default=Decimal(0))


def total_of(rows: list[Coverage], day: dt.date) -> Decimal:
    return sum((row.split for row in rows if row.counts_on(day)), Decimal(0))


def overlaps(row: Coverage, starts_on: dt.date, ends_on: dt.date | None) -> bool:
    return lasts_past(row, starts_on) and (ends_on is None or row.starts_on < ends_on)


def lasts_past(row: Coverage, day: dt.date) -> bool:
    return row.ends_on is None or row.ends_on > day


def _refuse_unfair(account: Account) -> None:
    reason = unfair_day(list(Coverage.objects.filter(account=account).select_related("account")))
    if reason:
        raise CoverageError(reason)


def _told(account: Account, position: Position, day: dt.date) -> dict[str, str]:
    return {"account": str(account), "position": str(position), "day": day.isoformat()}
