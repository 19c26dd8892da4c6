"""A file brought in as a person would, with the jobs done at once."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from typing import Any

from django.apps import apps
from django.core import serializers

from terrier.office.imports import services
from terrier.office.imports.models import Import, Row, State
from terrier.office.jobs.worker import run_one
from terrier.office.people.models import Person


def work() -> None:
    """Everything that waits in the queue."""
    while run_one("test", threading.Event()):
        pass


def bring(
    person: Person, text: str | bytes, kind: str = "accounts", name: str = "file.csv", **options: Any
) -> Import:
    """Read, match as guessed, and check."""
    clear_blanks = options.pop("clear_blanks", False)
    mapping = options.pop("mapping", None)
    data = text if isinstance(text, bytes) else text.encode()
    import_ = services.start_import(
        stream=io.BytesIO(data), name=name, author=person, kind=kind, options=options
    )
    work()
    import_.refresh_from_db()
    if import_.state != State.REFUSED:
        services.match_columns(
            import_=import_,
            kind=kind,
            mapping=mapping or import_.mapping,
            clear_blanks=clear_blanks,
            options={"dates": options.get("dates") or import_.options.get("dates") or "iso"},
        )
        work()
        import_.refresh_from_db()
    return import_


def commit(import_: Import) -> Import:
    services.commit_import(import_=import_)
    work()
    import_.refresh_from_db()
    return import_


def undo(import_: Import, person: Person) -> Import:
    services.undo_import(import_=import_, author=person)
    work()
    import_.refresh_from_db()
    return import_


def deeds(import_: Import) -> list[str]:
    return list(Row.objects.filter(of=import_).order_by("number").values_list("deed", flat=True))


def errors(import_: Import) -> dict[int, dict[str, str]]:
    return dict(Row.objects.filter(of=import_, deed="error").values_list("number", "errors"))


HEAD_AND_ROWS = (
    "id,name,city,status\nN-1,Neue,Akron,Active\nCOLUMBUS,Columbus,Bexley,Active\nDAYTON,Dayton,,sold\n"
)

STATE = (
    "accounts.account", "accounts.contact", "alignment.coverage", "people.person", "people.position",
    "people.incumbency", "people.reportingline",
)  # fmt: skip


def state_hash() -> str:
    """Of everything that imports write, as people see it: without what was deleted, counted or timed."""
    rows = []
    for label in STATE:
        model = apps.get_model(label)
        kept: Any = model._default_manager.all()
        if any(field.name == "deleted_at" for field in model._meta.fields):
            kept = kept.filter(deleted_at=None)
        for row in json.loads(serializers.serialize("json", kept.order_by("pk"))):
            for name in ("version", "updated_at", "created_at", "password"):
                row["fields"].pop(name, None)
            rows.append(row)
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
