"""SQL over changes kept as JSON, ``{"name": ["before", "after"]}``, in the words of the database at hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models
from django.utils import timezone

from terrier.office.audit.models import Entry
from terrier.office.imports.models import Write

BEFORE, AFTER = 0, 1


def value(field: Any, side: int, source: str = "w") -> str:
    """The value before or after, as the column's type, of the change of a field in the changes of a source."""
    if connection.vendor == "postgresql":
        return f"({source}.changes->'{field.name}'->>{side})::{field.db_type(connection)}"
    return f"json_extract({source}.changes, '$.{field.name}[{side}]')"


def told(field: Any, source: str = "w") -> str:
    """Whether the changes of a source tell of a field."""
    if connection.vendor == "postgresql":
        return f"jsonb_exists({source}.changes, '{field.name}')"
    return f"json_type({source}.changes, '$.{field.name}') IS NOT NULL"


def settings(model: type[models.Model], side: int, source: str = "w") -> tuple[str, list[Any]]:
    """SET …: each field of which the changes tell becomes what it was, or what it is to be."""
    table, told_of, params = quote(model._meta.db_table), [], []
    for field in model._meta.concrete_fields:
        column = quote(field.column)
        if field.primary_key or getattr(field, "auto_now_add", False):
            continue
        if getattr(field, "auto_now", False):
            told_of.append(f"{column} = %s")
            params.append(field.get_db_prep_save(timezone.now(), connection))
        elif field.name == "version":
            told_of.append(f"{column} = {table}.{column} + 1")
        else:
            new = value(field, side, source)
            if not field.null and isinstance(field.get_default(), str):
                new = f"COALESCE({new}, '')"  # texts are never null
            told_of.append(f"{column} = CASE WHEN {told(field, source)} THEN {new} ELSE {table}.{column} END")
    return ", ".join(told_of), params


def insert(model: type[models.Model], of: int) -> tuple[str, list[Any]]:
    """Make what an import stages as new. What a row does not say starts as the model says."""
    columns, values = [], []
    params: list[Any] = []
    now = timezone.now()
    for field in model._meta.concrete_fields:
        columns.append(quote(field.column))
        if field.primary_key:
            values.append("w.object_id")
        elif getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            values.append("%s")
            params.append(field.get_db_prep_save(now, connection))
        elif field.null:
            values.append(value(field, AFTER))
        else:
            start = make_password(None) if field.name == "password" else field.get_default()
            values.append(
                f"COALESCE({value(field, AFTER)}, %s)" if start is not None else value(field, AFTER)
            )
            params += [field.get_db_prep_save(start, connection)] if start is not None else []
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) SELECT {', '.join(values)}"
        f" FROM {quote(Write._meta.db_table)} w WHERE w.of_id = %s AND w.object_type = %s AND w.action = 'create'"
    )
    return sql, [*params, of, model._meta.label_lower]


def update(model: type[models.Model], of: int) -> tuple[str, list[Any]]:
    """Change what an import changes, each object in the fields that its row tells of."""
    table = quote(model._meta.db_table)
    new, params = settings(model, AFTER)
    sql = (
        f"UPDATE {table} SET {new} FROM {quote(Write._meta.db_table)} w"
        f" WHERE w.of_id = %s AND w.object_type = %s AND w.action IN ('update', 'restore')"
        f" AND w.object_id = {table}.{quote(_pk(model).column)}"
    )
    return sql, [*params, of, model._meta.label_lower]


def lock(model: type[models.Model], of: int) -> tuple[str, list[Any]]:
    """Keep others from changing what an import is about to change. (SQLite lets one write at a time anyway.)"""
    table, column = quote(model._meta.db_table), quote(_pk(model).column)
    sql = (
        f"SELECT 1 FROM {table} WHERE {column} IN (SELECT w.object_id FROM {quote(Write._meta.db_table)} w"
        f" WHERE w.of_id = %s AND w.object_type = %s AND w.action IN ('update', 'restore')) ORDER BY {column} FOR UPDATE"
    )
    return sql, [of, model._meta.label_lower]


def quote(name: str | None) -> str:
    assert name is not None
    return connection.ops.quote_name(name)


def _pk(model: type[models.Model]) -> Any:
    return model._meta.pk


def take_stock(written: Iterable[type[models.Model]]) -> None:
    """Let PostgreSQL look at what these tables and the record hold now. By itself it does so within a minute of a big load; until
    then it plans as if they were empty, and a list takes seconds."""
    if connection.vendor == "postgresql":
        tables = [Entry._meta.db_table, *(model._meta.db_table for model in written)]
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(map(quote, tables))}")
