"""Rows and files of imports that nobody has touched for a while are put away, a little every day.

An import that was never committed is forgotten, as if it had been discarded. One that was keeps its record: what it did stands in
the audit, from which it can still be undone.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from terrier.office.imports.models import Import, Mend, State
from terrier.office.imports.services import ImportRefusedError, discard_import, standing
from terrier.office.imports.staging import unstage


def put_away_old() -> Iterator[tuple[int, int]]:
    """Put away what is due. Yields how many imports are done, of how many, and may be begun again at any time."""
    before = timezone.now() - dt.timedelta(days=settings.IMPORT_DAYS)
    due = Import.objects.filter(touched_at__lt=before, put_away_at=None).select_related("job")
    total = due.count()
    for done, import_ in enumerate(due.order_by("pk").iterator(100), start=1):
        if standing(import_) in (State.COMMITTED, State.UNDONE):
            _put_away(import_)
        else:
            try:
                discard_import(import_=import_, untouched_since=before)
            except ImportRefusedError:  # somebody is at it
                continue
        yield done, total
    _sweep(before)


def _put_away(import_: Import) -> None:
    unstage(import_)
    Mend.objects.filter(of=import_).delete()
    shutil.rmtree(import_.path, ignore_errors=True)
    Import.objects.filter(pk=import_.pk).update(put_away_at=timezone.now(), samples={})


def _sweep(before: dt.datetime) -> None:
    """Remove folders of no import: of uploads that were cut off."""
    root = Path(settings.FILES) / "imports"
    for folder in root.glob("*"):
        if folder.stat().st_mtime < before.timestamp() and not Import.objects.filter(
            Q(folder=_uuid(folder.name))
        ):
            shutil.rmtree(folder, ignore_errors=True)


def _uuid(name: str) -> uuid.UUID:
    try:
        return uuid.UUID(name)
    except ValueError:
        return uuid.UUID(int=0)
