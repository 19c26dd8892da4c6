"""Rows with errors as a file: written with a column of reasons, mended in a spreadsheet, read back by their numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from terrier.errors import TerrierError
from terrier.intake.columns import key
from terrier.intake.sealed import ROW, read_sealed
from terrier.office.imports.kinds.known import CHECKERS
from terrier.office.imports.models import Deed, Import, Row

NUMBER, REASON = "Row", "Reason"
BATCH = 2000


class CorrectionsError(TerrierError, ValueError):
    """A file that is not the file of errors of the import, or not as it was downloaded."""


def error_table(import_: Import) -> tuple[list[str], Any]:
    """The headings of the file of errors, and an iterator of its rows: number, reason, and the cells as they are."""
    labels = {one.name: str(one.label) for one in CHECKERS[import_.kind].FIELDS}
    fields = sorted(import_.mapping, key=lambda field: import_.columns.index(import_.mapping[field]))
    columns = [NUMBER, REASON, *(import_.mapping[field] for field in fields)]

    def rows() -> Any:
        wrong = Row.objects.filter(of=import_, deed=Deed.ERROR).order_by("number")
        for row in wrong.iterator(BATCH):
            reason = " ".join(f"{labels.get(name, name)}: {problem}" for name, problem in row.errors.items())
            yield [row.number, reason, *(row.values.get(name) for name in fields)]

    return columns, rows()


def mends_in(import_: Import, path: Path, name: str) -> dict[int, dict[str, str | None]]:
    """What a mended file of errors says, by the number of the row.

    Raises InputError where it cannot be read, CorrectionsError where it is no such file, or names a row that the import does not
    have.
    """
    out = path.with_suffix(".texts")
    sealed = read_sealed(path, out, file=name, max_rows=import_.n_rows)
    by_key = {key(column): column for column in sealed.columns}
    if key(NUMBER) not in by_key:
        raise CorrectionsError(
            _("%(file)s has no column “Row”. Upload the file of errors that was downloaded here, mended.")
            % {"file": name}
        )
    fields = {
        field: by_key[key(column)] for field, column in import_.mapping.items() if key(column) in by_key
    }
    if not fields:
        raise CorrectionsError(
            _("%(file)s has none of the columns of the import: %(columns)s.")
            % {"file": name, "columns": ", ".join(import_.columns)}
        )
    frame = pl.read_parquet(out)
    known = set(pl.read_parquet(import_.texts, columns=[ROW])[ROW])
    mends: dict[int, dict[str, str | None]] = {}
    for at, number, *cells in frame.select(ROW, by_key[key(NUMBER)], *fields.values()).iter_rows():
        asked = str(number or "").removesuffix(".0")
        if not asked.isdecimal() or int(asked) not in known:
            raise CorrectionsError(
                _(
                    "%(file)s, row %(at)s: the import has no row “%(number)s”. Leave the numbers in the column “Row” as"
                    " they were."
                )
                % {"file": name, "at": f"{at:,}", "number": str(number or "")[:40]}
            )
        mends[int(asked)] = dict(zip(fields, cells, strict=True))
    return mends
