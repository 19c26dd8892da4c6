"""What somebody asks on the analysis page: measures, what to tell them apart by, of which days, beside what. An address holds all of it.

A question knows nothing of who asks: whoever does, is answered from their own scope.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.utils.translation import gettext as _

from terrier.ledger import MEASURES
from terrier.office.analysis.measures import MOST_MEASURES
from terrier.office.sales.periods import DAYS, DEFAULT, EARLIEST, KINDS
from terrier.office.sales.whose import FILTERS, FREE, LONGEST, MOST_VALUES, TESTED

TIMES = ("month", "quarter", "year")
FAMILIES: dict[str, str] = {
    "region": "who",
    "position": "who",
    "chain": "customer",
    "account": "customer",
    "category": "category",
    "channel": "channel",
    "account_class": "account_class",
    "status": "status",
    "state": "state",
    "county": "state",
    **dict.fromkeys(TIMES, "time"),
}
"""What figures are told apart by. Of one family only one can be asked at a time: rows and columns differ."""

COMPARE = ("", "year", "previous")
"""With nothing, with the same days a year before, with the days just before."""
CHANGES = ("percent", "amount", "before")
"""How what is compared stands beside a figure: the change in percent, as an amount, or the figure of then."""
CHARTS = ("chart", "table")
SINGLE = ("position", "account")
LATEST = dt.date(2999, 1, 1)
LONGEST_QUERY = 8000

Pairs = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """measures : by name, in the order of the columns. rows, columns : of `FAMILIES`, columns also nothing. period, since, on : as
    `Choice` has them. filters : of `FILTERS`, each with its values, in their order. sort : a `Sort` as the address has it. shown : of `CHARTS`."""

    measures: tuple[str, ...] = ("revenue", "growth", "margin_rate")
    rows: str = "position"
    columns: str = ""
    period: str = DEFAULT
    since: dt.date | None = None
    on: dt.date | None = None
    compare: str = ""
    change: str = "percent"
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: str = ""
    shown: str = "chart"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """As an address has it; what goes without saying is left out."""
        told = [("measures", name) for name in self.measures]
        told += [("rows", self.rows), ("columns", self.columns), ("period", self.period)]
        told += [(name, day.isoformat()) for name, day in (("since", self.since), ("on", self.on)) if day]
        told += [("compare", self.compare), ("change", "" if self.change == CHANGES[0] else self.change)]
        told += [(name, value) for name, values in self.filters for value in values]
        told += [("sort", self.sort), ("shown", "" if self.shown == CHARTS[0] else self.shown)]
        return [(name, value) for name, value in told if value]

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    def narrowed(self, **filters: str) -> Question:
        """The same, narrowed to one value of some filters more."""
        kept = {**dict(self.filters), **{name: (value,) for name, value in filters.items()}}
        return replace(self, filters=tuple((name, kept[name]) for name in FILTERS if name in kept))

    def without(self, name: str) -> Question:
        """The same without a filter."""
        return replace(self, filters=tuple(one for one in self.filters if one[0] != name))


def parse(query: str) -> tuple[Question, tuple[str, ...]]:
    """The question that a query string holds, and what of it was not understood."""
    return read(parse_qs(query[:LONGEST_QUERY], keep_blank_values=True, max_num_fields=1000))


def read(asked: Pairs) -> tuple[Question, tuple[str, ...]]:
    """The question of some names and values, and what of them was not understood, in sentences: it counts as not asked."""
    reader = _Reader(asked)
    plain = Question()
    measures = reader.measures() or plain.measures
    rows = reader.one_of("rows", tuple(FAMILIES), plain.rows)
    columns = reader.one_of("columns", ("", *FAMILIES), "")
    if columns and FAMILIES[columns] == FAMILIES[rows]:
        reader.wrong.append(_("Columns: “%(value)s” does not go with these rows; choose something else.") % {"value": columns})  # fmt: skip
        columns = ""
    period = reader.one_of("period", (*KINDS, DAYS), plain.period)
    since, on = reader.day("since"), reader.day("on")
    if period == DAYS and since is None:
        reader.wrong.append(_("From: say the first day, such as 2026-01-01."))
        period = plain.period
    if since and on and since > on:
        reader.wrong.append(_("From: the first day must not be after the last."))
        since = on
    question = Question(
        measures=measures,
        rows=rows,
        columns=columns,
        period=period,
        since=since if period == DAYS else None,
        on=on,
        compare=reader.one_of("compare", COMPARE, ""),
        change=reader.one_of("change", CHANGES, plain.change),
        filters=reader.filters(),
        sort=reader.text("sort"),
        shown=reader.one_of("shown", CHARTS, plain.shown),
    )
    sort = Sort.of(question.sort)
    if question.sort and (sort is None or sort.by not in {"label", *MEASURES}):
        reader.wrong.append(_("Sort: “%(value)s” is not in the table.") % {"value": question.sort})
    if sort is None or sort.by not in {"label", *measures}:
        question = replace(question, sort="")  # by what is no longer shown
    return question, tuple(reader.wrong)


@dataclass(frozen=True, slots=True)
class Sort:
    """by : a measure, or ``label``. falling : the most first. changed : by its change. column : within a column, else over all of them.

    In an address: ``-revenue``, ``label``, ``-revenue.change``, ``growth@Walk``.
    """

    by: str
    falling: bool = False
    changed: bool = False
    column: str | None = None

    @classmethod
    def of(cls, told: str) -> Sort | None:
        name, found, column = told.removeprefix("-").partition("@")
        by, dot, what = name.partition(".")
        if dot and what != "change":
            return None
        return cls(by, told.startswith("-"), bool(dot), column if found else None)

    def __str__(self) -> str:
        column = "" if self.column is None else f"@{self.column}"
        return f"{'-' if self.falling else ''}{self.by}{'.change' if self.changed else ''}{column}"


class _Reader:
    """Reads values by name, and remembers in words which could not be understood."""

    def __init__(self, asked: Pairs) -> None:
        self.asked = asked
        self.wrong: list[str] = []

    def text(self, name: str) -> str:
        return _clean(next(iter(self.asked.get(name, ())), ""))

    def one_of(self, name: str, known: Sequence[str], otherwise: str) -> str:
        value = self.text(name)
        if not value or value in known:
            return value or otherwise
        self._wrong(name, value, ", ".join(one for one in known if one))
        return otherwise

    def day(self, name: str) -> dt.date | None:
        value = self.text(name)
        if not value:
            return None
        try:
            found = dt.date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or not EARLIEST <= found <= LATEST:
            self._wrong(name, value, _("a day such as 2026-06-30"))
            return None
        return found

    def measures(self) -> tuple[str, ...]:
        named = [_clean(one) for one in self.asked.get("measures", ())]
        known = [name for name in dict.fromkeys(named) if name in MEASURES]
        for name in dict.fromkeys(named):
            if name and name not in MEASURES:
                self._wrong("measures", name, ", ".join(MEASURES))
        if len(known) > MOST_MEASURES:
            self.wrong.append(_("Measures: at most %(n)s at a time.") % {"n": MOST_MEASURES})
        return tuple(known[:MOST_MEASURES])

    def filters(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found = []
        for name in FILTERS:
            values = list(dict.fromkeys(_clean(one) for one in self.asked.get(name, ())))
            kept = [value for value in values if self._fits(name, value)]
            kept = kept[: 1 if name in SINGLE else MOST_VALUES]
            if kept:
                found.append((name, tuple(kept)))
        return tuple(found)

    def _fits(self, name: str, value: str) -> bool:
        if name in FREE:
            return bool(value)
        if not value:
            return False
        known: Mapping[str, Any] = TESTED.get(name, {})
        fits = value in known if known else value.isascii() and value.isdigit() and len(value) <= 18
        if not fits:
            self._wrong(name, value, ", ".join(known) or _("its number"))
        return fits

    def _wrong(self, name: str, value: str, right: str) -> None:
        self.wrong.append(
            _("%(name)s: “%(value)s” is not known; it can be: %(right)s.")
            % {"name": name, "value": value[:60], "right": right}
        )


def _clean(value: str) -> str:
    return value.replace("\x00", "").strip()[:LONGEST].rstrip()
