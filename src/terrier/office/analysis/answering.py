"""Answering a question: which rows and columns there are, in which order, and the figure of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from terrier.ledger import MEASURES
from terrier.office.analysis.asking import Asker, Key, Values
from terrier.office.analysis.members import DIMENSIONS, Member, fitted, members_of, rest_of
from terrier.office.analysis.question import TIMES, Question, Sort
from terrier.office.analysis.table import Cell, Column, Line, Table
from terrier.office.people.models import Person
from terrier.office.sales.periods import choice_of
from terrier.office.sales.whose import narrowed_to

A_PAGE = 100
SHOWN_COLUMNS = 36
"""More are no table that anybody reads; the export has all."""
MOST_ROWS = 100_000
ALL = Member(None, "")


def answer(
    person: Person,
    question: Question,
    *,
    page: int = 1,
    size: int = A_PAGE,
    most_columns: int = SHOWN_COLUMNS,
) -> Table:
    """A question answered from what a person sees, rows from one page on. What it is narrowed to and lies outside is not found (Http404)."""
    asked = fitted(question, person)
    choice = choice_of(asked.period, asked.on, asked.since)
    narrowed = narrowed_to(person, choice.on, dict(asked.filters))
    return _Answering(Asker(person, asked, choice, narrowed)).table(page, size, most_columns)


@dataclass
class _Axis:
    """The members of the rows or the columns in their order, and the keys of all that cannot be named."""

    dimension: str
    members: list[Member]
    rest: Member | None
    rest_keys: list[Any]


class _Answering:
    def __init__(self, asker: Asker) -> None:
        self.asker, self.question = asker, asker.question

    def table(self, page: int, size: int, most_columns: int) -> Table:
        rows = self._axis(self.question.rows)
        columns = self._axis(self.question.columns) if self.question.columns else None
        shown = columns.members[:most_columns] if columns else []
        ordered = self._sorted(rows)
        n_pages = max(1, -(-len(ordered) // size))
        page = max(1, min(page, n_pages))
        lines = ordered[(page - 1) * size : page * size]
        groups: list[Member | None] = [*shown, *([columns.rest] if columns and columns.rest else []), None]
        told = [Column(name, group) for group in groups for name in self.question.measures]
        found = self._lines(rows, lines, columns, groups, with_rest=page == n_pages)
        return Table(
            question=self.question,
            choice=self.asker.choice,
            asked=self.asker.asked,
            row_label=str(DIMENSIONS[self.question.rows]),
            column_label=str(DIMENSIONS[self.question.columns]) if self.question.columns else "",
            groups=groups,
            columns=told,
            lines=found[:-1],
            total=replace(found[-1], member=Member(None, _("All"))),
            n_rows=len(ordered),
            first=(page - 1) * size,
            size=size,
            n_columns_left_out=max(0, len(columns.members) - most_columns) if columns else 0,
            refused=[name for name in self.question.measures if name in self.asker.refused],
        )

    def _axis(self, dimension: str) -> _Axis:
        """What there is in either of the periods, time by time or by what counts most first."""
        asker = self.asker
        if dimension in TIMES:
            spans = list(asker.spans)
            named = members_of(asker.person, asker.choice, dimension, spans)
            return _Axis(dimension, [named[span] for span in spans], None, [])
        now, before = asker.now((dimension,)), asker.before((dimension,))
        keys = [key for (key,) in dict.fromkeys((*now, *before))]
        named = members_of(asker.person, asker.choice, dimension, keys)
        first = self.question.measures[0]
        by_label = sorted(named.values(), key=lambda one: one.label.casefold())
        members = sorted(by_label, key=lambda one: _falling(_value(now, (one.key,), first)))
        left = [key for key in keys if key not in named]
        rest = rest_of(asker.person, dimension) if left else None
        return _Axis(dimension, members, rest, left)

    def _sorted(self, rows: _Axis) -> list[Member]:
        sort = Sort.of(self.question.sort) if self.question.sort else None
        if sort is None:
            return rows.members
        if sort.by == "label":
            return self._by_label(rows, falling=sort.falling)
        by: tuple[str, ...] = (rows.dimension,)
        keep: dict[str, list[Any]] = {}
        column: list[Any] = []
        if sort.column is not None and self.question.columns:
            column = [
                one.key for one in self._axis(self.question.columns).members if key_text(one) == sort.column
            ]
            if not column:
                return rows.members
            by, keep = (*by, self.question.columns), {self.question.columns: column}
        now = self.asker.now(by, keep=keep)
        before = self.asker.before(by, keep=keep) if sort.changed else {}

        def place(one: Member) -> tuple[bool, float]:
            key = (one.key, *column)
            cell = _cell(self.asker, now, before, key, sort.by)
            value = cell.value
            if sort.changed:
                value = cell.growth if Column(sort.by).changes_in_percent else cell.change
            return (value is None, 0.0 if value is None else -value if sort.falling else value)

        return sorted(rows.members, key=place)

    def _by_label(self, rows: _Axis, *, falling: bool) -> list[Member]:
        if rows.dimension in TIMES:
            return rows.members[::-1] if falling else rows.members
        return sorted(rows.members, key=lambda one: one.label.casefold(), reverse=falling)

    def _lines(
        self,
        rows: _Axis,
        members: Sequence[Member],
        columns: _Axis | None,
        groups: Sequence[Member | None],
        *,
        with_rest: bool,
    ) -> list[Line]:
        """The rows of a page, the row of the rest, and that of all."""
        keep: dict[str, list[Any]] = {rows.dimension: [one.key for one in members]}
        plain = _Block(self, (rows.dimension,), keep, {})
        whole = _Block(self, (), {}, {})
        rest = rows.rest if with_rest else None
        left = {rows.dimension: rows.rest_keys}
        of_rest = _Block(self, (), {}, left) if rest else whole
        crossed = crossed_all = crossed_rest = None
        beyond = beyond_all = beyond_rest = None
        if columns is not None:
            inside = {columns.dimension: [one.key for one in groups if one is not None and not one.rest]}
            crossed = _Block(self, (rows.dimension, columns.dimension), {**keep, **inside}, {})
            crossed_all = _Block(self, (columns.dimension,), inside, {})
            crossed_rest = _Block(self, (columns.dimension,), inside, left) if rest else None
            if columns.rest:
                out = {columns.dimension: columns.rest_keys}
                beyond = _Block(self, (rows.dimension,), keep, out)
                beyond_all = _Block(self, (), {}, out)
                beyond_rest = _Block(self, (), {}, {**left, **out}) if rest else None

        def line(
            member: Member, key: Key, all_of: _Block, each: _Block | None, others: _Block | None
        ) -> Line:
            cells: list[Cell] = []
            for group in groups:
                if group is None:
                    cells += all_of.cells(key)
                elif group.rest:
                    assert others is not None
                    cells += others.cells(key)
                else:
                    assert each is not None
                    cells += each.cells((*key, group.key))
            return Line(member, cells)

        found = [line(one, (one.key,), plain, crossed, beyond) for one in members]
        if rest:
            found.append(line(rest, (), of_rest, crossed_rest, beyond_rest))
        return [*found, line(ALL, (), whole, crossed_all, beyond_all)]


class _Block:
    """The figures of some rows and columns, now and before."""

    def __init__(
        self, of: _Answering, by: tuple[str, ...], keep: dict[str, list[Any]], fixed: dict[str, list[Any]]
    ) -> None:
        self.asker = asker = of.asker
        self.names = of.question.measures
        self.refused = asker.refused
        self.now = asker.now(by, keep=keep, fixed=fixed)
        self.before = asker.before(by, keep=keep, fixed=fixed)

    def cells(self, key: Key) -> Iterable[Cell]:
        for name in self.names:
            yield Cell(None) if name in self.refused else _cell(self.asker, self.now, self.before, key, name)


def _cell(asker: Asker, now: Values, before: Values, key: Key, name: str) -> Cell:
    """A figure and what it is compared with, each as far as the ledger reaches back."""
    value = _value(now, key, name) if asker.knows(name, key) else None
    if not asker.compares(key) or not asker.knows(name, key, before=True):
        return Cell(value)
    return Cell(value, _value(before, key, name))


def key_text(member: Member) -> str:
    """What stands for a member in an address."""
    if member.span is not None:
        return member.span.start.isoformat()
    return "" if member.key is None else str(member.key)


def _value(values: Values, key: Key, name: str) -> float | None:
    """Of what is summed and not divided, nothing where nothing was sold."""
    found = values.get(key, {}).get(name)
    return 0.0 if found is None and MEASURES[name].base is None else found


def _falling(value: float | None) -> float:
    return float("inf") if value is None else -value
