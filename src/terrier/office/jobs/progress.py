"""How far a job is while its transaction is open, seen from outside of it.

Inside ``Run.effects`` the job's row is locked, and on SQLite the whole database: nothing that is written there shows before the
end. So a worker keeps a small file for as long as that lasts, where uploads are kept, too. Its name holds the lease: what a
killed worker left says nothing of the job when another has taken it up.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise

from terrier.office.jobs.models import Job, State
from terrier.office.jobs.words import Said, kept_of

A_DAY = 86_400.0

Words = Said | Promise | str
Report = Callable[[int, int, Words], None]
"""Says how much is done, of how much, and what is being done: ``Run.step``."""


def quietly(done: int, total: int, message: Words) -> None:
    """Nobody looks."""


def note(job_id: int, token: Any, done: int, total: int, message: Words) -> None:
    """Say how far the job is. A disk that is full, or a folder that is gone, is no reason for the work to stop."""
    path = _path(job_id, token)
    fresh = path.with_suffix(".new")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        told = {"done": done, "total": total, "message": str(message), "doing": kept_of(message)}
        fresh.write_text(json.dumps(told), encoding="utf-8")
        fresh.replace(path)


def forget(job_id: int, token: Any) -> None:
    """The transaction is over: from here on the job's row tells. What killed workers left goes, too."""
    with suppress(OSError):
        _path(job_id, token).unlink(missing_ok=True)
        for left in _folder().iterdir():
            if left.stat().st_mtime < time.time() - A_DAY:
                left.unlink(missing_ok=True)


def look(*jobs: Job | None) -> None:
    """Let running jobs tell how far they are, inside their transactions, too."""
    for job in jobs:
        if job is None or job.state != State.RUNNING:
            continue
        with suppress(OSError, ValueError):
            told = json.loads(_path(job.pk, job.token).read_text(encoding="utf-8"))
            job.done, job.total, job.message = int(told["done"]), int(told["total"]), str(told["message"])
            job.doing, job.in_effects = told["doing"], True


def _folder() -> Path:
    return Path(settings.FILES) / "jobs"


def _path(job_id: int, token: Any) -> Path:
    return _folder() / f"{job_id}-{token}.json"
