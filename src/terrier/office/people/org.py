"""Who holds a position and whom it reports to, from a day on. What is planned for later stays, and what was, stays as it was.

Every change locks all positions: a chart has hundreds of them and changes a few times a day, and two changes that are right
each by itself can make a circle together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row, create_row, erase_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError
from terrier.office.people.lockout import refuse_lockout
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine
from terrier.office.people.timeline import FOREVER, Span, circle_in, laid_over, next_start


@transaction.atomic
def report_to(
    *, position: Position, manager: Position | None, starts_on: dt.date, author: Author
) -> Act | None:
    """From a day on a position reports to another, or to nobody; until the next change that is planned already.

    Raises RefusedError if either position is closed on a day concerned, or if it would make a circle.
    """
    position, manager = _locked(position, manager)
    told = {"position": position, "manager": manager, "day": said(starts_on)}
    summary = (
        _("%(position)s reports to %(manager)s from %(day)s")
        if manager
        else _("%(position)s reports to nobody from %(day)s")
    )
    record = Record(author, summary % told)
    set_manager(record=record, position=position, manager=manager, starts_on=starts_on)
    refuse_lockout(author.person)
    return save_act(record)


def set_manager(*, record: Record, position: Position, manager: Position | None, starts_on: dt.date) -> None:
    """What ``report_to`` does, as part of a larger act; the caller holds the lock."""
    refuse_outside_its_life(position, starts_on)
    told = {"position": position, "manager": manager, "day": said(starts_on)}
    lines = list(ReportingLine.objects.filter(position=position))
    spans = [line.span for line in lines]
    now = next((span.value for span in spans if span.counts_on(starts_on)), None)
    if now == (manager.pk if manager else None):
        raise RefusedError(
            _("%(position)s reports to %(manager)s on %(day)s already.") % told
            if manager
            else _("%(position)s reports to nobody on %(day)s already.") % told,
            "manager",
        )
    until = next_start(spans, starts_on)
    if manager is not None:
        _refuse_closed_manager(manager, starts_on, until or position.closes_on)
        _refuse_circle(position, manager, starts_on, until)
    _write_lines(record, position, lines, laid_over(spans, starts_on, until, manager.pk if manager else None))


@transaction.atomic
def hand_over(*, position: Position, person: Person, starts_on: dt.date, author: Author) -> Act | None:
    """From a day on somebody holds a position, and whoever did no longer does; until the next hand-over planned already."""
    position, _none = _locked(position)
    record = Record(
        author,
        _("%(person)s holds %(position)s from %(day)s")
        % {"person": person, "position": position, "day": said(starts_on)},
    )
    set_holder(record=record, position=position, person=person, starts_on=starts_on)
    refuse_lockout(author.person)
    return save_act(record)


@transaction.atomic
def vacate(*, position: Position, starts_on: dt.date, author: Author) -> Act | None:
    """From a day on nobody holds a position; until the next hand-over planned already."""
    position, _none = _locked(position)
    record = Record(
        author,
        _("%(position)s is vacant from %(day)s") % {"position": position, "day": said(starts_on)},
    )
    set_holder(record=record, position=position, person=None, starts_on=starts_on)
    refuse_lockout(author.person)
    return save_act(record)


def set_holder(*, record: Record, position: Position, person: Person | None, starts_on: dt.date) -> None:
    """What ``hand_over`` and ``vacate`` do, as part of a larger act; the caller holds the lock."""
    refuse_outside_its_life(position, starts_on)
    rows = list(Incumbency.objects.filter(position=position).select_related("person"))
    now = next((row for row in rows if row.counts_on(starts_on)), None)
    told = {"position": position, "person": person, "day": said(starts_on)}
    if person is None and now is None:
        raise RefusedError(_("Nobody holds %(position)s on %(day)s.") % told, "starts_on")
    if person is not None and now is not None and now.person_id == person.pk:
        raise RefusedError(_("%(person)s holds %(position)s on %(day)s already.") % told, "person")
    spans = [row.span for row in rows]
    until = next_start(spans, starts_on) or position.closes_on
    _write_incumbencies(
        record, position, rows, laid_over(spans, starts_on, until, person.pk if person else None)
    )


@transaction.atomic
def drop_planned(*, row: ReportingLine | Incumbency, today: dt.date, author: Author) -> Act | None:
    """Take back a change that has not begun: what counts the day before then goes on in its stead."""
    position, _none = _locked(row.position)
    if row.starts_on <= today:
        raise RefusedError(
            _("This has counted since %(day)s. Only what has not begun can be taken back; end it instead.")
            % {"day": said(row.starts_on)}
        )
    record = Record(author, _("Taken back: %(row)s from %(day)s") % {"row": row, "day": said(row.starts_on)})
    kind = type(row)
    before = kind.objects.filter(position=position, ends_on=row.starts_on).first()
    erase_row(record, row)
    if before is not None:
        change_row(record, before, {"ends_on": row.ends_on})
    refuse_lockout(author.person)
    return save_act(record)


def lock_chart() -> None:
    """Nobody else changes the chart until this transaction ends."""
    list(Position.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def said(day: dt.date) -> str:
    """A day, as a sentence says it."""
    return date_format(day, "DATE_FORMAT")


def refuse_outside_its_life(position: Position, day: dt.date) -> None:
    if day < position.opens_on:
        raise RefusedError(
            _("%(position)s opens on %(opens)s: choose that day or a later one (found %(day)s).")
            % {"position": position, "opens": said(position.opens_on), "day": said(day)},
            "starts_on",
        )
    if position.closes_on is not None and day >= position.closes_on:
        raise RefusedError(
            _("%(position)s closes on %(closes)s: choose an earlier day (found %(day)s).")
            % {"position": position, "closes": said(position.closes_on), "day": said(day)},
            "starts_on",
        )


def end_at(record: Record, position: Position, day: dt.date) -> None:
    """Nobody holds a position and it reports to nobody from its last day on; plans beyond it are refused by the caller."""
    rows = list(Incumbency.objects.filter(position=position))
    _write_incumbencies(record, position, rows, laid_over([row.span for row in rows], day, None, None))
    lines = list(ReportingLine.objects.filter(position=position))
    _write_lines(record, position, lines, laid_over([line.span for line in lines], day, None, None))


def _locked(position: Position, other: Position | None = None) -> tuple[Position, Position | None]:
    lock_chart()
    found = Position.objects.in_bulk([position.pk, *([other.pk] if other else [])])
    if position.pk not in found or (other is not None and other.pk not in found):
        raise RefusedError(_("This position is no longer there."))
    return found[position.pk], found[other.pk] if other else None


def _refuse_closed_manager(manager: Position, starts_on: dt.date, until: dt.date | None) -> None:
    told = {"manager": manager, "opens": said(manager.opens_on)}
    if starts_on < manager.opens_on:
        raise RefusedError(
            _("%(manager)s opens on %(opens)s: choose that day or a later one.") % told, "starts_on"
        )
    if manager.closes_on is not None and manager.closes_on < (until or FOREVER):
        raise RefusedError(
            _("%(manager)s closes on %(closes)s: nobody can report to it after that.")
            % {**told, "closes": said(manager.closes_on)},
            "manager",
        )


def _refuse_circle(position: Position, manager: Position, starts_on: dt.date, until: dt.date | None) -> None:
    """On each day on which the chart changes from here on, the one above must not be below."""
    lines = [
        (line.position_id, line.span)
        for line in ReportingLine.objects.exclude(position=position).exclude(ends_on__lte=starts_on)
    ]
    days = {starts_on} | {span.starts_on for _at, span in lines if span.starts_on > starts_on}
    for day in sorted(day for day in days if day < (until or FOREVER)):
        above = {at: span.value for at, span in lines if span.counts_on(day)}
        circle = circle_in({**above, position.pk: manager.pk})
        if circle:
            names = Position.objects.in_bulk(circle)
            raise RefusedError(
                _("On %(day)s this would go in a circle: %(circle)s. Choose a position that is not below.")
                % {
                    "day": said(day),
                    "circle": " → ".join(str(names[at]) for at in (*circle, circle[0])),
                },
                "manager",
            )


def _write_lines(
    record: Record, position: Position, rows: Sequence[ReportingLine], spans: Sequence[Span]
) -> None:
    kept = _trim(record, rows, spans)
    for span in spans:
        if span.row not in kept:
            create_row(
                record,
                ReportingLine(
                    position=position, manager_id=span.value, starts_on=span.starts_on, ends_on=span.ends_on
                ),
            )


def _write_incumbencies(
    record: Record, position: Position, rows: Sequence[Incumbency], spans: Sequence[Span]
) -> None:
    kept = _trim(record, rows, spans)
    for span in spans:
        if span.row not in kept:
            create_row(
                record,
                Incumbency(
                    position=position, person_id=span.value, starts_on=span.starts_on, ends_on=span.ends_on
                ),
            )


def _trim(
    record: Record, rows: Sequence[ReportingLine] | Sequence[Incumbency], spans: Sequence[Span]
) -> set[int | None]:
    """Erase the rows that no span is left of and cut the others, before anything new takes their days."""
    left = {span.row: span for span in spans if span.row is not None}
    for row in rows:
        span = left.get(row.pk)
        if span is None:
            erase_row(record, row)
        else:
            change_row(record, row, {"starts_on": span.starts_on, "ends_on": span.ends_on})
    return set(left)


def names_of(positions: Sequence[Position], at_most: int = 3) -> str:
    """A few names in a sentence, and how many more there are."""
    shown = ", ".join(str(position) for position in positions[:at_most])
    more = len(positions) - at_most
    if more <= 0:
        return shown
    return ngettext("%(names)s and %(more)d more", "%(names)s and %(more)d more", more) % {
        "names": shown,
        "more": more,
    }
