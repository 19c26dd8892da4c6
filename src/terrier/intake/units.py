"""The units of a plan: ids without gaps or doubles, names, and the further columns that pop-ups show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from terrier.errors import InputError
from terrier.intake.columns import guess, listed, named
from terrier.intake.said import Said
from terrier.intake.table import Table

MOST_DETAILS = 40


@dataclass(frozen=True, slots=True)
class Labels:
    """``id_column`` and ``name_column`` (None when there is none) and their texts."""

    id_column: str
    name_column: str | None
    ids: list[str]
    names: list[str]


def labels(table: Table, id_column: str | None, name_column: str | None) -> Labels:
    """The id and name of each row.

    Raises
    ------
    InputError
        No column holds ids, an id is missing, or two rows share one.
    """
    name = (
        named(table, name_column, "--name-column")
        if name_column
        else guess(table, "name", filter(None, [id_column]))
    )
    column = named(table, id_column, "--id-column") if id_column else guess(table, "id")
    if column == name and not name_column:
        name = guess(table, "name", [column] if column else [])
    if column is None:
        raise InputError(
            table.file,
            "has no column that looks like an account id",
            hint=f"Pass --id-column. Its columns: {listed(table.columns)}.",
        )
    cells = table.frame[column]
    table.refuse(cells.is_null().to_numpy(), "has no id", column=column)
    repeated = ~cells.is_first_distinct().to_numpy()
    if repeated.any():
        again = int(np.flatnonzero(repeated)[0])
        first = int(table.rows[int((cells == cells[again]).arg_max() or 0)])
        hint = "" if column == "id" else f"If “{column}” is not the id, pass --id-column."
        table.refuse(repeated, f"has the id of row {first:,} again", column=column, hint=hint)
    names = [text or "" for text in table.texts(name)] if name else [""] * table.n_rows
    return Labels(column, name, cells.to_list(), names)


def details(table: Table, said: Said) -> dict[str, list[str]]:
    """Columns not shown otherwise, in the file's order; that some are too many is said."""
    free = [column for column in table.columns if column not in said.used]
    if len(free) > MOST_DETAILS:
        said.notes.append(
            f"The first {MOST_DETAILS} of {len(free):,} other columns are carried into the output."
        )
    return {column: table.frame[column].fill_null("").to_list() for column in free[:MOST_DETAILS]}
