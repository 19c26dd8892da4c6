"""Read a file that a stranger may have made, in a process of its own with bounded memory and time.

Whatever the file does to the readers — a sheet with one cell in its last corner, a bomb, a crash — ends that process and
nothing else. The cells come back as a Parquet file of texts, so that a million rows never stand in the caller's memory.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from terrier.errors import InputError
from terrier.intake.files import MAX_FILE_BYTES, refuse_unreadable

MEMORY_BYTES = 1800 * 2**20
SECONDS = 120
ROW = "#row"
"""The column that says in which row of the file a row stands."""
GROUP = 20_000
"""Rows in each group of the Parquet file: what it is read by."""

_THREADS = "2"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was read. columns : the headings. decimal and delimiter : as `Table` has them."""

    columns: list[str]
    n_rows: int
    decimal: str | None
    delimiter: str | None


def read_sealed(
    path: Path,
    out: Path,
    *,
    file: str,
    max_rows: int,
    sheet: str | None = None,
    encoding: str | None = None,
    header_row: int = 1,
    decimal: str | None = None,
    memory_bytes: int = MEMORY_BYTES,
    seconds: int = SECONDS,
) -> Sealed:
    """Read one table and write its texts, and the row of each, to ``out``.

    ``file`` is what the file is called in errors. Raises InputError as `read_table` does, and where the file takes more
    memory or time than a file of its kind may.
    """
    try:
        refuse_unreadable(str(path))
    except InputError as error:
        error.file = file
        raise
    asked = {
        "memory_bytes": memory_bytes,
        "seconds": seconds,
        "path": str(path),
        "out": str(out),
        "read": {"file": file, "max_rows": max_rows, "sheet": sheet, "encoding": encoding}
        | {"header_row": header_row, "decimal": decimal},
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "POLARS_MAX_THREADS": _THREADS},
            timeout=seconds + 10,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InputError(file, f"took longer than {seconds} seconds to read") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise InputError(
            file,
            f"takes more than {memory_bytes / 1e9:,.1f} GB of memory or {seconds} seconds to read, or is damaged",
            hint="Save it as CSV with only the columns that matter.",
        ) from None
    if "error" in answer:
        raise InputError(**answer["error"])
    return Sealed(**answer["read"])


def read_here(path: Path, out: Path, *, file: str, max_rows: int, **options: Any) -> Sealed:
    """What `read_sealed` does, but in this process: for files of our own making."""
    import polars as pl  # noqa: PLC0415 - after the limits are set

    from terrier.intake.read import read_table  # noqa: PLC0415

    try:
        table = read_table(path, max_rows=max_rows, **options)
    except InputError as error:
        error.file = error.file.replace(str(path), file)
        raise
    if table.n_rows > max_rows:
        raise InputError(
            file,
            f"has {table.n_rows:,} rows; at most {max_rows:,} are read at once",
            hint="Divide it into several files.",
        )
    held = table.frame.select(pl.sum_horizontal(pl.all().str.len_bytes().cast(pl.Int64).sum())).item()
    if held > MAX_FILE_BYTES:
        raise InputError(
            file,
            f"holds {held / 2**20:,.0f} MB of texts; at most {MAX_FILE_BYTES / 2**20:,.0f} MB are read",
            hint="Keep only the columns that matter.",
        )
    frame = table.frame.with_columns(pl.Series(ROW, table.rows))
    frame.write_parquet(out, compression="lz4", row_group_size=GROUP, statistics=False)
    return Sealed(table.columns, table.n_rows, table.decimal, table.delimiter)


def _limit(memory_bytes: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    asked = json.loads(sys.stdin.read())
    _limit(asked["memory_bytes"], asked["seconds"])
    answer: dict[str, Any]
    try:
        answer = {"read": asdict(read_here(Path(asked["path"]), Path(asked["out"]), **asked["read"]))}
    except InputError as error:
        answer = {"error": asdict(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
