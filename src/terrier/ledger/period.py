"""Days from one to another, and the months that lie among them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from the first to the day before ``end``."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"a period ends after it starts; {self.start} to {self.end} does not")

    @property
    def n_days(self) -> int:
        return (self.end - self.start).days

    def a_year_before(self) -> Period:
        """The same days of the year before; February 29 is February 28 there."""
        return Period(_a_year_before(self.start), _a_year_before(self.end))

    def whole_months(self) -> Period | None:
        """The months that lie in it whole."""
        first = self.start if self.start.day == 1 else _next_month(self.start)
        last = self.end.replace(day=1)
        return Period(first, last) if first < last else None

    def edges(self) -> list[Period]:
        """The days outside its whole months."""
        whole = self.whole_months()
        if whole is None:
            return [self]
        ends = ((self.start, whole.start), (whole.end, self.end))
        return [Period(start, end) for start, end in ends if start < end]

    def has_months_of(self, other: Period) -> bool:
        """Whether another one is made of months of this one, each with all the days that this one has of it."""
        inside = self.start <= other.start and other.end <= self.end
        starts = other.start.day == 1 or other.start == self.start
        return inside and starts and (other.end.day == 1 or other.end == self.end)


def month_of(day: dt.date) -> Period:
    """The month that a day lies in."""
    first = day.replace(day=1)
    return Period(first, _next_month(first))


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _a_year_before(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)
