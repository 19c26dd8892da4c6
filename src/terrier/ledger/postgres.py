"""The ledger on PostgreSQL: a copy of its files in tables, brought up to the manifest whenever it is opened."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Final

import ibis
import polars as pl
import psycopg
from ibis.expr import types as ir
from psycopg import sql

from terrier.ledger.columns import LINES, PRODUCTS
from terrier.ledger.store import MONTHLY, ORDERS, PRICES, Ledger, Manifest
from terrier.ledger.tables import Tables

SCHEMA: Final = "terrier_ledger"
LOCK: Final = 7_355_608
"""Of those who bring the copy up to date, one at a time."""

KINDS: Final[Mapping[str, Mapping[str, pl.DataType]]] = {
    "lines": LINES,
    "products": PRODUCTS,
    "monthly": MONTHLY,
    "orders": ORDERS,
    "prices": PRICES,
}
INDEXES: Final = {
    "lines": ("account, date", "date"),
    "monthly": ("month", "account, month"),
    "orders": ("month", "account"),
    "prices": ("month",),
}
TYPES: Final = {
    pl.String: "text",
    pl.Date: "date",
    pl.Int64: "bigint",
    pl.UInt32: "bigint",
    pl.Float64: "double precision",
    pl.Boolean: "boolean",
}

KEPT: Final = {
    "string": "text",
    "date": "date",
    "int64": "bigint",
    "float64": "double precision",
    "boolean": "boolean",
}
"""By Ibis's name: sums of whole numbers come out as numeric, which nothing else is."""


def copied(ledger: Ledger, url: str) -> PostgresTables:
    """The tables of a ledger in a database, after what is new was copied there."""
    connection = psycopg.connect(url)
    manifest = _bring_up(connection, ledger)
    connection.autocommit = True
    return PostgresTables(ledger.folder, manifest, ibis.postgres.from_connection(connection))


class PostgresTables(Tables):
    """By PostgreSQL, from its copy; of the newest manifest that anybody opened."""

    def table(self, name: str, paths: list[str], schema: Mapping[str, pl.DataType]) -> ir.Table:
        return self.backend.table(name, database=SCHEMA).drop("file")

    def frame(self, rows: pl.DataFrame) -> ir.Table:
        name = f"frame_{uuid.uuid4().hex}"
        with self.backend.con.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE TEMP TABLE {} ({})").format(sql.Identifier(name), _columns(rows.schema))
            )
            _copy(cursor, sql.Identifier(name), rows)
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))
        return self.backend.table(name)

    def kept(self, table: ir.Table) -> ir.Table:
        name = f"kept_{uuid.uuid4().hex}"
        with self.backend.con.cursor() as cursor:
            typed = ", ".join(f'"{column}"::{KEPT[str(kind)]}' for column, kind in table.schema().items())
            query = self.backend.compile(table)
            cursor.execute(f'CREATE TEMP TABLE "{name}" AS SELECT {typed} FROM ({query}) AS told')
            cursor.execute(f'ANALYZE "{name}"')
        return self.backend.table(name)


def _bring_up(connection: psycopg.Connection, ledger: Ledger) -> Manifest:
    """Copy the files that are new, delete the rows of those that count no more, in one transaction."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        _lay_out(cursor)
        manifest = ledger.manifest()  # under the lock, so that nobody goes back to an older one
        cursor.execute(f"SELECT path FROM {SCHEMA}.files")
        there = {path for (path,) in cursor.fetchall()}
        for path in sorted(there - manifest.counted()):
            table = sql.Identifier(SCHEMA, path.partition("/")[0])
            cursor.execute(sql.SQL("DELETE FROM {} WHERE file = %s").format(table), [path])
            cursor.execute(f"DELETE FROM {SCHEMA}.files WHERE path = %s", [path])
        for path in sorted(manifest.counted() - there):
            kind = path.partition("/")[0]
            rows = pl.read_parquet(ledger.folder / path).select(*KINDS[kind]).with_columns(file=pl.lit(path))
            _copy(cursor, sql.Identifier(SCHEMA, kind), rows)
            cursor.execute(f"INSERT INTO {SCHEMA}.files VALUES (%s)", [path])
        if there != manifest.counted():
            for kind in KINDS:
                cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(SCHEMA, kind)))
        return manifest


def _lay_out(cursor: psycopg.Cursor) -> None:
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {SCHEMA}.files (path text PRIMARY KEY)")
    for kind, schema in KINDS.items():
        table = sql.Identifier(SCHEMA, kind)
        columns = _columns({**schema, "file": pl.String()})
        cursor.execute(sql.SQL("CREATE TABLE IF NOT EXISTS {} ({})").format(table, columns))
        for at, on in enumerate(("file", *INDEXES.get(kind, ()))):
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {kind}_{at} ON {SCHEMA}.{kind} ({on})")


def _columns(schema: Mapping[str, pl.DataType]) -> sql.Composed:
    told = (
        sql.SQL("{} " + TYPES[kind.base_type()]).format(sql.Identifier(name)) for name, kind in schema.items()
    )
    return sql.SQL(", ").join(told)


def _copy(cursor: psycopg.Cursor, table: sql.Composable, rows: pl.DataFrame) -> None:
    """Rows into a table. A text is quoted even when it is empty, so that nothing alone stands for null."""
    names = sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(table, names)
    with cursor.copy(statement) as copy:
        for part in rows.iter_slices(100_000):
            copy.write(part.write_csv(include_header=False, quote_style="non_numeric"))
