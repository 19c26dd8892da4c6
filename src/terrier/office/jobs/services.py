"""Asking for jobs, handing them to workers, cancelling them and trying them again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.errors import RefusedError
from terrier.office.jobs.models import ENDED, Job, State
from terrier.office.jobs.progress import Words, look
from terrier.office.jobs.registry import AFTER, DAILY, HANDLERS
from terrier.office.jobs.run import LEASE, finish
from terrier.office.jobs.words import kept_of
from terrier.office.people.models import Person

MOST_ATTEMPTS = 3


def enqueue(
    kind: str,
    *,
    author: Person | None,
    summary: Words = "",
    key: str | None = None,
    not_before: dt.datetime | None = None,
    **payload: Any,
) -> Job:
    """Ask for a job. With a key that was asked for before, that job is the answer and nothing new is begun."""
    if kind not in HANDLERS:
        raise LookupError(f"nobody does jobs of the kind {kind}")
    fields = {
        "kind": kind,
        "author": author,
        "summary": str(summary)[:200],
        "said": kept_of(summary),
        "payload": payload,
        "not_before": not_before or timezone.now(),
    }
    if key is None:
        return Job.objects.create(**fields)
    return Job.objects.get_or_create(key=key, defaults=fields)[0]


def ask_for_daily() -> None:
    """Ask for what is done once a day, as the first worker to think of it; the record of earlier days goes."""
    today = timezone.localdate().isoformat()
    for kind, summary in DAILY.items():
        enqueue(kind, author=None, summary=summary, key=f"{kind} {today}")
        Job.objects.filter(kind=kind, state__in=ENDED).exclude(key=f"{kind} {today}").delete()


def ask_for_changed() -> None:
    """Ask for what is done after something changed, as the first worker to see it; one that waits already sees it, too."""
    for kind, (tell, summary) in AFTER.items():
        told = tell()
        key = f"{kind} {told}"
        asked = Job.objects.filter(Q(key=key) | Q(state=State.WAITING), kind=kind)
        if told and not asked.exists():
            Job.objects.filter(kind=kind, state__in=ENDED).delete()
            enqueue(kind, author=None, summary=summary, key=key)


def claim(worker: str, lease: dt.timedelta = LEASE) -> Job | None:
    """The job that waits longest, or one whose worker died, leased to this worker; None if there is none.

    A job that was taken up three times and never ended is given up, since it may be what kills its workers.
    """
    now = timezone.now()
    free = Q(state=State.WAITING, not_before__lte=now) | Q(state=State.RUNNING, lease_until__lt=now)
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        rows = Job.objects.select_for_update(skip_locked=skip).filter(free).order_by("not_before", "id")
        for job in rows[:20]:
            if job.cancel_asked:
                finish(job, State.CANCELLED)
            elif job.attempts >= MOST_ATTEMPTS:
                finish(job, State.FAILED, error="Its worker stopped unexpectedly three times.")
            else:
                job.state, job.worker, job.token = State.RUNNING, worker[:80], uuid.uuid4()
                job.attempts += 1
                job.lease_until, job.started_at = now + lease, job.started_at or now
                job.save()
                return job
    return None


def cancel(*, job: Job) -> Job:
    """Cancel a job: at once if it waits, at its next step if it runs. An ended one stays as it is.

    Raises RefusedError while its one transaction is under way: that holds the job until it ends.
    """
    look(job)
    if job.in_effects:
        raise RefusedError(
            _("It is being written just now, whole or not at all: it cannot be cancelled any more.")
        )
    with transaction.atomic():
        held = Job.objects.select_for_update().get(pk=job.pk)
        if held.state == State.WAITING:
            finish(held, State.CANCELLED)
        elif held.state == State.RUNNING:
            held.cancel_asked = True
            held.save(update_fields=["cancel_asked"])
    return held


@transaction.atomic
def try_again(*, job: Job) -> Job:
    """Put an ended job that did not succeed back among the waiting. One that is done stays done."""
    held = Job.objects.select_for_update().get(pk=job.pk)
    if held.state in ENDED and held.state != State.DONE:
        held.state, held.attempts, held.cancel_asked, held.error = State.WAITING, 0, False, ""
        held.not_before, held.finished_at, held.done = timezone.now(), None, 0
        held.save()
    return held
