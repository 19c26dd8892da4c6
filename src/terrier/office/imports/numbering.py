"""Numbers for objects that are not there yet, taken from the database's own count, so that nobody else gets them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import connection, models, transaction

SMALLEST, LARGEST = 16, 10_000


def new_numbers(model: type[models.Model]) -> Iterator[int]:
    """Numbers that no row of a model has or will be given, without end, reserved in growing blocks.

    Those that are not used in the end are lost, which costs nothing.
    """
    block = SMALLEST
    pk = model._meta.pk
    assert pk is not None
    assert pk.column is not None
    while True:
        yield from _reserve(model._meta.db_table, pk.column, block)
        block = min(2 * block, LARGEST)


def _reserve(table: str, column: str, n: int) -> Iterable[int]:
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, column, n],
            )
            return [number for (number,) in cursor.fetchall()]
        quote = connection.ops.quote_name
        cursor.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT %s, 0 WHERE NOT EXISTS"
            " (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
            [table, table],
        )
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, (SELECT coalesce(max("
            f"{quote(column)}), 0) FROM {quote(table)})) + %s WHERE name = %s",
            [n, table],
        )
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = int(cursor.fetchone()[0])
        return range(last - n + 1, last + 1)
