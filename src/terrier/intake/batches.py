"""Files of many millions of rows, read as tables that follow one another: no more is in memory than one of them takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from terrier.errors import InputError
from terrier.intake.files import refuse_unreadable
from terrier.intake.read import (
    as_utf8,
    cells_of,
    is_binary,
    opened,
    parquet_cells,
    parquet_rows,
    read_table,
    too_long,
)
from terrier.intake.table import Decimal, Table, tabulate

BATCH_BYTES = 2**25
"""Of a text file, at once."""
BATCH_ROWS = 500_000
"""Of a Parquet file, at once."""
MAX_BYTES = 2**33
MAX_ROWS = 2**27


@dataclass(frozen=True)
class Batches:
    """A file's rows, a table at a time. Each has the file's columns; a column without a heading only where it has a value there."""

    file: str
    columns: list[str]
    tables: Callable[[Collection[str] | None], Iterator[Table]]

    def __iter__(self) -> Iterator[Table]:
        return _ahead(self.tables(None))

    def of(self, columns: Collection[str]) -> Iterator[Table]:
        """The same tables, of which some columns alone are needed: others may be missing."""
        return _ahead(self.tables(columns))


def read_batches(path: str | Path, *, decimal: Decimal | None = None) -> Batches:
    """Read a table as `read_table` does, a file that is large by and by.

    What is wrong with a later part of it is told when that is come to.

    Raises
    ------
    InputError
        The file is missing, too large, empty, of another kind, or not what its encoding says.
    """
    file, path = str(path), Path(path)
    refuse_unreadable(file, MAX_BYTES)
    with path.open("rb") as stream:
        magic = stream.read(8)
    if magic.startswith(b"PAR1"):
        n_rows = parquet_rows(file, path)
        if n_rows > MAX_ROWS:
            raise too_long(file, n_rows, MAX_ROWS)
        if n_rows > BATCH_ROWS:
            return _batches(file, lambda only: _of_parquet(file, path, n_rows, decimal, only))
    elif _is_long_text(path, magic):
        return _batches(file, lambda only: _of_text(file, path, decimal, only))
    table = read_table(path, decimal=decimal)
    return Batches(file, table.columns, lambda _only: iter((table,)))


def _ahead(tables: Iterator[Table]) -> Iterator[Table]:
    """The same tables, of which the next is read while one is in hand."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, tables, None)
        while (table := coming.result()) is not None:
            coming = thread.submit(next, tables, None)
            yield table
            del table  # or there would be three of them


def _batches(file: str, tables: Callable[[Collection[str] | None], Iterator[Table]]) -> Batches:
    return Batches(file, next(tables(None)).columns, tables)


def _is_long_text(path: Path, magic: bytes) -> bool:
    """Whether it is a text of several batches. What is no text, or ends its lines as old Macs did, is left to `read_table`."""
    if path.stat().st_size <= BATCH_BYTES or magic.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return False
    with path.open("rb") as stream:
        return not is_binary(path) and b"\n" in stream.read(BATCH_BYTES)


def _of_parquet(
    file: str, path: Path, n_rows: int, decimal: Decimal | None, only: Collection[str] | None
) -> Iterator[Table]:
    for at in range(0, n_rows, BATCH_ROWS):
        cells = [parquet_cells(file, path, at, BATCH_ROWS, only=only, max_rows=MAX_ROWS)]
        yield tabulate(cells, file, header_row=1 + at, decimal=decimal or ".", may_be_empty=True)


def _of_text(file: str, path: Path, decimal: Decimal | None, only: Collection[str] | None) -> Iterator[Table]:
    headings, delimiter, above, places = b"", "", 0, None
    for part in _records(path):
        if delimiter:
            try:
                data, header_row = as_utf8(file, headings + part, None), 1
                cells = [cells_of(file, data, header_row, delimiter, places)]
            except InputError as error:
                raise error if error.row is None else replace(error, row=error.row + above - 1) from None
        else:
            data, header_row, delimiter = opened(file, part, None, 1, MAX_ROWS)
            headings, above = _headings(data, header_row), header_row
            places = _places(cells_of(file, headings, 1, delimiter).row(0), only)
            cells = [cells_of(file, data, header_row, delimiter, places)]
        del data
        n_rows = len(cells[0]) - 1
        yield tabulate(cells, file, header_row=above, decimal=decimal, delimiter=delimiter, may_be_empty=True)
        above += n_rows
        if above > MAX_ROWS:
            raise too_long(file, above, MAX_ROWS)


def _places(headings: tuple[str | None, ...], only: Collection[str] | None) -> list[int] | None:
    """Where some columns stand; None where all are needed, or one of them is not to be found by its heading."""
    named = {" ".join((cell or "").split()): at for at, cell in enumerate(headings)}
    if only is None or not set(only) <= named.keys():
        return None
    return sorted(named[name] for name in only)


def _headings(data: bytes, header_row: int) -> bytes:
    """The record that names the columns; a heading may hold line breaks between quotation marks."""
    start = 0
    for _ in range(header_row - 1):
        start = data.find(b"\n", start) + 1
    end = data.find(b"\n", start) + 1
    while end and data.count(b'"', start, end) % 2:
        end = data.find(b"\n", end) + 1
    return data[start:end] if end else data[start:]


def _records(path: Path) -> Iterator[bytes]:
    """A text in parts that end where a record does: at a line break outside of quotation marks."""
    with path.open("rb") as stream:
        left = b""
        while block := stream.read(BATCH_BYTES):
            left += block
            cut = left.rfind(b"\n") + 1
            quotes = left.count(b'"', 0, cut)
            while cut and quotes % 2:
                before = left.rfind(b"\n", 0, cut - 1) + 1
                quotes -= left.count(b'"', before, cut)
                cut = before
            if cut:
                yield left[:cut]
                left = left[cut:]
    if left:
        yield left
