"""A table as rows of a spreadsheet: names in front, then plain numbers, with what they are compared with beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from terrier.office.analysis.showing import untold
from terrier.office.analysis.table import Cell, Column, Line, Table
from terrier.office.sales.texts import title


def header_of(table: Table) -> list[str]:
    found = [table.row_label, _("More on it")]
    for column in table.columns:
        named = heading_of(table, column)
        found.append(named)
        if table.compares:
            found += [f"{named}: {part}" for part in (_("before"), _("change"), _("change, %"))]
    return found


def rows_of(table: Table) -> Iterator[list[Any]]:
    """Each row, all of them at the end, and below what has no figure and why."""
    for line in (*table.lines, table.total):
        yield _row(table, line)
    blank = [None] * (len(header_of(table)) - 2)
    for names, why in untold(table):
        yield [names, why, *blank]


def heading_of(table: Table, column: Column) -> str:
    """What a column is of: its member, where there are several, and its measure, where there are several."""
    named = title(column.measure)
    if not table.column_label:
        return named
    member = column.member.label if column.member else _("All")
    return member if len(table.question.measures) == 1 else f"{member}: {named}"


def _row(table: Table, line: Line) -> list[Any]:
    found: list[Any] = [line.member.label, line.member.sub]
    for column, cell in zip(table.columns, line.cells, strict=True):
        found.append(_number(cell.value))
        if table.compares:
            found += [_number(cell.before), _number(cell.change), _percent(column, cell)]
    return found


def _number(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _percent(column: Column, cell: Cell) -> float | None:
    return round(100 * cell.growth, 4) if column.changes_in_percent and cell.growth is not None else None
