"""The loop that takes jobs up and runs them, one at a time."""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.db import OperationalError, close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from terrier.errors import TerrierError
from terrier.office.jobs.models import Job, State
from terrier.office.jobs.registry import HANDLERS
from terrier.office.jobs.run import LEASE, Cancelled, Interrupted, LeaseLost, Leaving, Run, finish
from terrier.office.jobs.services import MOST_ATTEMPTS, ask_for_changed, ask_for_daily, claim

log = logging.getLogger(__name__)

IDLE = 1.0
"""Seconds between looks at an empty queue."""
LOOK = 10.0
"""Seconds between looks at what changed."""
BACK_OFF = dt.timedelta(seconds=5)


def work(leaving: threading.Event, lease: dt.timedelta = LEASE) -> None:
    """Run jobs until asked to leave; then the one at hand goes back to the others at its next step."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    asked_on, looked = None, -LOOK
    while not leaving.is_set():
        close_old_connections()
        if asked_on != timezone.localdate():
            with suppress(OperationalError):  # SQLite is busy: at the next look
                ask_for_daily()
                asked_on = timezone.localdate()
        if time.monotonic() - looked >= LOOK:
            _ask_for_changed()
            looked = time.monotonic()
        if run_one(name, leaving, lease):
            looked = -LOOK  # what was done may be what there is more to do after
        else:
            leaving.wait(IDLE)


def _ask_for_changed() -> None:
    try:
        ask_for_changed()
    except OperationalError:
        log.info("the database is busy; looking at what changed later")
    except Exception:
        log.exception("what changed could not be told")


def run_one(worker: str, leaving: threading.Event | None = None, lease: dt.timedelta = LEASE) -> bool:
    """Take one job up and run it to its end. False if there is none to be had."""
    try:
        job = claim(worker, lease)
    except OperationalError:  # SQLite is busy with somebody's long transaction: there is time
        log.info("the database is busy; looking again soon")
        return False
    if job is None:
        return False
    run = Run(job.pk, job.token, leaving or threading.Event(), lease)
    try:
        with _beating(run):
            _run(job, run)
    except LeaseLost:
        log.warning("job %s was taken over by another worker", job.pk)
    return True


def _run(job: Job, run: Run) -> None:
    try:
        with override(_language(job)):
            result = HANDLERS[job.kind](run, **job.payload)
        _end(run, State.DONE, result=result)
    except Cancelled:
        _end(run, State.CANCELLED)
    except Leaving:
        _give_back(run, attempts=job.attempts - 1, wait=dt.timedelta(0))
    except Interrupted:
        raise
    except TerrierError as error:
        _end(run, State.FAILED, error=str(error))
    except Exception as error:
        log.exception("job %s (%s) broke", job.pk, job.kind)
        if job.attempts < MOST_ATTEMPTS:
            _give_back(run, attempts=job.attempts, wait=BACK_OFF * job.attempts)
        else:
            _end(run, State.FAILED, error=f"Something went wrong inside Terrier ({type(error).__name__}).")


def _language(job: Job) -> str:
    """Whoever asked for a job reads what it says."""
    return (job.author.language if job.author else "") or settings.LANGUAGE_CODE


@transaction.atomic
def _end(run: Run, state: str, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    """End the job if it is still ours; one that ended within ``effects`` has ended already."""
    job = Job.objects.select_for_update().get(pk=run.job_id)
    if job.token == run.token:
        finish(job, state, result=result, error=error)


def _give_back(run: Run, *, attempts: int, wait: dt.timedelta) -> None:
    Job.objects.filter(pk=run.job_id, token=run.token).update(
        state=State.WAITING, token=None, lease_until=None, attempts=attempts, not_before=timezone.now() + wait
    )


@contextmanager
def _beating(run: Run) -> Iterator[None]:
    """Renew the lease from another thread, for handlers that compute long between steps."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(run.lease.total_seconds() / 3):
                # Within effects the job's row is locked and needs no lease. What ends the job is for its own
                # thread to find out at its next step.
                if not run.in_effects:
                    with suppress(Interrupted, OperationalError):
                        run.beat()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"lease of job {run.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
