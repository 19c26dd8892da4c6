"""Accounts as plain values for the API, by one statement that is written once: to build it anew from the models for each
request took longer than to run it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.sql import Query

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.people.models import Incumbency, Person, Position, counting_sql

HOLDER = ("holder_position_id", "holder")


def told_flat(ids: Sequence[int], day: dt.date, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Accounts by their numbers, in that order, as plain values: the fields named, and who holds them on a day. One query."""
    if not ids:
        return []
    among, values = _among(ids)
    with connection.cursor() as cursor:
        cursor.execute(_statement(names) % among, [*_on(day), *values])
        rows = cursor.fetchall()
    converted = Query(Account).get_compiler(connection=connection).apply_converters(rows, _converters(names))
    keys = (*names, *HOLDER)
    found = {row["id"]: row for row in (dict(zip(keys, each, strict=True)) for each in converted)}
    return [found[key] for key in ids if key in found]


class Held(NamedTuple):
    """By whom an account is held: the position, and who sits on it."""

    position: str
    person: str | None


def held_by(ids: Sequence[int], day: dt.date) -> dict[int, Held]:
    """Who holds accounts on a day, of those that anybody holds. One query."""
    if not ids:
        return {}
    among, values = _among(ids)
    with connection.cursor() as cursor:
        cursor.execute(_holders() % among, [*_on(day), *values])
        return {account: Held(position, person) for account, position, person in cursor.fetchall()}


def _among(ids: Sequence[int]) -> tuple[str, list[Any]]:
    """Any of the numbers, and the values that stand in it. PostgreSQL takes them as one: each asks its driver to read a statement
    of another length."""
    if connection.vendor == "postgresql":
        return "= ANY (%s)", [list(ids)]
    return f"IN ({', '.join(['%s'] * len(ids))})", list(ids)


def _on(day: dt.date) -> list[Any]:
    """The values that ``_held`` asks for."""
    return [day, day, CoverageKind.PRIMARY.value, day, day]


@cache
def _holders() -> str:
    return (
        f"SELECT account.id, chair.name, person.name FROM {Account._meta.db_table} account {_held()}"
        f" JOIN {Position._meta.db_table} chair ON chair.id = held.position_id WHERE account.id %s"
    )


def _held() -> str:
    """Joins to an account the row of coverage by which it is held and who sits there; the days and the kind are asked for."""
    held, seat = (counting_sql(alias).replace("%", "%%") for alias in ("held", "seat"))
    return (
        f"LEFT JOIN {Coverage._meta.db_table} held ON held.account_id = account.id"
        f" AND {held} AND held.kind = %%s"
        f" LEFT JOIN {Incumbency._meta.db_table} seat ON seat.position_id = held.position_id AND {seat}"
        f" LEFT JOIN {Person._meta.db_table} person ON person.id = seat.person_id"
    )


@cache
def _statement(names: tuple[str, ...]) -> str:
    """With ``%%s`` for the values, and one ``%s`` for which accounts."""
    quoted = ", ".join(f"account.{connection.ops.quote_name(_column(name))}" for name in names)
    return (
        f"SELECT {quoted}, held.position_id, person.name FROM {Account._meta.db_table} account {_held()}"
        " WHERE account.id %s"
    )


@cache
def _converters(names: tuple[str, ...]) -> dict[int, Any]:
    """How Django reads the columns: SQLite has neither decimals nor moments of its own."""
    columns = [Account._meta.get_field(name).get_col("account") for name in names]  # type: ignore[union-attr]
    converters: dict[int, Any] = Query(Account).get_compiler(connection=connection).get_converters(columns)
    return converters


def _column(name: str) -> str:
    return str(Account._meta.get_field(name).column)  # type: ignore[union-attr]
