"""How far people are in their ramp, and what they may hold at most: columns of the people's file, by measure."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
from numpy.typing import NDArray

from terrier.errors import InputError
from terrier.intake.columns import called, guess, listed, named
from terrier.intake.numbers import numbers, ratio
from terrier.intake.table import Table

Floats = NDArray[np.float64]

Ramp = tuple[str | None, int | None]
"""A measure (None: each) and the months to a full share of it (None: as the column “ramp” says)."""


def read_ramp(
    table: Table, rules: tuple[Ramp, ...], measure_names: list[str], as_of: dt.date | None
) -> tuple[Floats | None, list[tuple[str, str]], list[str]]:
    """(s, m) the part of a full share that each person holds; None without rules. Also the columns read, and notes.

    In the r-th month of M a person holds r / M of a full share, in the first month (and before) 1 / M. Where the column
    “ramp” has a percentage, it counts instead.

    Raises
    ------
    InputError
        A rule names no measure, there is neither column, or a cell is no date or percentage.
    """
    if not rules:
        return None, [], []
    ramp_column, start_column = (
        guess(table, "ramp"),
        guess(table, "start", filter(None, [guess(table, "ramp")])),
    )
    months = _months(rules, measure_names)
    if ramp_column is None and (start_column is None or None in months.values()):
        raise table.error(
            "has no column that says when people started or how far they are",
            hint="Call it “start date”, or “ramp” for a percentage of a full share.",
        )
    told = _percentages(table, ramp_column) if ramp_column else np.full(table.n_rows, np.nan)
    today = as_of or dt.date.today()
    since = _months_since(table, start_column, today) if start_column else np.full(table.n_rows, np.nan)
    part = np.ones((table.n_rows, len(measure_names)))
    for m, length in months.items():
        by_date = np.ones(table.n_rows) if length is None else np.clip((since + 1) / length, 1 / length, 1.0)
        part[:, m] = np.where(np.isnan(told), np.where(np.isnan(by_date), 1.0, by_date), told)
    said = [(role, c) for role, c in (("ramp", ramp_column), ("start", start_column)) if c]
    ramping = int((part < 1).any(axis=1).sum())
    people = "1 person holds" if ramping == 1 else f"{ramping:,} people hold"
    note = f"As of {today:%B} {today.day}, {today.year}, {people} less than a full share while they ramp."
    return part, said, [note]


def _months(rules: tuple[Ramp, ...], measure_names: list[str]) -> dict[int, int | None]:
    """The months of each measure that ramps, by its position; a rule for one measure goes before one for all."""
    found: dict[int, int | None] = {}
    for name, length in sorted(rules, key=lambda rule: rule[0] is not None):
        if name is None:
            found |= dict.fromkeys(range(len(measure_names)), length)
            continue
        at = called(name, measure_names)
        if at is None:
            raise InputError(
                "--ramp",
                "is not a measure to balance",
                value=name,
                hint=f"Balanced are: {listed(measure_names)}.",
            )
        found[at] = length
    return found


def _percentages(table: Table, column: str) -> Floats:
    cells = table.frame[column]
    parts = np.array([np.nan if text is None or (r := ratio(text)) is None else r for text in cells])
    table.refuse(
        np.isnan(parts) & cells.is_not_null().to_numpy(), "is not a share: write 40% or 0.4", column=column
    )
    table.refuse((parts <= 0) | (parts > 1), "must be above 0 and at most 100%", column=column)
    return parts


def _months_since(table: Table, column: str, today: dt.date) -> Floats:
    """Whole months from each date to today; NaN where blank, negative where it is still to come."""
    cells = table.texts(column)
    dates = [None if text is None else read_date(text) for text in cells]
    bad = np.array([text is not None and date is None for text, date in zip(cells, dates, strict=True)])
    table.refuse(bad, "is not a date: write it as 2026-03-31", column=column)
    return np.array(
        [
            np.nan
            if date is None
            else (today.year - date.year) * 12 + today.month - date.month - (today.day < date.day)
            for date in dates
        ]
    )


def read_date(text: str) -> dt.date | None:
    """ "2026-03-31", perhaps with a time behind it; None for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", text.strip())
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def read_capacities(
    given: tuple[tuple[str, str], ...], table: Table, measure_names: list[str], option: str = "--capacity"
) -> tuple[Floats | None, list[tuple[str, str]]]:
    """(rows, m) the most each person, or a territory around each account, may hold, NaN where blank; None when none is given. Also the columns read.

    Raises
    ------
    InputError
        A measure is not balanced, is named twice, or a cell is no number of 0 or more.
    """
    if not given:
        return None, []
    room = np.full((table.n_rows, len(measure_names)), np.nan)
    said = []
    for name, wanted in given:
        at = called(name, measure_names)
        if at is None:
            raise InputError(
                option,
                "is not a measure to balance",
                value=name,
                hint=f"Balanced are: {listed(measure_names)}.",
            )
        if not np.isnan(room[:, at]).all():
            raise InputError(option, "names a measure twice", value=measure_names[at])
        column = named(table, wanted, option)
        most = numbers(table, column)
        table.refuse(most < 0, "is negative; a capacity must be 0 or more", column=column)
        room[:, at] = most
        said.append((f"capacity for {measure_names[at]}", column))
    return room, said
