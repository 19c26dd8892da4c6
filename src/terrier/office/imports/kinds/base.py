"""What every kind of import shares: the rows that go in, what comes out for each, and how a row's cells become values."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from terrier.intake.sealed import ROW
from terrier.office.imports.cells import CellError, Field, Writing
from terrier.office.imports.models import Deed

Values = dict[str, Any]
Changes = dict[str, list[Any]]


@dataclass(slots=True)
class Staged:
    """What a row would do to one object. ``action``, ``changes``: in the audit's words."""

    action: str
    object_type: str
    object_id: int
    label: str
    account_id: int | None
    changes: Changes


@dataclass(slots=True)
class Outcome:
    """What became of a row. cells : the texts of its matched fields. values : those that could be read and say something.
    new : whether the row makes what it is about, rather than changing it.
    """

    number: int
    cells: dict[str, str | None]
    values: Values = field(default_factory=dict)
    key: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    writes: list[Staged] = field(default_factory=list)
    new: bool = False
    left_out: bool = False

    @property
    def deed(self) -> str:
        if self.left_out:
            return Deed.LEFT_OUT
        if self.errors:
            return Deed.ERROR
        if not self.writes:
            return Deed.UNCHANGED
        return Deed.CREATE if self.new else Deed.UPDATE

    def refuse(self, name: str, problem: str) -> None:
        """Say what is wrong with a field; the first problem of a field is the one that counts."""
        self.errors.setdefault(name, problem)
        self.writes.clear()


@dataclass(frozen=True, slots=True)
class How:
    """How a file is to be taken: its way of writing, and whether an empty cell clears a field."""

    writing: Writing
    clear_blanks: bool
    author: int | None = None
    today: dt.date = field(default_factory=timezone.localdate)


class Checker(ABC):
    """Says for each row of a file what it would write. Made once a check; sees the keys of all rows before any row."""

    FIELDS: ClassVar[tuple[Field, ...]]
    ANY_OF: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Of each of these groups, one field must be matched to a column."""
    KNOWN_BY: ClassVar[tuple[str, ...]]
    """The fields by which others know what a row is about: rows that have one of them in common hang together."""
    LEANS_ON: ClassVar[tuple[str, ...]] = ()
    """The fields that name what other rows are known by."""
    EXPORTED: ClassVar[Mapping[str, str | Promise]] = {}
    """What the office's own exports write above a field, where that is not its name."""
    TOGETHER: ClassVar[str | None] = None
    """The field whose equals must be checked in one batch, if any."""

    def __init__(self, how: How, mapped: Sequence[str]) -> None:
        self.how = how
        self.fields = {one.name: one for one in self.FIELDS if one.name in mapped}

    @property
    def key_fields(self) -> list[str]:
        """The fields that ``prepare`` wants to see of all rows."""
        return []

    @abstractmethod
    def prepare(self, keys: pl.DataFrame) -> None:
        """Learn the keys of all rows: ``#row`` and the key fields, as texts."""

    @abstractmethod
    def check(self, rows: list[Outcome]) -> None:
        """Find what some rows would write, or what is wrong with them."""

    def read(self, batch: pl.DataFrame) -> list[Outcome]:
        """The rows of a batch, their cells read; what cannot be read is an error of its field."""
        numbers = batch[ROW].to_list()
        names = [name for name in batch.columns if name in self.fields]
        texts = [batch[name].to_list() for name in names]
        rows = [
            Outcome(number, dict(zip(names, cells, strict=True)))
            for number, *cells in zip(numbers, *texts, strict=True)
        ]
        for name, column in zip(names, texts, strict=True):
            self._read_column(self.fields[name], column, rows)
        return rows

    def _read_column(self, one: Field, column: list[str | None], rows: list[Outcome]) -> None:
        """Read each different text once: most columns have few."""
        values: Values = {}
        problems: dict[str, str] = {}
        for cell in set(column):
            if cell is not None:
                try:
                    values[cell] = one.value(cell, self.how.writing)
                except CellError as error:
                    problems[cell] = str(error)
        clears = self.how.clear_blanks and not one.to_create and not one.needed
        for row, cell in zip(rows, column, strict=True):
            if cell is None:
                if one.needed:
                    row.errors[one.name] = _("Is missing.")
                elif clears:
                    row.values[one.name] = None
            elif cell in values:
                row.values[one.name] = values[cell]
            else:
                row.errors[one.name] = problems[cell]

    def refuse_missing(self, row: Outcome) -> None:
        """A row that makes something new must say what nothing can do without."""
        for one in self.FIELDS:
            if one.to_create and row.values.get(one.name) is None and one.name not in row.errors:
                row.refuse(one.name, _("Is missing: something new cannot do without it."))


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def created(values: Mapping[str, Any]) -> Changes:
    """The changes of something new: every value it starts with, as ``audit.rows.create_row`` tells them."""
    return {name: [None, value] for name, value in values.items() if value not in (None, "")}


def repeated(keys: pl.DataFrame, name: str) -> dict[str, list[int]]:
    """The keys that several rows have, and which rows those are."""
    rows = (
        keys.filter(pl.col(name).is_not_null() & pl.col(name).is_duplicated())
        .group_by(name)
        .agg(pl.col(ROW).sort())
    )
    return dict(rows.select(name, ROW).iter_rows())


def in_batches(items: Sequence[Any], size: int = 5000) -> Iterator[Sequence[Any]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]


def other_rows(numbers: Sequence[int], own: int) -> str:
    return ", ".join(f"{number:,}" for number in [n for n in numbers if n != own][:5])
