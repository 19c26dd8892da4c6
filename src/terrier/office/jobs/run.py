"""A job while a worker runs it: reports how far it is, keeps the lease, and makes its effects happen once."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from terrier.errors import TerrierError
from terrier.office.jobs import progress
from terrier.office.jobs.models import Job, State
from terrier.office.jobs.progress import Words
from terrier.office.jobs.words import kept_of

LEASE = dt.timedelta(seconds=30)
BETWEEN_REPORTS = 0.5
"""Seconds: progress is written no more often."""


class Interrupted(TerrierError):
    """The job must end here: it was cancelled, its lease was lost, or the worker is asked to leave."""


class Cancelled(Interrupted):
    """Somebody asked for the job to be cancelled."""


class LeaseLost(Interrupted):
    """The lease ran out and another worker may have the job by now: nothing more may be written."""


class Leaving(Interrupted):
    """The worker is asked to stop; the job goes back to the others."""


@dataclass(eq=False)
class Run:
    """What a handler holds. job_id and token name the lease; ``leaving`` is set when the worker should stop."""

    job_id: int
    token: Any
    leaving: threading.Event = field(default_factory=threading.Event)
    lease: dt.timedelta = LEASE
    _reported: float = 0.0
    _said: tuple[int, int, Words] = (0, 0, "")
    in_effects: bool = False
    _at_end: Words = ""

    def step(self, done: int, total: int = 0, message: Words = "") -> None:
        """Say how far the job is, and learn whether to go on.

        Raises Cancelled, LeaseLost or Leaving. Cheap to call often: at most two writes a second come of it. Inside
        ``effects`` it only tells: the transaction holds the job, and goes on to its end.
        """
        now = time.monotonic()
        if now - self._reported < BETWEEN_REPORTS:
            return
        self._reported = now
        self._said = (done, total, message or self._said[2])
        if self.in_effects:
            progress.note(self.job_id, self.token, *self._said)
            return
        self.beat(done=done, total=total, message=message)

    def give_way(self) -> None:
        """Let others that wait go first, where nobody waits for this one; it is begun again after them. Raises Leaving if there are any."""
        if Job.objects.filter(state=State.WAITING, not_before__lte=timezone.now()).exists():
            raise Leaving

    def say_at_end(self, message: Words) -> None:
        """What the job says of itself once its effects have happened, instead of what it was doing last."""
        self._at_end = message

    def beat(self, **progress: Any) -> None:
        """Renew the lease, with or without news of progress. Raises as ``step`` does."""
        if "message" in progress:
            message = progress["message"]
            progress |= {"message": str(message)[:200], "doing": kept_of(message)}
        if self.leaving.is_set():
            raise Leaving("The worker is leaving.")
        held = Job.objects.filter(pk=self.job_id, token=self.token, state=State.RUNNING)
        if not held.update(lease_until=timezone.now() + self.lease, **progress):
            raise LeaseLost("The lease on this job was lost.")
        if held.filter(cancel_asked=True).exists():
            raise Cancelled("The job was cancelled.")

    @contextmanager
    def effects(self) -> Iterator[dict[str, Any]]:
        """The transaction in which the job's effects happen, and in which it becomes done: both or neither.

        Yields the result to fill in. The job's row is locked meanwhile (on SQLite, the database), so no other worker
        can take the job up, however long this lasts. Raises Cancelled or LeaseLost before anything is written.
        """
        result: dict[str, Any] = {}
        with transaction.atomic(durable=True):
            job = Job.objects.select_for_update().get(pk=self.job_id)
            if job.token != self.token or job.state != State.RUNNING:
                raise LeaseLost("The lease on this job was lost.")
            if job.cancel_asked:
                raise Cancelled("The job was cancelled.")
            self.in_effects = True
            progress.note(self.job_id, self.token, *self._said)
            try:
                yield result
            finally:
                self.in_effects = False
                progress.forget(self.job_id, self.token)
            if self._at_end:
                job.message, job.doing = str(self._at_end)[:200], kept_of(self._at_end)
            finish(job, State.DONE, result=result)


def finish(job: Job, state: str, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    """End a job that the caller holds."""
    job.state, job.result, job.error = state, result or {}, error
    job.token = job.lease_until = None
    job.finished_at = timezone.now()
    if state == State.DONE and job.total:
        job.done = job.total
    job.save()
