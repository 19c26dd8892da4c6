"""When an analysis is sent to whom: chosen, changed, stopped. Each delivery has one job that waits for its next time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.analysis.models import Analysis, Delivery, Every
from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row, create_row, erase_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.people.models import Person
from terrier.office.people.scope import scope_of, visible_to

KIND = "analysis.deliver"
FRIDAY = 4
MOST_DELIVERIES = 200


def next_time(every: str, *, hour: int, weekday: int = 0, day: int = 1, after: dt.datetime) -> dt.datetime:
    """The first time after a moment, on the clock of the office's time zone."""
    local = timezone.localtime(after)
    on = local.date()
    while True:
        at = timezone.make_aware(dt.datetime.combine(on, dt.time(hour)))
        if at > after and _is_due(every, on, weekday, day):
            return at
        on += dt.timedelta(days=1)


def _is_due(every: str, on: dt.date, weekday: int, day: int) -> bool:
    match every:
        case Every.WEEKDAY:
            return on.weekday() <= FRIDAY
        case Every.WEEK:
            return on.weekday() == weekday
    return on.day == day


def sees(person: Person, analysis: Analysis) -> bool:
    """Whether somebody works here today and an analysis is theirs or shared with them."""
    if not person.is_active or not scope_of(person).held:
        return False
    return visible_to(person, Analysis).filter(pk=analysis.pk, deleted_at__isnull=True).exists()


@transaction.atomic
def schedule_delivery(
    *, analysis: Analysis, person: Person, every: str, hour: int, weekday: int, day: int, author: Author
) -> tuple[Delivery, Act | None]:
    """Send an analysis to somebody from now on, or at other times than until now.

    Raises RefusedError where they do not see it, ValidationError where a time is none.
    """
    if not sees(person, analysis):
        raise RefusedError(
            _("%(person)s does not see this analysis: share it first.") % {"person": person}, "person"
        )
    Analysis.objects.select_for_update().get(pk=analysis.pk)
    held = Delivery.objects.filter(analysis=analysis, person=person).first()
    if held is None and Delivery.objects.filter(analysis=analysis).count() >= MOST_DELIVERIES:
        raise RefusedError(
            _("It is sent to %(n)s people, and that is as many as can be.") % {"n": MOST_DELIVERIES}
        )
    values = {"every": every, "hour": hour, "weekday": weekday, "day": day}
    row = held or Delivery(analysis=analysis, person=person)
    tried = Delivery(analysis=analysis, person=person, next_at=timezone.now(), **values)
    tried.clean_fields()
    due = next_time(every, hour=hour, weekday=weekday, day=day, after=timezone.now())
    record = Record(
        author, _("Sends the analysis “%(name)s” to %(person)s") % {"name": analysis.name, "person": person}
    )
    if held is None:
        for name, value in {**values, "next_at": due}.items():
            setattr(row, name, value)
        create_row(record, row)
    else:
        change_row(record, row, {**values, "next_at": due})
    wait_for(row)
    return row, save_act(record)


@transaction.atomic
def stop_delivery(*, delivery: Delivery, author: Author) -> Act | None:
    record = Record(
        author,
        _("No longer sends the analysis “%(name)s” to %(person)s")
        % {"name": delivery.analysis.name, "person": delivery.person},
    )
    erase_row(record, delivery)
    return save_act(record)


def wait_for(delivery: Delivery) -> None:
    """Ask for the job that sends it next. Asked twice, it is one."""
    at = delivery.next_at.isoformat()
    enqueue(
        KIND,
        author=None,
        summary=said(
            "Send “%(name)s” to %(person)s", name=delivery.analysis.name, person=delivery.person.name
        ),
        key=f"{KIND} {delivery.pk} {at}",
        not_before=delivery.next_at,
        delivery_id=delivery.pk,
        at=at,
    )


def move_on(delivery: Delivery) -> None:
    """To its next time after now."""
    delivery.next_at = next_time(
        delivery.every, hour=delivery.hour, weekday=delivery.weekday, day=delivery.day, after=timezone.now()
    )
    delivery.save(update_fields=["next_at", "sent_at"])
    wait_for(delivery)
