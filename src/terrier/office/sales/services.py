"""What people do with files of invoices: bring one, look at what would become of it, load it, withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from terrier.office.audit.services import Author
from terrier.office.brought.models import State
from terrier.office.brought.services import begin, bring, hold, note_loaded, note_withdrawn
from terrier.office.errors import RefusedError
from terrier.office.people.models import Person
from terrier.office.sales.models import Load, LoadKind

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
    load = Load(kind=LoadKind(kind), author=author, options=_told(options or {}))
    return bring(load, stream=stream, name=name, begin=_load if at_once else _check)


@transaction.atomic
def look_again(*, load: Load, options: Mapping[str, Any]) -> Load:
    """Look at the file anew, read in another way."""
    held = hold(load, State.REFUSED, State.CHECKED)
    held.options = _told(options)
    return _check(held)


@transaction.atomic
def take_in(*, load: Load) -> Load:
    """Load what was looked at."""
    return _load(hold(load, State.CHECKED))


@transaction.atomic
def take_out(*, load: Load, author: Author) -> Load:
    """Withdraw a load, whole."""
    held = hold(load, State.LOADED)
    if not held.ledger_id:
        raise RefusedError(_("It brought nothing to the ledger that could be withdrawn."))
    summary = gettext_noop("Withdrawing %(file)s")
    return begin(held, State.WITHDRAWING, "sales.withdraw", summary, author, load_id=held.pk)


def mark_loaded(*, load: Load, report: Mapping[str, Any], ledger_id: str, author: Author) -> None:
    """Note what became of a file. Within the transaction that ends its job."""
    load.report, load.ledger_id = dict(report), ledger_id  # what its page tells, and nobody decided
    load.save(update_fields=["report", "ledger_id"])
    note_loaded(load, author)


def mark_withdrawn(*, load: Load, author: Author) -> None:
    load.ledger_id = ""
    load.save(update_fields=["ledger_id"])
    note_withdrawn(load, author)


def _told(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name in READING and value}


def _check(load: Load) -> Load:
    return begin(load, State.CHECKING, "sales.check", gettext_noop("Checking %(file)s"), load_id=load.pk)


def _load(load: Load) -> Load:
    return begin(load, State.LOADING, "sales.load", gettext_noop("Loading %(file)s"), load_id=load.pk)
