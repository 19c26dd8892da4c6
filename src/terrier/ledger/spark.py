"""The ledger on Apache Spark: its workers read the ledger's files, which must lie where all of them can."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import polars as pl
from ibis.expr import types as ir
from pyspark.sql import SparkSession

from terrier.ledger.store import Manifest
from terrier.ledger.tables import Tables


def session(folder: Path, manifest: Manifest, master: str) -> SparkTables:
    """The tables of a manifest on a cluster."""
    return SparkTables(folder.resolve(), manifest, _connected(master))


@cache
def _connected(master: str) -> Any:
    """One session a process: it takes seconds to begin. Whatever else it needs stands in spark-defaults.conf."""
    builder = SparkSession.builder.master(master).appName("Terrier")
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())


class SparkTables(Tables):
    """By Spark, from the ledger's files."""

    def table(self, name: str, paths: list[str], schema: Mapping[str, pl.DataType]) -> ir.Table:
        if not paths:
            return self.frame(pl.DataFrame(schema=schema))
        return self._named(self._session.read.parquet(*(str(self.folder / path) for path in paths)))

    def frame(self, rows: pl.DataFrame) -> ir.Table:
        return self._named(self._session.createDataFrame(rows.to_arrow(compat_level=pl.CompatLevel.oldest())))

    def kept(self, table: ir.Table) -> ir.Table:
        return self._named(self._session.sql(self.backend.compile(table)).cache())

    def fetched(self, table: ir.Table) -> pl.DataFrame:
        rows = pl.from_arrow(self._session.sql(self.backend.compile(table)).toArrow())
        assert isinstance(rows, pl.DataFrame)
        return rows

    @property
    def _session(self) -> Any:
        return self.backend._session

    def _named(self, frame: Any) -> ir.Table:
        name = f"terrier_{uuid.uuid4().hex}"
        frame.createOrReplaceTempView(name)
        return self.backend.table(name)
