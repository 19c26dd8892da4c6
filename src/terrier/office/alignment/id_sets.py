"""Very many numbers handed to the database as one value, where a list of parameters would be too long."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL


def id_set(ids: Iterable[int]) -> RawSQL:
    """A subquery of the numbers, for ``filter(account__in=id_set(ids))``."""
    sql, value = id_set_sql(ids)
    return RawSQL(sql, [value])


def id_set_sql(ids: Iterable[int]) -> tuple[str, Any]:
    """The same for hand-written SQL: the subquery, and its one parameter."""
    numbers = [int(number) for number in ids]
    if connection.vendor == "postgresql":
        return "SELECT unnest(%s::bigint[])", numbers
    return "SELECT value FROM json_each(%s)", json.dumps(numbers)
