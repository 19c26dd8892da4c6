"""What people do with files of invoices: bring one, look at what would become of it, load it, withdraw it, forget it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from terrier.intake.files import MAX_FILE_BYTES
from terrier.office.audit.rows import change_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError
from terrier.office.imports.services import too_large
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.people.models import Person
from terrier.office.sales.models import Load, LoadKind, LoadState

if TYPE_CHECKING:
    from _typeshed import SupportsRead

READING = ("columns", "dates", "credit_notes", "currency", "decimal")


def bring_file(
    *,
    stream: SupportsRead[bytes],
    name: str,
    kind: str,
    author: Person,
    options: Mapping[str, Any] | None = None,
    at_once: bool = False,
) -> Load:
    """Keep a file and have it looked at; with ``at_once`` have it loaded without a look."""
    load = Load(kind=LoadKind(kind), file_name=Path(name).name[-200:] or "file", author=author)
    load.options = _told(options or {})
    load.path.mkdir(parents=True, mode=0o700)
    try:
        with load.upload.open("wb") as out:
            shutil.copyfileobj(stream, out, 2**20)
        load.n_bytes = load.upload.stat().st_size
        if load.n_bytes > MAX_FILE_BYTES:
            raise RefusedError(too_large(load.n_bytes))
        with transaction.atomic():
            load.save()
            if at_once:
                _begin(load, LoadState.LOADING, "sales.load", gettext_noop("Loading %(file)s"))
            else:
                _begin(load, LoadState.CHECKING, "sales.check", gettext_noop("Checking %(file)s"))
    except BaseException:
        shutil.rmtree(load.path, ignore_errors=True)
        raise
    return load


@transaction.atomic
def look_again(*, load: Load, options: Mapping[str, Any]) -> Load:
    """Look at the file anew, read in another way."""
    held = _hold(load, LoadState.REFUSED, LoadState.CHECKED)
    held.options = _told(options)
    return _begin(held, LoadState.CHECKING, "sales.check", gettext_noop("Checking %(file)s"))


@transaction.atomic
def take_in(*, load: Load) -> Load:
    """Load what was looked at."""
    held = _hold(load, LoadState.CHECKED)
    return _begin(held, LoadState.LOADING, "sales.load", gettext_noop("Loading %(file)s"))


@transaction.atomic
def take_out(*, load: Load, author: Person) -> Load:
    """Withdraw a load, whole."""
    held = _hold(load, LoadState.LOADED)
    if not held.ledger_id:
        raise RefusedError(_("It brought nothing to the ledger that could be withdrawn."))
    return _begin(held, LoadState.WITHDRAWING, "sales.withdraw", gettext_noop("Withdrawing %(file)s"), author)


@transaction.atomic
def forget(*, load: Load) -> None:
    """Forget a file of which nothing is in the ledger."""
    held = _hold(load, LoadState.REFUSED, LoadState.CHECKED)
    path = held.path
    held.delete()
    transaction.on_commit(lambda: shutil.rmtree(path, ignore_errors=True))


def mark_loaded(*, load: Load, report: Mapping[str, Any], ledger_id: str, author: Author) -> None:
    """Note what became of a file. Within the transaction that ends its job."""
    load.report, load.ledger_id = (
        dict(report),
        ledger_id,
    )  # what the page of the load tells, and nobody decided
    load.save(update_fields=["report", "ledger_id"])
    record = Record(author, _("Loaded %(file)s") % {"file": load.file_name})
    change_row(record, load, {"state": LoadState.LOADED, "loaded_at": timezone.now(), "problem": ""})
    save_act(record)


def mark_withdrawn(*, load: Load, author: Author) -> None:
    load.ledger_id = ""
    load.save(update_fields=["ledger_id"])
    record = Record(author, _("Withdrew %(file)s") % {"file": load.file_name})
    change_row(record, load, {"state": LoadState.WITHDRAWN, "withdrawn_at": timezone.now()})
    save_act(record)


def _told(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name in READING and value}


def _hold(load: Load, *states: LoadState) -> Load:
    held = Load.objects.select_for_update().get(pk=load.pk)
    if held.standing not in states:
        raise RefusedError(
            _("This cannot be done now: %(file)s is “%(state)s”.")
            % {"file": held.file_name, "state": held.standing.label}
        )
    return held


def _begin(load: Load, state: LoadState, kind: str, summary: str, author: Person | None = None) -> Load:
    load.state, load.problem = state, ""
    load.job = enqueue(
        kind, author=author or load.author, summary=said(summary, file=load.file_name), load_id=load.pk
    )
    load.save()
    return load
