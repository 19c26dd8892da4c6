"""A question put to the ledger: values by what they are told apart by, within the scope of who asks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from terrier.ledger import MEASURES, WHOLE, Period, QuestionError
from terrier.ledger.measures.definition import Rows
from terrier.office.analysis.members import COLUMN_OF, teams_of
from terrier.office.analysis.question import TIMES, Question
from terrier.office.analysis.spans import MONTHS_OF, Span, compared, months_later, spans_of, start_of
from terrier.office.people.models import Person
from terrier.office.sales import gateway
from terrier.office.sales.credit import Teams
from terrier.office.sales.figures import AGAINST_LAST_YEAR, Figures, Standing, figures, standing
from terrier.office.sales.periods import Choice
from terrier.office.sales.whose import Narrowed

ADD_UP = frozenset({"revenue", "revenue_before", "margin", "margin_rate", "growth", "orders", "order_value"})
"""Over time: what a quarter's are is told by its months'. An account that is new in a year is new in one of its months alone, so that others
are asked month by month."""
AMOUNT = 100 * WHOLE

Key = tuple[Any, ...]
Values = dict[Key, dict[str, float | None]]
Keep = Mapping[str, Collection[Any]]


@dataclass
class Asker:
    """One question of one person. refused : measures that are not told apart so, or not narrowed so."""

    person: Person
    question: Question
    choice: Choice
    asked: Narrowed
    currency: str = ""
    refused: set[str] = field(default_factory=set)

    @cached_property
    def at(self) -> Standing:
        return standing(self.by, self.asked.only)

    @cached_property
    def by(self) -> tuple[str, ...]:
        return tuple(one for one in (self.question.rows, self.question.columns) if one)

    @cached_property
    def teams(self) -> Teams | None:
        """Regions, where they are told apart."""
        if "region" not in self.by:
            return None
        return teams_of(self.person, self.choice, self.asked.only.get("holder"))

    @cached_property
    def spans(self) -> list[Span]:
        """Of rows or columns that are times."""
        kind = next((one for one in self.by if one in TIMES), "")
        return spans_of(self.choice.period, kind) if kind else []

    def now(self, by: Sequence[str], *, keep: Keep | None = None, fixed: Keep | None = None) -> Values:
        """The measures of the period, by some of what is asked. keep : the keys that are wanted. fixed : what it is narrowed to beyond what is
        asked, by dimension."""
        return self._values(by, keep or {}, fixed or {}, "")

    def before(self, by: Sequence[str], *, keep: Keep | None = None, fixed: Keep | None = None) -> Values:
        """The same of what the period is compared with; of a month, of what that month is. Nothing, where there is none."""
        compare = self.question.compare
        return self._values(by, keep or {}, fixed or {}, compare) if compare else {}

    def compares(self, key: Key) -> bool:
        """Whether the ledger knows all of the days that a key's are compared with."""
        return bool(self.question.compare) and self._begun_by(key, self.question.compare)

    def knows(self, name: str, key: Key, *, before: bool = False) -> bool:
        """Whether a measure has a value: against last year it has none where the ledger does not reach back so far."""
        return name not in AGAINST_LAST_YEAR or self._begun_by(
            key, self.question.compare if before else "", "year"
        )

    def _begun_by(self, key: Key, *steps: str) -> bool:
        """Whether the ledger had begun when the days of a key began, or those that they are compared with in turn."""
        span = next((one for one in key if isinstance(one, Span)), None)
        period, kind = (span.period, span.kind) if span else (self.choice.period, self.choice.kind)
        for step in steps:
            period = compared(period, kind, step)
        return gateway.begun_by(period.start)

    def _values(self, by: Sequence[str], keep: Keep, fixed: Keep, compare: str) -> Values:
        names = self.question.measures
        time = next((one for one in by if one in TIMES), None)
        if time is None:
            period = compared(self.choice.period, self.choice.kind, compare)
            return self._plain(names, period, tuple(by), keep, fixed)
        others = tuple(one for one in by if one != time)
        found: Values = {}
        # What a month that is not over stands beside is no month, and not to be had from months.
        whole = [span for span in self.spans if compare != "previous" or span.is_whole]
        quick = [name for name in names if name in ADD_UP]
        if quick and whole:
            _take(found, self._by_months(quick, time, others, keep, fixed, compare, whole), by, time)
        for span in self.spans:
            left = [name for name in names if name not in quick or span not in whole]
            if left and span in keep.get(time, self.spans):
                rows = self._plain(left, compared(span.period, span.kind, compare), others, keep, fixed)
                _take(found, {(span, *key): values for key, values in rows.items()}, by, time)
        return found

    def _by_months(
        self,
        names: Sequence[str],
        time: str,
        others: tuple[str, ...],
        keep: Keep,
        fixed: Keep,
        compare: str,
        spans: list[Span],
    ) -> Values:
        """What adds up over time, from months: one question for all of some spans."""
        span_of = {span.start: span for span in spans}
        later = {"": 0, "year": 12, "previous": MONTHS_OF[time]}[compare]
        first, last = (compared(span.period, span.kind, compare) for span in (spans[0], spans[-1]))
        period = Period(first.start, last.end)
        columns = tuple(COLUMN_OF.get(one, one) for one in others)
        starts = {
            month.start: start_of(months_later(month.start, later), time)
            for month in spans_of(period, "month")
        }
        found: Values = {}
        for alike, frame in self._frames(names, period, ("month", *columns), fixed):
            months = pl.col("month").cast(pl.Date)
            moved = frame.with_columns(months.replace_strict(starts, return_dtype=pl.Date))
            summed = _summed(_kept(moved, keep), alike, ("month", *columns))
            for key, values in _rows(summed, ("month", *columns), alike):
                found.setdefault((span_of[key[0]], *key[1:]), {}).update(values)
        return found

    def _plain(
        self, names: Sequence[str], period: Period, by: tuple[str, ...], keep: Keep, fixed: Keep
    ) -> Values:
        columns = tuple(COLUMN_OF.get(one, one) for one in by)
        found: Values = {}
        for alike, frame in self._frames(names, period, columns, fixed):
            for key, values in _rows(_kept(frame, keep), columns, alike):
                found.setdefault(key, {}).update(values)
        return found

    def _frames(
        self, names: Sequence[str], period: Period, columns: tuple[str, ...], fixed: Keep
    ) -> Iterator[tuple[list[str], pl.DataFrame]]:
        """Measures over the same rows together, as the ledger tells them. What it does not tell so is left out."""
        passes: dict[Rows, list[str]] = {}
        for name in names:
            if name not in self.refused:
                passes.setdefault(MEASURES[name].rows, []).append(name)
        if not passes:
            return
        only = {**self._only, **{COLUMN_OF.get(one, one): list(keys) for one, keys in fixed.items()}}
        asked = self._figures(period, only)
        for alike in passes.values():
            try:
                yield alike, asked.table(alike, columns)
            except QuestionError:
                self.refused.update(alike)

    def _figures(self, period: Period, only: dict[str, Any]) -> Figures:
        """What is told apart by time is reckoned from the months of all times that are asked together."""
        for longer in self._longer if self.spans else ():
            if longer.has_months_of(period):
                return figures(longer, only, self.currency, at=self.at, teams=self.teams).part(period)
        return figures(period, only, self.currency, at=self.at, teams=self.teams)

    @cached_property
    def _longer(self) -> list[Period]:
        """The days of all times that are told apart, and those that they are compared with."""
        compare, kind = self.question.compare, self.spans[0].kind
        whole = [span for span in self.spans if compare != "previous" or span.is_whole]
        days = [compared(span.period, kind, compare) for span in whole] if compare else []
        return [self.choice.period, *([Period(days[0].start, days[-1].end)] if days else [])]

    @cached_property
    def _only(self) -> dict[str, Any]:
        if self.teams is None or "holder" not in self.asked.only:
            return dict(self.asked.only)
        return {**self.asked.only, "holder": sorted({team for _holder, team in self.teams})}


