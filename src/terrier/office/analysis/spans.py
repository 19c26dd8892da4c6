"""Periods told apart by month, quarter or year, and what each is compared with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from terrier.ledger import Period
from terrier.office.sales.periods import DAYS, Choice

MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A month, quarter or year of a period, or what of it lies inside. start : its first day, were it whole."""

    kind: str
    start: dt.date
    period: Period

    @property
    def label(self) -> str:
        match self.kind:
            case "month":
                return str(date_format(self.start, "M Y"))
            case "quarter":
                told = {"n": (self.start.month + 2) // 3, "year": self.start.year}
                return _("Q%(n)s %(year)s") % told
        return str(self.start.year)

    @property
    def is_whole(self) -> bool:
        return self.period == Period(self.start, months_later(self.start, MONTHS_OF[self.kind]))

    @property
    def choice(self) -> Choice:
        """As the other pages of figures are asked for it."""
        on = self.period.end - A_DAY
        whole = Choice(self.kind, on, latest=False)
        if whole.period == self.period:
            return whole
        return Choice(DAYS, on, latest=False, since=self.period.start)


def spans_of(period: Period, kind: str) -> list[Span]:
    """The months, quarters or years of a period, the first first."""
    n_months = MONTHS_OF[kind]
    found, start = [], start_of(period.start, kind)
    while start < period.end:
        end = months_later(start, n_months)
        found.append(Span(kind, start, Period(max(start, period.start), min(end, period.end))))
        start = end
    return found


def start_of(day: dt.date, kind: str) -> dt.date:
    """The first day of the month, quarter or year that a day lies in."""
    n_months = MONTHS_OF[kind]
    return day.replace(month=n_months * ((day.month - 1) // n_months) + 1, day=1)


def months_later(first: dt.date, n: int) -> dt.date:
    """The first day of the month that comes so many after the one of a day."""
    at = first.year * 12 + first.month - 1 + n
    return dt.date(at // 12, at % 12 + 1, 1)


def compared(period: Period, kind: str, compare: str) -> Period:
    """What the days of a period are compared with: the same ones a year before, or those just before; with nothing, themselves.

    Of a month, quarter or year that is not over yet, as many days of the one before.
    """
    if not compare:
        return period
    if compare == "year":
        return period.a_year_before()
    n_months = MONTHS_OF.get(kind)
    if n_months is None or period.start != start_of(period.start, kind):
        return Period(period.start - (period.end - period.start), period.start)
    start = months_later(period.start, -n_months)
    if period.end == months_later(period.start, n_months):
        return Period(start, period.start)
    return Period(start, min(start + (period.end - period.start), period.start))
