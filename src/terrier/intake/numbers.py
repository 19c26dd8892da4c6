"""Numbers as people write them. A comma that could mean two things is refused, never guessed."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrier.intake.table import Table

LARGEST = 1e15
"""Sums of a million such numbers, and their squares, stay far from overflow."""
_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_MONEY = re.compile(r"^(?:US\$|USD|EUR|GBP|CAD|[$€£])|(?:USD|EUR|GBP|CAD|[$€£])$")
_GROUPED = {
    ".": re.compile(r"^(\d{1,3}(?:,\d{3})+|\d{1,3}(?:['’ ]\d{3})+|\d+)(?:\.(\d*))?$"),
    ",": re.compile(r"^(\d{1,3}(?:\.\d{3})+|\d{1,3}(?:['’ ]\d{3})+|\d+)(?:,(\d*))?$"),
}
_SPACE = re.compile("[\u00a0\u2007\u2009\u202f ]+")


def numbers(table: Table, column: str, *, blanks_as_zero: bool = False) -> NDArray[np.float64]:
    """(n,) the column as numbers; NaN where blank, unless blanks count as 0.

    Reads "1234.5", "$1,234.50", "1 234.5", "(12)" as -12, "1.2e3"; with a decimal comma declared, "1.234,50".

    Raises
    ------
    InputError
        A cell is no number, is written so that it could be two, or is beyond `LARGEST`.
    """
    cells = table.frame[column]
    plain = cells.str.contains(_PLAIN).fill_null(False)
    if table.decimal == ",":
        plain &= ~cells.str.contains(".", literal=True).fill_null(False)
    values = cells.cast(pl.Float64, strict=False).to_numpy().copy()
    easy = plain.to_numpy()
    values[~easy] = np.nan
    unread = np.zeros(table.n_rows, dtype=bool)
    for i in np.flatnonzero(~easy & cells.is_not_null().to_numpy()):
        value = parse(cells[int(i)], _decimal(table))
        unread[i] = value is None
        values[i] = np.nan if value is None else value
    if unread.any():
        _refuse_unread(table, column, unread)
    table.refuse(
        np.abs(values) > LARGEST, "is larger than any amount Terrier reckons with, 1e15", column=column
    )
    if blanks_as_zero:
        values[cells.is_null().to_numpy()] = 0.0
    return values


def measure(table: Table, column: str, *, blanks_as_zero: bool = False) -> NDArray[np.float64]:
    """(n,) the column as amounts: numbers of 0 or more, none missing."""
    values = numbers(table, column, blanks_as_zero=blanks_as_zero)
    table.refuse(
        np.isnan(values),
        "is missing a number",
        column=column,
        hint="Fill it in, or pass --blanks-as-zero where a blank means none.",
    )
    table.refuse(values < 0, "is negative; it must be 0 or more", column=column)
    return values


def parse(text: str, decimal: str | None) -> float | None:
    """One number; None when it is not surely one. ``decimal`` None: a text file whose delimiter is a semicolon."""
    text = _SPACE.sub(" ", text.strip()).replace("−", "-")
    negative = text.startswith("(") and text.endswith(")")
    text = text[1:-1].strip() if negative else text
    for _ in range(2):  # "-$5", "$-5", "5 $-"
        text = _MONEY.sub("", text).strip()
        if text.startswith("-") or text.endswith("-"):
            if negative:
                return None
            negative, text = True, (text[1:] if text.startswith("-") else text[:-1]).strip()
    if decimal is None and "," in text:
        return None
    found = _GROUPED[decimal or "."].match(text.removeprefix("+"))
    if found is None:
        return None
    whole = re.sub(r"\D", "", found[1])
    value = float(f"{whole}.{found[2] or 0}")
    return -value if negative else value


def ratio(text: str) -> float | None:
    """ "5%" and "0.05" are 0.05; None for anything else, and for a bare number above 1, which could mean either."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*", text)
    if found is None:
        return None
    value = float(found[1]) / (100 if found[2] else 1)
    return None if value > 1 and not found[2] else value


def _decimal(table: Table) -> str | None:
    return table.decimal or (None if table.delimiter == ";" else ".")


def _refuse_unread(table: Table, column: str, unread: NDArray[np.bool_]) -> None:
    first = str(table.frame[column][int(np.flatnonzero(unread)[0])])
    commas = table.decimal is None and parse(first, ",") is not None
    if commas:
        table.refuse(
            unread,
            "has a comma that may be a decimal sign or may separate thousands",
            column=column,
            hint="Pass --decimal , or --decimal . to say which sign the file uses.",
        )
    other = table.decimal == "," and parse(first, ".") is not None
    hint = "The file was said to use a decimal comma." if other else None
    table.refuse(unread, "is not a number", column=column, hint=hint)
