"""Which engine answers: DuckDB, PostgreSQL or Spark, as TERRIER_LEDGER says."""

from __future__ import annotations

import os

from terrier.errors import TerrierError
from terrier.ledger.duck import DuckDBTables, connected
from terrier.ledger.store import Ledger
from terrier.ledger.tables import Tables

SETTING = "TERRIER_LEDGER"


class EngineError(TerrierError, ValueError):
    """There is no such engine, or it is not installed."""


def open_ledger(ledger: Ledger, engine: str | None = None) -> Tables:
    """The ledger's tables: all of one manifest, whatever is loaded meanwhile.

    Parameters
    ----------
    engine : "duckdb", in this process, from the ledger's files; the URL of a PostgreSQL database, into which what is new is copied first;
    or "spark://host:port", which reads the files itself. What TERRIER_LEDGER says by default, else DuckDB.

    Raises
    ------
    EngineError
        There is no such engine, or what it needs is not installed.
    """
    asked = engine or os.environ.get(SETTING) or "duckdb"
    if asked == "duckdb":
        return DuckDBTables(ledger.folder, ledger.manifest(), connected())
    if asked.startswith(("postgresql://", "postgres://")):
        from terrier.ledger.postgres import copied  # noqa: PLC0415  heavy, and only for those who have it

        return copied(ledger, asked)
    if asked.startswith(("spark://", "local[")):
        try:
            from terrier.ledger.spark import session  # noqa: PLC0415  heavy, and only for those who have it
        except ImportError as error:
            raise EngineError(
                f"{SETTING}={asked} needs PySpark: pip install 'terrier-sales[spark]'."
            ) from error
        return session(ledger.folder, ledger.manifest(), asked)
    raise EngineError(
        f"{SETTING}={asked.partition('://')[0]} is no engine: say duckdb, postgresql://user:password@host/database or spark://host:port."
    )
