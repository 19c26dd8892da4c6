"""Statements that are written out once and asked all day: to build one from the models took longer than to run it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.sql import Query


def asked(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement. PostgreSQL reads and plans it once a connection, and not for each request: that took it longer
    than to run it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            from psycopg import Cursor  # noqa: PLC0415 - not everybody has PostgreSQL

            # Django's own writes the values into the statement, so that none is ever like the one before
            cursor.cursor = Cursor(connection.connection)
        cursor.execute(statement, values)
        return list(cursor.fetchall())


@cache
def columns(model: type[models.Model], alias: str, names: tuple[str, ...]) -> str:
    """Fields of a model, to be selected."""
    quote = connection.ops.quote_name
    return ", ".join(f"{alias}.{quote(_field(model, name).column)}" for name in names)


def as_read(
    model: type[models.Model], names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> Iterable[list[Any]]:
    """Rows that begin with these fields, as Django reads them: SQLite has neither decimals nor moments of its own."""
    converted: Iterable[list[Any]] = (
        Query(model).get_compiler(connection=connection).apply_converters(rows, _converters(model, names))
    )
    return converted


@cache
def _converters(model: type[models.Model], names: tuple[str, ...]) -> dict[int, Any]:
    found: dict[int, Any] = (
        Query(model)
        .get_compiler(connection=connection)
        .get_converters([_field(model, name).get_col("") for name in names])
    )
    return found


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)
