"""What people do with files that they brought, whatever these hold: keep one, have work done on it, note that it counts, forget it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.brought.models import Brought, State
from terrier.office.errors import RefusedError
from terrier.office.imports.uploads import keep_upload
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import SupportsRead

File = TypeVar("File", bound=Brought)

REFUSED_ROWS = {"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}


def bring(row: File, *, stream: SupportsRead[bytes], name: str, begin: Callable[[File], object]) -> File:
    """Keep a file, and begin with it; where either fails, nothing of it stays."""
    row.file_name = Path(name).name[-200:] or "file"
    with keep_upload(row, stream), transaction.atomic():
        row.save()
        begin(row)
    return row


def begin(
    row: File, state: State, kind: str, summary: str, author: Author | None = None, **payload: Any
) -> File:
    """Have a job done on a file. summary : with a place for %(file)s."""
    row.state, row.problem = state, ""
    person = author.person if author else row.author
    row.job = enqueue(kind, author=person, summary=said(summary, file=row.file_name), **payload)
    row.save()
    return row


def hold(row: File, *states: State) -> File:
    """The row as it stands now, kept for this transaction. Raises RefusedError where it is in none of the states."""
    rows = type(row)._default_manager.select_for_update(of=("self",)).select_related("job")
    held: File = rows.get(pk=row.pk)
    if held.standing not in states:
        raise RefusedError(
            _("This cannot be done now: %(file)s is “%(state)s”.")
            % {"file": held.file_name, "state": held.standing.label}
        )
    return held


@transaction.atomic
def forget(row: Brought) -> None:
    """Discard a file that does not count."""
    held = hold(row, State.REFUSED, State.CHECKED)
    path = held.path
    held.delete()
    transaction.on_commit(lambda: shutil.rmtree(path, ignore_errors=True))


def note_loaded(row: Brought, author: Author) -> Act | None:
    """Note that a file counts from now on; what was brought is not needed any more. Within the transaction in which it does."""
    record = Record(author, _("Loaded %(file)s") % {"file": row.file_name})
    row.state = State.CHECKED  # what it stands at again if this is undone
    now = timezone.now()
    change_row(record, row, {"state": State.LOADED, "loaded_at": now, "withdrawn_at": None, "problem": ""})
    transaction.on_commit(lambda: row.upload.unlink(missing_ok=True))
    return save_act(record)


def note_withdrawn(row: Brought, author: Author) -> Act | None:
    record = Record(author, _("Withdrew %(file)s") % {"file": row.file_name})
    change_row(record, row, {"state": State.WITHDRAWN, "withdrawn_at": timezone.now()})
    return save_act(record)


def refused_of(row: Brought) -> pl.DataFrame:
    """The rows that were refused: row, column, value, reason."""
    return pl.read_parquet(row.refused) if row.refused.exists() else pl.DataFrame(schema=REFUSED_ROWS)
