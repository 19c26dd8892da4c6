"""Deeds in a process of their own that is killed at random moments, and what the next worker makes of it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from tests.office.keep.killing import in_child


def kill(deed: Callable[[], object], took: float) -> float:
    """Let it be done, and kill it somewhere in the time that it takes. Returns that time, known better."""
    started = time.monotonic()
    code = in_child(deed, random.uniform(0, 1.2 * took))
    return time.monotonic() - started if code == 0 else min(took * 1.1, 20.0)


def finish() -> None:
    """As if the lease of the dead had run out: the next worker takes the job up."""
    from terrier.office.jobs.models import Job

    Job.objects.filter(state="running").update(lease_until="2020-01-01T00:00:00Z")
    work_here()


def work_here() -> None:
    from terrier.office.jobs.worker import run_one

    while run_one("killed", threading.Event()):
        pass
