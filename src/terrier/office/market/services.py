"""What people do with files of market potential: bring one, look at what it would tell, load it, withdraw it, discard it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from terrier.intake.files import MAX_FILE_BYTES
from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError
from terrier.office.imports.services import too_large
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.market.models import AreaFigure, Source, SourceKind, SourceState
from terrier.office.people.models import Person

if TYPE_CHECKING:
    from _typeshed import SupportsRead

CHUNK = 2000


def bring_source(
    *,
    stream: SupportsRead[bytes],
    name: str,
    kind: str,
    author: Person,
    options: Mapping[str, Any] | None = None,
    at_once: bool = False,
) -> Source:
    """Keep a file and have it looked at; with ``at_once`` have it loaded without a look."""
    source = Source(kind=SourceKind(kind), file_name=Path(name).name[-200:] or "file", author=author)
    source.options = dict(options or {})
    source.path.mkdir(parents=True, mode=0o700)
    try:
        with source.upload.open("wb") as out:
            shutil.copyfileobj(stream, out, 2**20)
        source.n_bytes = source.upload.stat().st_size
        if source.n_bytes > MAX_FILE_BYTES:
            raise RefusedError(too_large(source.n_bytes))
        with transaction.atomic():
            source.save()
            _check(source, at_once=at_once)
    except BaseException:
        shutil.rmtree(source.path, ignore_errors=True)
        raise
    return source


@transaction.atomic
def look_again(*, source: Source, options: Mapping[str, Any]) -> Source:
    """Look at the file anew, read in another way."""
    held = _hold(source, SourceState.REFUSED, SourceState.CHECKED)
    if not held.upload.exists():
        raise RefusedError(_("%(file)s was loaded before, and is kept no longer. Bring it again to read it in another way.") % {"file": held.file_name})  # fmt: skip
    held.options = dict(options)
    return _check(held)


@transaction.atomic
def load_source(*, source: Source, author: Author) -> Source:
    """Have a file counted that was looked at."""
    held = _hold(source, SourceState.CHECKED)
    held.state, held.problem = SourceState.LOADING, ""
    held.job = enqueue(
        "market.load",
        author=author.person,
        summary=said(gettext_noop("Loading %(file)s"), file=held.file_name),
        source_id=held.pk,
        via=author.via,
    )
    held.save()
    return held


@transaction.atomic
def withdraw_source(*, source: Source, author: Author) -> Act | None:
    """Let a file count no more. What was loaded before it of the same areas counts again."""
    held = _hold(source, SourceState.LOADED)
    record = Record(author, _("Withdrew %(file)s") % {"file": held.file_name})
    change_row(record, held, {"state": SourceState.WITHDRAWN, "withdrawn_at": timezone.now()})
    return save_act(record)


@transaction.atomic
def forget_source(*, source: Source) -> None:
    """Discard a file that does not count."""
    held = _hold(source, SourceState.REFUSED, SourceState.CHECKED)
    path = held.path
    held.delete()
    transaction.on_commit(lambda: shutil.rmtree(path, ignore_errors=True))


def write_figures(source: Source, rows: pl.DataFrame) -> None:
    """What a file tells, area by area. Within the transaction that lets it count."""
    source.figures.all().delete()
    AreaFigure.objects.bulk_create(
        (AreaFigure(source=source, **row) for row in rows.iter_rows(named=True)), batch_size=CHUNK
    )


def mark_loaded(*, source: Source, author: Author) -> Act | None:
    """Note that a file counts from now on."""
    record = Record(author, _("Loaded %(file)s") % {"file": source.file_name})
    source.state = SourceState.CHECKED  # what it stands at again if this is undone
    change_row(
        record, source, {"state": SourceState.LOADED, "loaded_at": timezone.now(), "withdrawn_at": None}
    )
    return save_act(record)


def _check(source: Source, *, at_once: bool = False) -> Source:
    source.state, source.problem = SourceState.CHECKING, ""
    source.job = enqueue(
        "market.check",
        author=source.author,
        summary=said(gettext_noop("Checking %(file)s"), file=source.file_name),
        source_id=source.pk,
        at_once=at_once,
    )
    source.save()
    return source


def _hold(source: Source, *states: SourceState) -> Source:
    held = Source.objects.select_for_update(of=("self",)).select_related("job").get(pk=source.pk)
    if held.standing not in states:
        raise RefusedError(
            _("This cannot be done now: %(file)s is “%(state)s”.")
            % {"file": held.file_name, "state": held.standing.label}
        )
    return held
