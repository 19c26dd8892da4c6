"""A sample as files that `terrier design` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import polars as pl

from terrier.errors import TerrierError
from terrier.sample.generate import Sample
from terrier.sample.sales import Sales

Format = Literal["csv", "xlsx", "parquet"]
MOST_ROWS = 1_048_575
"""Of a worksheet, below its headings."""


def write(
    sample: Sample, folder: Path, format: Format = "csv", *, sales: Sales | None = None, force: bool = False
) -> list[Path]:
    """Write accounts, reps and chains, and with ``sales`` invoice lines and products, into a folder, made where missing.

    Returns the files, accounts first.

    Raises
    ------
    TerrierError
        One of the files exists and ``force`` is not set, or there are more lines than a worksheet holds; nothing is
        written then.
    """
    tables = {"accounts": sample.accounts, "reps": sample.people, "chains": sample.chains}
    if sales is not None:
        if format == "xlsx" and len(sales.lines) > MOST_ROWS:
            raise TerrierError(
                f"{len(sales.lines):,} invoice lines: a worksheet holds {MOST_ROWS:,}; write them as csv or parquet"
            )
        tables |= {"lines": sales.lines, "products": sales.products}
    files = [folder / f"{name}.{format}" for name in tables]
    taken = [file for file in files if file.exists()]
    if taken and not force:
        raise TerrierError(f"{taken[0]} exists; choose another folder, or overwrite it with --force")
    folder.mkdir(parents=True, exist_ok=True)
    for file, table in zip(files, tables.values(), strict=True):
        _write(table, file, format)
    return files


def _write(table: pl.DataFrame, file: Path, format: Format) -> None:
    if format == "csv":
        table.write_csv(file)
    elif format == "parquet":
        table.write_parquet(file)
    else:
        table.write_excel(file, worksheet=file.stem, autofilter=False, freeze_panes=(1, 0))
