"""A table as the page and the mail show it: figures as text, each on its way to what it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from terrier.ledger import MEASURES
from terrier.office.analysis.answering import key_text
from terrier.office.analysis.measures import missing
from terrier.office.analysis.members import Member
from terrier.office.analysis.question import FAMILIES, Question, Sort
from terrier.office.analysis.spans import compared
from terrier.office.analysis.table import Cell, Column, Line, Table
from terrier.office.sales.figures import AGAINST_LAST_YEAR
from terrier.office.sales.gateway import begun_by
from terrier.office.sales.periods import before_begins, told_days
from terrier.office.sales.texts import NO_FIGURE, figure, money, percent, points, title, way

NEXT = {"region": "position", "account": "category"}
"""What a row is told apart by when it is opened; all others by account."""


@dataclass(frozen=True, slots=True)
class ShownCell:
    """text : the figure. beside : what it is compared with, as was asked. way : up, down or level. url : of its explanation."""

    text: str
    beside: str = ""
    way: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ShownLine:
    label: str
    sub: str
    url: str
    rest: bool
    cells: Sequence[ShownCell]


@dataclass(frozen=True, slots=True)
class Head:
    """A heading. sort : by what it sorts; span : over how many columns it goes."""

    label: str
    sort: str = ""
    span: int = 1


def lines_shown(table: Table, path: str = "") -> list[ShownLine]:
    return [_line(table, line, path) for line in table.lines]


def total_shown(table: Table) -> ShownLine:
    return _line(table, table.total, "")


def heads(table: Table) -> list[Head]:
    """Over the figures: the measures; where there is one alone under several members, these."""
    if table.column_label and len(table.question.measures) == 1:
        return [Head(_label(column.member), _sort(column)) for column in table.columns]
    return [Head(title(column.measure), _sort(column)) for column in table.columns]


def groups(table: Table) -> list[Head]:
    """Over the headings, where there are several measures of several members."""
    n = len(table.question.measures)
    if not table.column_label or n == 1:
        return []
    return [Head(_label(one), span=n) for one in table.groups]


def days_compared(table: Table) -> str:
    if not table.question.compare:
        return ""
    return told_days(compared(table.choice.period, table.choice.kind, table.question.compare))


def untold(table: Table) -> list[tuple[str, str]]:
    """What of the question has no figure: names, and why. Pages, exports, paper and the API say it alike."""
    choice, asked = table.choice, table.question
    found: dict[str, list[str]] = {}
    for name in asked.measures:
        if why := _why_untold(table, name):
            found.setdefault(why, []).append(title(name))
    if asked.compare == "year" and choice.not_compared:
        found.setdefault(choice.not_compared, []).append(_("A year before"))
    if asked.compare == "previous" and not begun_by(compared(choice.period, choice.kind, "previous").start):
        found.setdefault(before_begins(), []).append(_("The period before"))
    return [(", ".join(names), why) for why, names in found.items()]


def _why_untold(table: Table, name: str) -> str:
    if why := missing(name):
        return why
    if name in table.refused:
        return _("It is not told apart or narrowed so; its definition says by what it is.")
    return table.choice.not_compared if name in AGAINST_LAST_YEAR else ""


def said(table: Table) -> str:
    """What the table is, in a line: for the mail and the paper."""
    names = ", ".join(title(name) for name in table.question.measures)
    parts = [f"{names} · {table.row_label}"]
    if table.column_label:
        parts[0] = f"{parts[0]} × {table.column_label}"
    parts.append(table.choice.days)
    if table.question.compare:
        parts.append(_("compared with %(days)s") % {"days": days_compared(table)})
    parts += [label for _name, label in table.asked.told]
    return " · ".join(parts)


def beside(table: Table, column: Column, cell: Cell) -> tuple[str, str]:
    """What stands beside a figure when it is compared, and which way it went."""
    if not table.compares:
        return "", ""
    moved = way(cell.change)
    if table.question.change == "before":
        return figure(column.measure, cell.before), moved
    if column.is_ratio:
        return (points(cell.change) if cell.change is not None else NO_FIGURE), moved
    if table.question.change == "percent" and column.changes_in_percent:
        return percent(cell.growth, signed=True), moved
    return _amount(column.measure, cell.change), moved


def _amount(name: str, change: float | None) -> str:
    if change is None:
        return NO_FIGURE
    if MEASURES[name].unit == "money":
        return money(change, signed=True)
    told = figure(name, abs(change))
    return f"+{told}" if change > 0 else f"−{told}" if change < 0 else told


def _line(table: Table, line: Line, path: str) -> ShownLine:
    cells = [
        _cell(table, line.member, column, cell)
        for column, cell in zip(table.columns, line.cells, strict=True)
    ]
    address = drill(table.question, line.member)
    url = f"{path}?{address.query}" if path and address is not None else ""
    return ShownLine(line.member.label, line.member.sub, url, line.member.rest, cells)


def _cell(table: Table, member: Member, column: Column, cell: Cell) -> ShownCell:
    text = figure(column.measure, cell.value)
    told, moved = beside(table, column, cell)
    url = "" if column.measure in table.refused else explanation(table, member, column)
    return ShownCell(text, told, moved, url)


def explanation(table: Table, member: Member, column: Column) -> str:
    """The address of what a figure says; nothing where it is of what cannot be named."""
    query: dict[str, Any] = {**table.choice.asked, **dict(table.asked.query)}
    for one in (member, column.member):
        if one is None or (one.query is None and not one.rest):
            continue  # all of them
        if one.query is None:
            return ""
        query = {**_timeless(query), **one.query} if one.span else {**query, **one.query}
    return f"{reverse('sales:explain', args=[column.measure])}?{urlencode(query, doseq=True)}"


def drill(question: Question, member: Member) -> Question | None:
    """The question that a row opens: narrowed to it, and told apart by what comes next."""
    if member.query is None:
        return None
    rows = "category" if member.span else NEXT.get(question.rows, "account")
    columns = question.columns if question.columns and FAMILIES[question.columns] != FAMILIES[rows] else ""
    opened = replace(question, rows=rows, columns=columns, sort="")
    if member.span is not None:
        choice = member.span.choice
        return replace(opened, period=choice.kind, since=choice.since, on=choice.on)
    return opened.narrowed(**dict(member.query))


def _timeless(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if name not in ("period", "since", "on")}


def _label(member: Member | None) -> str:
    return member.label if member else _("All")


def _sort(column: Column) -> str:
    if column.member is None:
        return str(Sort(column.measure))
    return "" if column.member.rest else str(Sort(column.measure, column=key_text(column.member)))
