"""Staged rows on their way into the database: many at once, by the quickest road each database has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models, transaction

from terrier.office.imports.kinds.base import Outcome
from terrier.office.imports.models import Import, Mend, Row, Write

RANGE = 20_000
"""Rows deleted in one transaction, so that others can write in between."""


def stage(import_: Import, rows: Sequence[Outcome]) -> None:
    """Keep what became of some rows, and what they would write."""
    with transaction.atomic():
        insert_many(
            Row,
            ("of", "number", "key", "deed", "values", "errors"),
            (
                (
                    import_.pk,
                    row.number,
                    _kept(row.key)[:200],
                    str(row.deed),
                    _json(row.cells),
                    _json(row.errors),
                )
                for row in rows
            ),
        )
        insert_many(
            Write,
            ("of", "number", "action", "object_type", "object_id", "object_label", "account_id", "changes"),
            (
                (
                    import_.pk, row.number, str(write.action), write.object_type, write.object_id, write.label[:160],
                    write.account_id, _json(write.changes),
                )
                for row in rows
                if not row.errors
                for write in row.writes
            ),
        )  # fmt: skip


def insert_many(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of plain values, in the order of some fields: COPY on PostgreSQL, one prepared statement on SQLite."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)  # type: ignore[union-attr, arg-type]
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(rows))


def unstage(import_: Import) -> None:
    """Forget what an earlier check found, a range of rows at a time."""
    for model in (Write, Row):
        while True:
            first = (
                model._default_manager.filter(of=import_)
                .order_by("number")
                .values_list("number", flat=True)
                .first()
            )
            if first is None:
                break
            model._default_manager.filter(of=import_, number__range=(first, first + RANGE))._raw_delete(
                connection.alias
            )


def mends_of(import_: Import) -> dict[int, Mend]:
    return {mend.number: mend for mend in Mend.objects.filter(of=import_)}


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("\\u0000", "\\ufffd") if "\\u0000" in text else text


def _kept(text: str) -> str:
    return text.replace("\0", "\ufffd")
