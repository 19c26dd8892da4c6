"""Making, changing, closing and reopening positions. Each is one act that Undo can take back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.alignment.handing_on import hand_on, left_by
from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row, create_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError, refuse_wrong
from terrier.office.people.lockout import refuse_lockout
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine
from terrier.office.people.org import end_at, lock_chart, names_of, said, set_holder, set_manager

EDITABLE = (
    "name",
    "role",
    "external_id",
    "base",
    "base_latitude",
    "base_longitude",
    "employment_share",
    "capacity_hours",
    "base_pay",
    "commission_rate",
    "quota",
    "accelerator",
    "opens_on",
)


@transaction.atomic
def create_position(
    *,
    values: Mapping[str, Any],
    author: Author,
    manager: Position | None = None,
    holder: Person | None = None,
) -> tuple[Position, Act | None]:
    """A new position, which reports to ``manager`` and is held by ``holder`` from the day it opens."""
    lock_chart()
    position = Position(**{name: values[name] for name in EDITABLE if name in values})
    position.full_clean()
    record = Record(author, _("Created the position %(position)s") % {"position": position})
    create_row(record, position)
    if manager is not None:
        set_manager(record=record, position=position, manager=manager, starts_on=position.opens_on)
    if holder is not None:
        set_holder(record=record, position=position, person=holder, starts_on=position.opens_on)
    return position, save_act(record)


@transaction.atomic
def edit_position(*, position: Position, values: Mapping[str, Any], author: Author) -> Act | None:
    """Change what a position is. Who holds it and whom it reports to are dated, and change by services of their own."""
    lock_chart()
    row = Position.objects.get(pk=position.pk)
    record = Record(author, _("Changed the position %(position)s") % {"position": row})
    wanted = {name: values[name] for name in EDITABLE if name in values}
    refuse_wrong(row, wanted)
    change_row(record, row, wanted)
    _refuse_opening_too_late(row)
    refuse_lockout(author.person)
    return save_act(record)


@transaction.atomic
def close_position(
    *,
    position: Position,
    closes_on: dt.date,
    author: Author,
    reports_to: Position | None = None,
    accounts_to: Position | None = None,
    leave_accounts: bool = False,
) -> Act | None:
    """Close a position from a day on: nobody holds it then. Those who report to it go to ``reports_to``, what it covers to
    ``accounts_to``, if given; ``leave_accounts`` leaves what it covers to nobody.

    Raises RefusedError if accounts or people below it have nowhere to go, or if plans go beyond it.
    """
    lock_chart()
    row = Position.objects.get(pk=position.pk)
    if closes_on <= row.opens_on:
        raise RefusedError(
            _("%(position)s opens on %(opens)s: it can close on a later day only (found %(day)s).")
            % {"position": row, "opens": said(row.opens_on), "day": said(closes_on)},
            "closes_on",
        )
    _refuse_plans_beyond(row, closes_on)
    if accounts_to is None and not leave_accounts:
        _refuse_coverage_beyond(row, closes_on)
    record = Record(
        author,
        _("%(position)s closes on %(day)s") % {"position": row, "day": said(closes_on)},
    )
    _move_reports(record, row, closes_on, reports_to)
    hand_on(record=record, position=row, to=accounts_to, day=closes_on)
    end_at(record, row, closes_on)
    change_row(record, row, {"closes_on": closes_on})
    refuse_lockout(author.person)
    return save_act(record)


@transaction.atomic
def reopen_position(*, position: Position, author: Author) -> Act | None:
    """Take the closing of a position back. It is vacant then, and reports to whom it last did."""
    lock_chart()
    row = Position.objects.get(pk=position.pk)
    if row.closes_on is None:
        raise RefusedError(_("%(position)s is open.") % {"position": row})
    record = Record(author, _("Reopened %(position)s") % {"position": row})
    closed_on = row.closes_on
    change_row(record, row, {"closes_on": None})
    last = ReportingLine.objects.filter(position=row, ends_on=closed_on).select_related("manager").first()
    if last is not None and (last.manager.closes_on is None or closed_on < last.manager.closes_on):
        set_manager(record=record, position=row, manager=last.manager, starts_on=closed_on)
    return save_act(record)


def _move_reports(record: Record, row: Position, closes_on: dt.date, reports_to: Position | None) -> None:
    lines = ReportingLine.objects.filter(manager=row).exclude(ends_on__lte=closes_on)
    below = [line.position for line in lines.select_related("position")]
    if not below:
        return
    told = {"names": names_of(below), "position": row, "day": said(closes_on)}
    if reports_to is None:
        raise RefusedError(
            ngettext(
                "%(names)s still reports to %(position)s on %(day)s. Choose whom it reports to then.",
                "%(names)s still report to %(position)s on %(day)s. Choose whom they report to then.",
                len(below),
            )
            % told,
            "reports_to",
        )
    if reports_to.pk == row.pk:
        raise RefusedError(_("Nobody can report to a position that is closed."), "reports_to")
    for line in lines.select_related("position"):
        set_manager(
            record=record,
            position=line.position,
            manager=None if line.position_id == reports_to.pk else reports_to,
            starts_on=max(closes_on, line.starts_on),
        )


def _refuse_plans_beyond(row: Position, closes_on: dt.date) -> None:
    for kind in (Incumbency, ReportingLine):
        planned = kind.objects.filter(position=row, starts_on__gte=closes_on).order_by("starts_on").first()
        if planned is not None:
            raise RefusedError(
                _("%(planned)s is planned from %(day)s. Take that back first, or close the position later.")
                % {"planned": planned, "day": said(planned.starts_on)},
                "closes_on",
            )


def _refuse_coverage_beyond(row: Position, closes_on: dt.date) -> None:
    n_accounts = left_by(row, closes_on).n_accounts
    if n_accounts:
        raise RefusedError(
            ngettext(
                "%(position)s still covers %(n)d account on %(day)s. Choose who takes it over, or leave it to nobody.",
                "%(position)s still covers %(n)d accounts on %(day)s. Choose who takes them over, or leave them to nobody.",
                n_accounts,
            )
            % {"position": row, "n": n_accounts, "day": said(closes_on)},
            "accounts_to",
        )


def _refuse_opening_too_late(row: Position) -> None:
    first = min(
        (
            day
            for rows in (row.incumbencies, row.lines_up, row.lines_down, row.coverages)
            if (day := rows.aggregate(first=Min("starts_on"))["first"]) is not None
        ),
        default=None,
    )
    if first is not None and first < row.opens_on:
        raise RefusedError(
            _(
                "%(position)s has been at work since %(first)s: it cannot open later than that (found %(day)s)."
            )
            % {"position": row, "first": said(first), "day": said(row.opens_on)},
            "opens_on",
        )
