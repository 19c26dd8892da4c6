"""The ledger by DuckDB, in this process, from its files.

One database a process, whoever asks: its memory is bounded once, and what many questions start from stays in it while they come.
"""

from __future__ import annotations

import os
import uuid
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from threading import Lock
from typing import Any, Final

import duckdb
import ibis
import polars as pl
from ibis.expr import operations as ops
from ibis.expr import types as ir

from terrier.ledger.books import book, keep
from terrier.ledger.tables import Tables

MEMORY: Final = "1GB"
"""Of one process that asks. What a question needs beyond that goes to the disk."""
MOST_ROWS: Final = 2_500_000
"""Of what stays in memory for the next question: about 400 MB."""
MOST_TABLES: Final = 100
KEPT: Final = {"int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR", "date": "DATE"}
"""By Ibis's name: sums of whole numbers come out as numbers twice as wide, and a day a year later as a time, which nothing else is."""


@dataclass(frozen=True, eq=False)
class Shelved:
    """A table of the shelf, there for as long as this is held."""

    name: str
    schema: ibis.Schema
    n_rows: int


@dataclass
class Shelf:
    """Tables that any question of this process may ask, the last used ones. One is dropped when nobody has it in hand any more."""

    database: duckdb.DuckDBPyConnection
    tables: OrderedDict[tuple[str, ...], Shelved] = field(default_factory=OrderedDict)
    gone: deque[str] = field(default_factory=deque)
    lock: Lock = field(default_factory=Lock)

    def find(self, key: tuple[str, ...]) -> Shelved | None:
        with self.lock:
            if key in self.tables:
                self.tables.move_to_end(key)
            return self.tables.get(key)

    def put(self, key: tuple[str, ...], query: str, backend: Any) -> Shelved:
        """The table of a key, made by a query if it is not there."""
        with self.lock:
            while self.gone:
                self.database.execute(f'DROP TABLE IF EXISTS "{self.gone.popleft()}"')
            if key not in self.tables:
                self.tables[key] = self._made(query, backend)
            found = self.tables[key]
            while len(self.tables) > 1 and self._is_full():
                self.tables.popitem(last=False)
            return found

    def _is_full(self) -> bool:
        return len(self.tables) > MOST_TABLES or sum(one.n_rows for one in self.tables.values()) > MOST_ROWS

    def _made(self, query: str, backend: Any) -> Shelved:
        name = f"shelved_{uuid.uuid4().hex}"
        [(n_rows,)] = backend.con.execute(f'CREATE TABLE "{name}" AS {query}').fetchall()
        one = Shelved(name, backend.get_schema(name), n_rows)
        weakref.finalize(one, self.gone.append, name)
        return one


@cache
def _shelf_of(_process: int) -> Shelf:
    spill = Path(gettempdir()) / f"terrier-duckdb-{os.getuid()}"
    settings: dict[str, Any] = {"memory_limit": MEMORY, "temp_directory": str(spill)}
    return Shelf(duckdb.connect(config=settings))


def _shelf() -> Shelf:
    """Of this process: a database does not survive a fork."""
    return _shelf_of(os.getpid())


def connected() -> Any:
    """A connection of one's own to the database of this process, for Ibis."""
    return ibis.duckdb.from_connection(_shelf().database.cursor())


@dataclass(frozen=True)
class DuckDBTables(Tables):
    """By DuckDB, in this process."""

    in_hand: list[Shelved] = field(default_factory=list, repr=False, compare=False)

    def table(self, name: str, paths: list[str], schema: Mapping[str, pl.DataType]) -> ir.Table:
        if not paths:
            return self.frame(pl.DataFrame(schema=schema))
        view = f"{name}_{uuid.uuid4().hex}"
        self._run(f'CREATE TEMP VIEW "{view}" AS SELECT * FROM {_read(self.folder / path for path in paths)}')
        return self._named(view, ibis.Schema.from_polars(pl.Schema(schema)))

    def frame(self, rows: pl.DataFrame) -> ir.Table:
        name = f"frame_{uuid.uuid4().hex}"
        self.backend.con.register(f"{name}_told", rows.to_arrow())
        self._run(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "{name}_told"')
        self.backend.con.unregister(f"{name}_told")
        return self._named(name, ibis.Schema.from_polars(rows.schema))

    def kept(self, table: ir.Table) -> ir.Table:
        name = f"kept_{uuid.uuid4().hex}"
        self._run(f'CREATE TEMP TABLE "{name}" AS {self._typed(table)}')
        return self._named(name, table.schema())

    def remembered(
        self, name: str, made: Callable[[], ir.Table], *, whole: bool, quick: bool = False
    ) -> ir.Table:
        """By whatever process: it lies beside the ledger's files until the next load, if it is worth it, being of all accounts."""
        file = book(self.folder, self.manifest, name)
        found = _shelf().find(self._key(name))
        if found is not None:
            return self._on(found)
        try:
            if not file.exists():
                table = made()
                if not whole:
                    return self.kept(table)
                if quick:
                    return self._put(name, self._typed(table))
                query = self._typed(table)
                to = "(FORMAT parquet, COMPRESSION zstd)"
                keep(file, lambda path: self._run(f"COPY ({query}) TO '{_quoted(path)}' {to}"))
            return self._put(name, f"SELECT * FROM {_read([file])}")
        except (OSError, duckdb.IOException):  # where nobody may write, each reckons for itself
            return self.kept(made())

    def shelved(self, name: str, made: Callable[[], ir.Table]) -> ir.Table:
        found = _shelf().find(self._key(name))
        return self._on(found) if found is not None else self._put(name, self._typed(made()))

    def fetched(self, table: ir.Table) -> pl.DataFrame:
        rows = self._run(self.backend.compile(table)).to_arrow_table()
        found = pl.from_arrow(rows.cast(table.schema().to_pyarrow()))
        assert isinstance(found, pl.DataFrame)
        return found

    def _run(self, query: str) -> Any:
        return self.backend.con.execute(query)

    def _typed(self, table: ir.Table) -> str:
        typed = (
            f'CAST("{name}" AS {KEPT[str(kind)]}) AS "{name}"' if str(kind) in KEPT else f'"{name}"'
            for name, kind in table.schema().items()
        )
        return f"SELECT {', '.join(typed)} FROM ({self.backend.compile(table)}) AS told"

    def _key(self, name: str) -> tuple[str, ...]:
        return (str(self.folder), self.manifest.mark, name)

    def _put(self, name: str, query: str) -> ir.Table:
        return self._on(_shelf().put(self._key(name), query, self.backend))

    def _on(self, one: Shelved) -> ir.Table:
        self.in_hand.append(one)
        return self._named(one.name, one.schema)

    def _named(self, name: str, schema: ibis.Schema) -> ir.Table:
        """A table whose columns are known: nobody need ask for them."""
        return ops.DatabaseTable(name, schema=schema, source=self.backend).to_expr()


def _read(paths: Iterable[Path]) -> str:
    told = ", ".join(f"'{_quoted(path)}'" for path in paths)
    return f"read_parquet([{told}])"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
