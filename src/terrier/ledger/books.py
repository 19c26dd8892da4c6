"""What was reckoned from a manifest, beside the ledger's files: found by every process until the next load."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import polars as pl

from terrier.ledger.store import BOOKS, Manifest

MOST_BOOKS: Final = 100
"""Files; the oldest go first."""


def book(folder: Path, manifest: Manifest, name: str) -> Path:
    """Where it lies, if it does. A writer sweeps those of other manifests away."""
    return folder / BOOKS / f"{manifest.mark}-{name}.parquet"


def keep(file: Path, write: Callable[[Path], object]) -> None:
    """Write one, there whole or not at all. Raises OSError where nobody may."""
    file.parent.mkdir(exist_ok=True)
    beside = file.with_suffix(f".{uuid.uuid4().hex}.new")
    try:
        write(beside)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    with suppress(FileNotFoundError):  # others keep theirs
        books = sorted(file.parent.iterdir(), key=lambda one: one.stat().st_mtime)
        for old in books[:-MOST_BOOKS]:
            old.unlink(missing_ok=True)


def remembered_rows(
    folder: Path, manifest: Manifest, name: str, made: Callable[[], pl.DataFrame]
) -> pl.DataFrame:
    """Rows reckoned now, or found where any process reckoned them before from the same manifest."""
    file = book(folder, manifest, name)
    with suppress(OSError):
        return pl.read_parquet(file)
    rows = made()
    with suppress(OSError):  # where nobody may write, each reckons for itself
        keep(file, rows.write_parquet)
    return rows
