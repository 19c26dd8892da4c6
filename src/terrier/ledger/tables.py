"""The tables of one manifest, for Ibis, on whatever engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
from ibis.expr import types as ir

from terrier.ledger.columns import LINES, PRODUCTS
from terrier.ledger.store import MONTHLY, ORDERS, PRICES, Manifest


@dataclass(frozen=True)
class Tables(ABC):
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

    @abstractmethod
    def table(self, name: str, paths: list[str], schema: Mapping[str, pl.DataType]) -> ir.Table:
        """One of the ledger's tables: the rows of some of its files."""

    @abstractmethod
    def frame(self, rows: pl.DataFrame) -> ir.Table:
        """Rows from outside the ledger, as a table beside its own."""

    @abstractmethod
    def kept(self, table: ir.Table) -> ir.Table:
        """A table reckoned now, once."""

    def remembered(
        self, name: str, made: Callable[[], ir.Table], *, whole: bool, quick: bool = False
    ) -> ir.Table:
        """A table reckoned now, or found where it was reckoned before from the same manifest. ``whole``: it tells of all accounts. ``quick``: to
        reckon it is as quick as to read it."""
        return self.kept(made())

    def shelved(self, name: str, made: Callable[[], ir.Table]) -> ir.Table:
        """A table reckoned now, or found where this process reckoned it before from the same manifest."""
        return self.kept(made())

    def fetched(self, table: ir.Table) -> pl.DataFrame:
        """The rows of a table."""
        rows: pl.DataFrame = table.to_polars()
        return rows
