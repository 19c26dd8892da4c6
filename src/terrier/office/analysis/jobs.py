"""Sending analyses: each at its time, reckoned in the scope of who gets it, as it is then."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop, override

from terrier.office.analysis.answering import answer
from terrier.office.analysis.mailing import send
from terrier.office.analysis.models import Delivery
from terrier.office.analysis.scheduling import KIND, move_on, sees, stop_delivery
from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.jobs.models import ENDED, Job
from terrier.office.jobs.registry import job
from terrier.office.jobs.run import Run
from terrier.office.jobs.words import said
from terrier.office.people.models import Person
from terrier.office.sales import gateway

ON_PAPER = 200
"""Rows; the office has all."""
FIGURES_ON_PAPER = 12
"""In a row, those of all columns together among them."""
OVERDUE = dt.timedelta(hours=2)


@job(KIND)
def deliver(run: Run, delivery_id: int, at: str) -> dict[str, Any]:
    """Send one, unless it was stopped or moved since, or whoever gets it no longer works here or no longer sees it."""
    delivery = _waiting(delivery_id, at)
    if delivery is None:
        return _told(gettext_noop("It was stopped or moved to another time."))
    person = Person.objects.get(pk=delivery.person_id)
    analysis = delivery.analysis
    if analysis.deleted_at is not None or gateway.extent() is None:
        _done(delivery, at, sent=False)
        return _told(gettext_noop("Nothing was sent: there is nothing to tell now."))
    if not sees(person, analysis):
        stop_delivery(delivery=delivery, author=Author(None, Via.JOB))
        return _told(gettext_noop("Stopped: whoever gets it no longer works here, or no longer sees it."))
    with override(person.language or settings.LANGUAGE_CODE):
        try:
            question = analysis.question
            most = max(1, FIGURES_ON_PAPER // len(question.measures) - 1)
            table = answer(person, question, size=ON_PAPER, most_columns=most)
        except Http404:
            _done(delivery, at, sent=False)
            return _told(gettext_noop("Nothing was sent: it is about something outside of what they see."))
        run.step(1, 2)
        if not _claimed(delivery):
            _done(delivery, at, sent=False)
            return _told(gettext_noop("It was cut off as it went out. It may have arrived, so it is not sent again."))  # fmt: skip
        try:
            send(delivery, person, table)
        except Exception:  # it did not go out: the next try may send it
            Delivery.objects.filter(pk=delivery.pk).update(sending_at=None)
            raise
    _done(delivery, at, sent=True)
    return _told(gettext_noop("Sent."))


@job("analysis.catch_up", daily=gettext_lazy("Look after analyses that are sent by e-mail"))
def catch_up(run: Run) -> dict[str, Any]:
    """Put deliveries on again whose job failed; the record of those that went out goes."""
    late = Delivery.objects.filter(next_at__lt=timezone.now() - OVERDUE).select_related("analysis", "person")
    n_late = 0
    for delivery in late:
        waiting = Job.objects.filter(kind=KIND, payload__delivery_id=delivery.pk).exclude(state__in=ENDED)
        if not waiting.exists():
            move_on(delivery)
            n_late += 1
    before = timezone.now() - dt.timedelta(days=30)
    Job.objects.filter(kind=KIND, state__in=ENDED, finished_at__lt=before).delete()
    return {"n_late": n_late}


def _waiting(delivery_id: int, at: str) -> Delivery | None:
    found = Delivery.objects.select_related("analysis", "person").filter(pk=delivery_id).first()
    return found if found is not None and found.next_at == dt.datetime.fromisoformat(at) else None


def _claimed(delivery: Delivery) -> bool:
    """Whether nobody has begun to send this one. It is said before it is sent: a worker that dies between loses a mail rather than sends two."""
    due = delivery.next_at
    free = Delivery.objects.filter(pk=delivery.pk, next_at=due).exclude(sending_at=due)
    return free.update(sending_at=due) == 1


@transaction.atomic
def _done(delivery: Delivery, at: str, *, sent: bool) -> None:
    held = Delivery.objects.select_for_update(of=("self",)).select_related("analysis", "person")
    row = held.filter(pk=delivery.pk, next_at=dt.datetime.fromisoformat(at)).first()
    if row is not None:
        row.sent_at = timezone.now() if sent else row.sent_at
        move_on(row)


def _told(text: str) -> dict[str, Any]:
    return {"told": said(text).kept()}
