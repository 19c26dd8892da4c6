"""A file as texts: every cell trimmed, blank cells null, every row knowing where a spreadsheet shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrier.errors import InputError

Decimal = Literal[".", ","]

LISTED = 8
MAX_COLUMNS = 1000
NUMERIC = r"[-+$€£]?[\d.,]+%?"
_SPACES = " \t\r\n\u00a0\u2007\u202f\ufeff"
_GUARD = r"^'([=+\-@|])"  # the apostrophe that our exports, and others, put before what a spreadsheet takes for a formula


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One table of a file.

    file : as the user named it. frame : texts only. rows : (n,) row in a spreadsheet, the header being row 1.
    decimal : how the user says numbers are written; None when they did not say. delimiter : of a text file.
    """

    file: str
    frame: pl.DataFrame
    rows: NDArray[np.int64]
    decimal: Decimal | None = None
    delimiter: str | None = None

    @property
    def n_rows(self) -> int:
        return len(self.rows)

    @property
    def columns(self) -> list[str]:
        return self.frame.columns

    def texts(self, column: str) -> list[str | None]:
        return self.frame[column].to_list()

    def kept(self, mask: NDArray[np.bool_]) -> Table:
        """The same table with only the rows where ``mask`` is true."""
        return Table(
            self.file, self.frame.filter(pl.Series(mask)), self.rows[mask], self.decimal, self.delimiter
        )

    def error(
        self,
        problem: str,
        *,
        at: int | None = None,
        column: str | None = None,
        hint: str | None = None,
        value: str | None = None,
    ) -> InputError:
        """An error at position ``at`` of this table; its value is read from the table unless given."""
        if at is not None and column is not None and value is None:
            value = self.frame[column][at]
        row = None if at is None else int(self.rows[at])
        return InputError(self.file, problem, row=row, column=column, value=value, hint=hint)

    def refuse(
        self, bad: NDArray[np.bool_], problem: str, *, column: str | None = None, hint: str | None = None
    ) -> None:
        """Raise for the first bad row, saying how many more there are and where; do nothing when there is none."""
        where = np.flatnonzero(bad)
        if len(where):
            parts = [more_rows(self.rows[where[1:]].tolist()), hint or ""]
            raise self.error(problem, at=int(where[0]), column=column, hint=" ".join(filter(None, parts)))


def more_rows(rows: Sequence[int]) -> str:
    """ "The same in 3 more rows: 5, 9, 12." or nothing."""
    if not rows:
        return ""
    shown = ", ".join(f"{row:,}" for row in rows[:LISTED]) + (" …" if len(rows) > LISTED else "")
    return f"The same in {len(rows):,} more row{'s' * (len(rows) > 1)}: {shown}."


def tabulate(
    cells: list[pl.DataFrame],
    file: str,
    *,
    header_row: int,
    decimal: Decimal | None,
    delimiter: str | None = None,
    may_be_empty: bool = False,
) -> Table:
    """Turn cells into a table: their first row, row ``header_row`` of the file, names the columns.

    ``cells`` is a list of one, which is emptied: a million rows need not be in memory twice.
    """
    trimmed = _trimmed(cells.pop())
    if trimmed.is_empty() or all(column.null_count() == trimmed.height for column in trimmed):
        raise InputError(file, "is empty", hint="A header row and one row for each account are needed.")
    blank = int(trimmed.select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_max() or 0)
    header_row += blank
    header = trimmed.row(blank)
    body = trimmed.slice(blank + 1)
    _refuse_bad_header(header, body, file, header_row)
    used = [i for i, cell in enumerate(header) if cell or body[:, i].null_count() < body.height]
    if len(used) > MAX_COLUMNS:
        raise InputError(
            file,
            f"has {len(used):,} columns; at most {MAX_COLUMNS:,} are read",
            hint="Keep only the columns that matter.",
        )
    names = _column_names(header, used, file, header_row)
    body = body.select([pl.col(body.columns[i]).alias(name) for i, name in zip(used, names, strict=True)])
    filled = body.select(pl.any_horizontal(pl.all().is_not_null()).alias("filled"))["filled"].to_numpy()
    rows = np.arange(header_row + 1, header_row + 1 + body.height)
    if not (filled.any() or may_be_empty):
        raise InputError(file, "has a header and no rows below it")
    return Table(file, body.filter(pl.Series(filled)), rows[filled], decimal, delimiter)


def _trimmed(cells: pl.DataFrame) -> pl.DataFrame:
    """Step by step: in a single expression each text would be trimmed twice, and few columns have an apostrophe to look behind."""
    trimmed = cells.with_columns(pl.all().cast(pl.String).str.strip_chars(_SPACES))
    guarded = [column.name for column in trimmed if column.str.starts_with("'").any()]
    trimmed = trimmed.with_columns(pl.col(guarded).str.replace(_GUARD, "$1"))
    return trimmed.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _refuse_bad_header(
    header: tuple[str | None, ...], body: pl.DataFrame, file: str, header_row: int
) -> None:
    filled = [cell for cell in header if cell]
    numeric = [cell for cell in filled if re.fullmatch(NUMERIC, cell)]
    if numeric and len(numeric) >= max(1, len(filled) // 4):
        raise InputError(
            file,
            "has no header: the first row looks like data",
            row=header_row,
            value=numeric[0],
            hint="Add a first row that names the columns.",
        )
    if len(filled) == 1 and len(header) > 2 and body.height:
        widest = max(sum(cell is not None for cell in row) for row in body.head(20).iter_rows())
        if widest > 2:
            raise InputError(
                file,
                "has a title where the header should be",
                row=header_row,
                value=filled[0],
                hint=_better_header(body, header_row),
            )


def _better_header(body: pl.DataFrame, title_row: int) -> str:
    """Where the header is, if a row soon after the title is as wide as the table and all words."""
    near = body.head(20).rows()
    widest = max(sum(cell is not None for cell in row) for row in near)
    for below, row in enumerate(near, start=1):
        cells = [cell for cell in row if cell]
        if len(cells) >= widest - 1 and not any(re.fullmatch(NUMERIC, cell) for cell in cells):
            return f"Pass --header-row {title_row + below}, if that row names the columns."
    return "Pass --header-row with the row that names the columns."


def _column_names(header: tuple[str | None, ...], used: list[int], file: str, header_row: int) -> list[str]:
    """A name for each used column. One without a heading goes by its letter; two of a name are refused."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for position in used:
        name = re.sub(r"\s+", " ", header[position] or f"column {letter(position)}")
        if name.casefold() in seen:
            raise InputError(
                file,
                f"two columns have the same name: {letter(seen[name.casefold()])} and {letter(position)}",
                row=header_row,
                column=name,
                hint="Rename or delete one of them.",
            )
        seen[name.casefold()] = position
        names.append(name)
    return names


def letter(position: int) -> str:
    """Column 0 is A, 25 is Z, 26 is AA, as spreadsheets name them."""
    name = ""
    position += 1
    while position:
        position, digit = divmod(position - 1, 26)
        name = chr(ord("A") + digit) + name
    return name
