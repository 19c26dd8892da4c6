"""A table as a chart: the first measure, its largest rows, a line where they are times and bars where they are not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from terrier.ledger import MEASURES
from terrier.office.analysis.question import TIMES
from terrier.office.analysis.table import Line, Table
from terrier.office.sales.texts import sign_of, title

MOST_BARS, MOST_GROUPS, MOST_TIMES, MOST_SERIES = 12, 8, 60, 6


def chart_of(table: Table) -> dict[str, Any] | None:
    """None where there is nothing to draw."""
    name = table.question.measures[0]
    lines = [line for line in table.lines if not line.member.rest]
    over_time = table.question.rows in TIMES
    lines = (
        _in_time(lines)[-MOST_TIMES:]
        if over_time
        else lines[: MOST_GROUPS if table.column_label else MOST_BARS]
    )
    if not lines or name in table.refused:
        return None
    by_column = _by_column(table, name, lines)
    return {
        "kind": "series",
        "over": "time" if over_time else "names",
        "labels": [line.member.label for line in lines],
        "series": by_column or _beside(table, name, lines),
        "compares": not by_column,
        "title": title(name),
        "unit": MEASURES[name].unit,
        "currency": sign_of(),
    }


def _in_time(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.member.key.start)


def _by_column(table: Table, name: str, lines: list[Line]) -> list[dict[str, Any]]:
    """A series for each of the first members of the columns."""
    places = [
        (at, column.member)
        for at, column in enumerate(table.columns)
        if column.measure == name and column.member is not None
    ]
    return [
        {"name": member.label, "data": [_drawn(line.cells[at].value) for line in lines]}
        for at, member in places[:MOST_SERIES]
        if member is not None
    ]


def _beside(table: Table, name: str, lines: list[Line]) -> list[dict[str, Any]]:
    """The measure, and what it is compared with."""
    at = next(at for at, column in enumerate(table.columns) if column.measure == name)
    found = [{"name": title(name), "data": [_drawn(line.cells[at].value) for line in lines]}]
    if table.compares:
        told = _("A year before") if table.question.compare == "year" else _("The period before")
        found.append({"name": told, "data": [_drawn(line.cells[at].before) for line in lines]})
    return found


def _drawn(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
