"""The tables of one manifest, for Ibis, on whatever engine; here by DuckDB, from the files themselves."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import ibis
import polars as pl
from ibis.expr import types as ir

from terrier.ledger.columns import LINES, PRODUCTS
from terrier.ledger.store import BOOKS, MONTHLY, ORDERS, PRICES, Manifest

MOST_BOOKS = 100


@dataclass(frozen=True)
class Tables:
    """The tables of one manifest. A table without a file yet is there, and empty."""

    folder: Path
    manifest: Manifest
    backend: Any

    @cached_property
    def lines(self) -> ir.Table:
        return self.table("lines", self.manifest.lines(), LINES)

    @cached_property
    def products(self) -> ir.Table:
        return self.table("products", list(filter(None, [self.manifest.products])), PRODUCTS)

    @cached_property
    def monthly(self) -> ir.Table:
        return self.table("monthly", list(self.manifest.monthly.values()), MONTHLY)

    @cached_property
    def orders(self) -> ir.Table:
        return self.table("orders", list(self.manifest.orders.values()), ORDERS)

    @cached_property
    def prices(self) -> ir.Table:
        return self.table("prices", list(self.manifest.prices.values()), PRICES)

    def table(self, name: str, paths: list[str], schema: Mapping[str, pl.DataType]) -> ir.Table:
        """One of the ledger's tables: the rows of some of its files."""
        raise NotImplementedError

    def frame(self, rows: pl.DataFrame) -> ir.Table:
        """Rows from outside the ledger, as a table beside its own."""
        raise NotImplementedError

    def kept(self, table: ir.Table) -> ir.Table:
        """A table reckoned now, once."""
        raise NotImplementedError

    def remembered(self, name: str, made: Callable[[], ir.Table], *, whole: bool) -> ir.Table:
        """A table reckoned now, or found where it was reckoned before from the same manifest. ``whole``: it tells of all accounts."""
        return self.kept(made())

    def fetched(self, table: ir.Table) -> pl.DataFrame:
        """The rows of a table."""
        rows: pl.DataFrame = table.to_polars()
        return rows


class DuckDBTables(Tables):
    """By DuckDB, in this process."""

    def table(self, name: str, paths: list[str], schema: Mapping[str, pl.DataType]) -> ir.Table:
        if not paths:
            return self.frame(pl.DataFrame(schema=schema))
        return self.backend.read_parquet([str(self.folder / path) for path in paths])

    def frame(self, rows: pl.DataFrame) -> ir.Table:
        return ibis.memtable(rows)

    def kept(self, table: ir.Table) -> ir.Table:
        return self.backend.create_table(f"kept_{uuid.uuid4().hex}", table, temp=True)

    def remembered(self, name: str, made: Callable[[], ir.Table], *, whole: bool) -> ir.Table:
        """By whatever process: it lies beside the ledger's files until the load after the next, if it is worth it, being of all accounts."""
        file = self.folder / BOOKS / f"{self.manifest.mark}-{name}.parquet"
        if file.exists():
            return self.backend.read_parquet(file)
        table = self.kept(made())
        if whole:
            with suppress(OSError, duckdb.IOException):  # where nobody may write, each reckons for itself
                self._remember(file, table)
        return table

    def _remember(self, file: Path, table: ir.Table) -> None:
        file.parent.mkdir(exist_ok=True)
        beside = file.with_suffix(f".{uuid.uuid4().hex}.new")
        self.backend.to_parquet(table, beside, compression="zstd")
        beside.replace(file)
        books = sorted(file.parent.iterdir(), key=lambda one: one.stat().st_mtime)
        for old in books[:-MOST_BOOKS]:
            old.unlink(missing_ok=True)
