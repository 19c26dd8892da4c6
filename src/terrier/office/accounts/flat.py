"""Accounts of a page by their numbers, for the API and the list, by statements that are written once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from terrier.office.accounts.models import Account, Task
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.people.models import Incumbency, Person, Position, counting_sql
from terrier.office.statements import as_read, asked, columns

HOLDER = ("holder_position_id", "holder")
WHOLE = tuple(field.attname for field in Account._meta.concrete_fields)


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


def held_accounts(ids: Sequence[int], day: dt.date) -> dict[int, Account]:
    """Accounts by their numbers, each with the name of its chain's top, and who holds it on a day as ``held``. One query."""
    if not ids:
        return {}
    among, values = _among(ids)
    found: dict[int, Account] = {}
    rows = as_read(Account, WHOLE, asked(_held_statement() % among, [*_on(day), *values]))
    for *told, chain, position, person in rows:
        row: Any = Account.from_db(connection.alias, WHOLE, told)
        if row.chain_id is not None:  # all else about the top is read if somebody asks
            row.chain = Account.from_db(connection.alias, ("id", "name"), (row.chain_id, chain))
        row.held = Held(position, person) if position is not None else None
        found[row.pk] = row
    return found


class FirstTask(NamedTuple):
    account_id: int
    title: str
    due_on: dt.date | None


def first_tasks(ids: Sequence[int]) -> dict[int, FirstTask]:
    """The open task of each account that is due first, if it has one: its title and its day. One query."""
    if not ids:
        return {}
    among, values = _among(ids)
    found: dict[int, FirstTask] = {}
    for task in map(FirstTask._make, as_read(Task, FirstTask._fields, asked(_open_tasks() % among, values))):
        found.setdefault(task.account_id, task)
    return found


@cache
def _open_tasks() -> str:
    return (
        f"SELECT {columns(Task, 'task', FirstTask._fields)} FROM {Task._meta.db_table} task WHERE task.account_id %s"
        " AND task.done_at IS NULL AND task.deleted_at IS NULL ORDER BY task.due_on NULLS LAST"
    )


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
def _held_statement() -> str:
    accounts = Account._meta.db_table
    return (
        f"SELECT {columns(Account, 'account', WHOLE)}, top.name, chair.name, person.name FROM {accounts} account {_held()}"
        f" LEFT JOIN {Position._meta.db_table} chair ON chair.id = held.position_id"
        f" LEFT JOIN {accounts} top ON top.id = account.chain_id WHERE account.id %s"
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
