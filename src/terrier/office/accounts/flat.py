"""Accounts as plain values for the API, by one statement that is written once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.people.models import Incumbency, Person, Position, counting_sql
from terrier.office.statements import as_read, asked, columns

HOLDER = ("holder_position_id", "holder")


def told_flat(ids: Sequence[int], day: dt.date, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Accounts by their numbers, in that order, as plain values: the fields named, and who holds them on a day. One query."""
    if not ids:
        return []
    among, values = _among(ids)
    rows = asked(_statement(names) % among, [*_on(day), *values])
    keys = (*names, *HOLDER)
    told = (dict(zip(keys, each, strict=True)) for each in as_read(Account, names, rows))
    found = {row["id"]: row for row in told}
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
    rows = asked(_holders() % among, [*_on(day), *values])
    return {account: Held(position, person) for account, position, person in rows}


def _among(ids: Sequence[int]) -> tuple[str, list[Any]]:
    """Any of the numbers, and the values that stand in it. PostgreSQL takes them as one: for each number of them
    it would be another statement."""
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
    return (
        f"SELECT {columns(Account, 'account', names)}, held.position_id, person.name FROM {Account._meta.db_table} account {_held()}"
        " WHERE account.id %s"
    )
