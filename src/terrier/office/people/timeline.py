"""Who or what counts when: spans of days, one after another, and what becomes of them when one is laid over the rest.

Pure: positions, people and rows are numbers here. Spans are half-open, and without an end hold until further notice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

FOREVER = dt.date.max


@dataclass(frozen=True, slots=True)
class Span:
    """``value`` counts from a day until a day, not included. row : what holds it in the database, if anything does."""

    starts_on: dt.date
    ends_on: dt.date | None
    value: int
    row: int | None = None

    @property
    def last(self) -> dt.date:
        """The end, as a day that can be compared."""
        return self.ends_on or FOREVER

    def counts_on(self, day: dt.date) -> bool:
        return self.starts_on <= day < self.last

    def meets(self, starts_on: dt.date, ends_on: dt.date | None) -> bool:
        """Whether any day of it lies between two days."""
        return self.starts_on < (ends_on or FOREVER) and starts_on < self.last


def laid_over(
    spans: Iterable[Span], starts_on: dt.date, ends_on: dt.date | None, value: int | None
) -> list[Span]:
    """The spans once ``value`` counts between two days, whatever counted there before; nothing does if it is None.

    A span that reaches into those days is cut, one that lies within them goes, one around them becomes two (the second
    without a row). Neighbors of the same value stay apart: each is a row with a history of its own.
    """
    left: list[Span] = []
    for span in spans:
        if not span.meets(starts_on, ends_on):
            left.append(span)
            continue
        before = span.starts_on < starts_on
        if before:
            left.append(replace(span, ends_on=starts_on))
        if ends_on is not None and ends_on < span.last:
            left.append(replace(span, starts_on=ends_on, row=None if before else span.row))
    if value is not None:
        left.append(Span(starts_on, ends_on, value))
    return sorted(left, key=lambda span: span.starts_on)


def next_start(spans: Iterable[Span], day: dt.date) -> dt.date | None:
    """When the next span that is planned after a day begins."""
    return min((span.starts_on for span in spans if span.starts_on > day), default=None)


class Dated(Protocol):
    starts_on: dt.date
    ends_on: dt.date | None


Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Row]):
    """A time in the life of a position: a row that counts then, or none."""

    starts_on: dt.date
    ends_on: dt.date | None
    row: Row | None


def with_vacancies(rows: Iterable[Row], opens_on: dt.date, closes_on: dt.date | None) -> list[Stretch[Row]]:
    """Rows with the gaps between them from one day to another, the latest first."""
    stretches: list[Stretch[Row]] = []
    at: dt.date | None = opens_on
    for row in sorted(rows, key=lambda row: row.starts_on):
        if at is not None and at < row.starts_on:
            stretches.append(Stretch(at, row.starts_on, None))
        stretches.append(Stretch(row.starts_on, row.ends_on, row))
        at = row.ends_on
    if at is not None and at < (closes_on or FOREVER):
        stretches.append(Stretch(at, closes_on, None))
    return stretches[::-1]


def first_overlap(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """Two spans that share a day, if any do."""
    ordered = sorted(spans, key=lambda span: (span.starts_on, span.last))
    for one, other in pairwise(ordered):
        if other.starts_on < one.last:
            return one, other
    return None


def first_circle(lines: Iterable[tuple[int, Span]]) -> tuple[dt.date, list[int]] | None:
    """The first day on which some positions report to one another in a circle, and that circle.

    lines : pairs of a position and a span whose value is whom it reports to.
    """
    by_position: dict[int, list[Span]] = {}
    days: set[dt.date] = set()
    for position, span in lines:
        by_position.setdefault(position, []).append(span)
        days.add(span.starts_on)
    for day in sorted(days):
        above = {
            position: span.value
            for position, spans in by_position.items()
            for span in spans
            if span.counts_on(day)
        }
        circle = circle_in(above)
        if circle:
            return day, circle
    return None


def circle_in(above: dict[int, int]) -> list[int]:
    """A circle among positions, each with the one above it; empty if there is none."""
    clear: set[int] = set()
    for start in above:
        path: list[int] = []
        at: int | None = start
        while at is not None and at not in clear:
            if at in path:
                return path[path.index(at) :]
            path.append(at)
            at = above.get(at)
        clear.update(path)
    return []
