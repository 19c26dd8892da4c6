"""What people do with files of market potential: bring one, look at what it would tell, load it, withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.brought.models import State
from terrier.office.brought.services import begin, bring, hold, note_withdrawn
from terrier.office.errors import RefusedError
from terrier.office.market.models import AreaFigure, Source, SourceKind
from terrier.office.people.models import Person

if TYPE_CHECKING:
    from _typeshed import SupportsRead

CHUNK = 2000


def bring_source(
    *,
    stream: SupportsRead[bytes],
    name: str,
    kind: str,
    author: Person | None,
    options: Mapping[str, Any] | None = None,
    at_once: bool = False,
) -> Source:
    """Keep a file and have it looked at; with ``at_once`` have it loaded without a look."""
    source = Source(kind=SourceKind(kind), author=author, options=dict(options or {}))
    return bring(source, stream=stream, name=name, begin=lambda one: _check(one, at_once=at_once))


@transaction.atomic
def look_again(*, source: Source, options: Mapping[str, Any]) -> Source:
    """Look at the file anew, read in another way."""
    held = hold(source, State.REFUSED, State.CHECKED)
    if not held.upload.exists():
        raise RefusedError(_("%(file)s was loaded before, and is kept no longer. Bring it again to read it in another way.") % {"file": held.file_name})  # fmt: skip
    held.options = dict(options)
    return _check(held)


@transaction.atomic
def load_source(*, source: Source, author: Author) -> Source:
    """Have a file counted that was looked at."""
    held = hold(source, State.CHECKED)
    summary = gettext_noop("Loading %(file)s")
    return begin(held, State.LOADING, "market.load", summary, author, source_id=held.pk, via=author.via)


@transaction.atomic
def withdraw_source(*, source: Source, author: Author) -> Act | None:
    """Let a file count no more. What was loaded before it of the same areas counts again."""
    return note_withdrawn(hold(source, State.LOADED), author)


def write_figures(source: Source, rows: pl.DataFrame) -> None:
    """What a file tells, area by area. Within the transaction that lets it count."""
    source.figures.all().delete()
    AreaFigure.objects.bulk_create(
        (AreaFigure(source=source, **row) for row in rows.iter_rows(named=True)), batch_size=CHUNK
    )


def _check(source: Source, *, at_once: bool = False) -> Source:
    summary = gettext_noop("Checking %(file)s")
    return begin(source, State.CHECKING, "market.check", summary, source_id=source.pk, at_once=at_once)