def _kept(frame: pl.DataFrame, keep: Keep) -> pl.DataFrame:
    """The rows of the keys that are wanted."""
    for one, keys in keep.items():
        column = COLUMN_OF.get(one, one)
        if one not in TIMES and column in frame.columns:
            frame = frame.filter(pl.col(column).is_in(list(keys), nulls_equal=True))
    return frame


def _summed(frame: pl.DataFrame, names: Sequence[str], by: Sequence[str]) -> pl.DataFrame:
    """Measures that add up, of rows that have become alike; ratios from their parts."""
    sums, told = [], []
    for name in names:
        if MEASURES[name].base is None:
            sums.append(pl.col(name).sum())
            continue
        top, base = f"{name}.numerator", f"{name}.denominator"
        sums += [pl.col(top).sum(), pl.col(base).sum()]
        ratio = pl.col(top) / pl.when(pl.col(base) != 0).then(pl.col(base))
        told.append((ratio / AMOUNT if MEASURES[name].unit == "money" else ratio).alias(name))
    return frame.group_by(by).agg(sums).with_columns(told)


def _rows(
    frame: pl.DataFrame, by: Sequence[str], names: Sequence[str]
) -> Iterator[tuple[Key, dict[str, Any]]]:
    n = len(by)
    for row in frame.select(*by, *names).iter_rows():
        values = (None if value is None else float(value) for value in row[n:])
        yield row[:n], dict(zip(names, values, strict=True))


def _take(found: Values, more: Values, by: Sequence[str], time: str) -> None:
    """Take values whose key begins with the time into those whose keys are in the order that is asked."""
    at = list(by).index(time)
    for (span, *others), values in more.items():
        key = (*others[:at], span, *others[at:])
        found.setdefault(key, {}).update(values)
