"""A sample as files that `terrier design` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import polars as pl

from terrier.errors import TerrierError
from terrier.sample.generate import Sample

Format = Literal["csv", "xlsx", "parquet"]


def write(sample: Sample, folder: Path, format: Format = "csv", *, force: bool = False) -> list[Path]:
    """Write accounts, reps and chains into a folder, made where missing; returns the files, accounts first.

    Raises
    ------
    TerrierError
        One of the files exists and ``force`` is not set; nothing is written then.
    """
    tables = {"accounts": sample.accounts, "reps": sample.people, "chains": sample.chains}
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
