"""The period that figures are told for: chosen once, remembered for the next page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terrier.ledger import Period
from terrier.office.people.asked import text
from terrier.office.sales import gateway

KINDS: dict[str, Promise] = {
    "month": _("Month"),
    "quarter": _("Quarter"),
    "year": _("Year to date"),
    "twelve": _("Last 12 months"),
}
DAYS = "days"
"""From one day to another: for questions that name both."""
DEFAULT = "year"
REMEMBERED = "period"
EARLIEST = dt.date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """What figures are told of. kind : of `KINDS`, or `DAYS`. on : the last day that counts. latest : whether that is the last there is. since : of days, the first. currency : of the lines
    that count; empty for that of most."""

    kind: str
    on: dt.date
    latest: bool = True
    since: dt.date | None = None
    currency: str = ""

    @property
    def period(self) -> Period:
        """Up to and with the day: since the first of its month, quarter or year, or twelve months long."""
        end = self.on + dt.timedelta(days=1)
        match self.kind:
            case "month":
                return Period(self.on.replace(day=1), end)
            case "quarter":
                return Period(self.on.replace(month=3 * ((self.on.month - 1) // 3) + 1, day=1), end)
            case "twelve":
                return Period(a_year_before(end), end)
            case "days" if self.since is not None:
                return Period(min(self.since, self.on), end)
        return Period(self.on.replace(month=1, day=1), end)

    @property
    def twelve_months(self) -> Period:
        """The month of the day, and the eleven before: what a trend is drawn of."""
        first = self.on.replace(day=1)
        year, month = divmod(first.year * 12 + first.month - 1 - 11, 12)
        return Period(dt.date(year, month + 1, 1), self.on + dt.timedelta(days=1))

    @property
    def days(self) -> str:
        return told_days(self.period)

    @property
    def days_before(self) -> str:
        return told_days(self.period.a_year_before())

    @property
    def comparable(self) -> bool:
        """Whether the ledger knows all of the same days a year before."""
        return gateway.begun_by(self.period.a_year_before().start)

    @property
    def not_compared(self) -> str:
        """Why nothing is told against the year before; empty where it is."""
        extent = gateway.extent()
        if extent is None or self.comparable:
            return ""
        return gettext("The ledger begins on %(day)s, so the year before cannot be compared.") % _first(
            extent
        )

    @property
    def query(self) -> str:
        """As an address carries it."""
        return urlencode(self.asked)

    @property
    def asked(self) -> dict[str, str]:
        since = {"since": self.since.isoformat()} if self.kind == DAYS and self.since else {}
        currency = {"currency": self.currency} if self.currency else {}
        return {"period": self.kind} | since | currency | ({} if self.latest else {"on": self.on.isoformat()})


def choice(request: HttpRequest) -> Choice:
    """What the address says, else what was chosen last; up to the last day there are invoices of, today at the latest."""
    kept = request.session.get(REMEMBERED, "")
    kind = text(request, "period")
    if kind in KINDS and kind != kept:
        request.session[REMEMBERED] = kind
    since = _day(text(request, "since")) if kind == DAYS else None
    if since is None:
        kind = kind if kind in KINDS else kept if kept in KINDS else DEFAULT
    return choice_of(kind, _day(text(request, "on")), since, text(request, "currency"))


def choice_of(kind: str, on: dt.date | None, since: dt.date | None = None, currency: str = "") -> Choice:
    """A period up to a day, the last there is where none is named or it lies beyond; in a currency there are lines in, else that of most."""
    extent = gateway.extent()
    currency = currency if extent and currency in extent.currencies[1:] else ""
    today = timezone.localdate()
    latest = min(today, extent.last) if extent else today
    if on is None or not EARLIEST <= on < latest:
        return Choice(kind, latest, since=since, currency=currency)
    return Choice(kind, on, latest=False, since=since, currency=currency)


def begins() -> str:
    """Why some of the months a year before are left out."""
    extent = gateway.extent()
    if extent is None:
        return ""
    return gettext("The ledger begins on %(day)s: of months before it, nothing is drawn.") % _first(extent)


def before_begins() -> str:
    """Why there is nothing to compare a period with."""
    extent = gateway.extent()
    if extent is None:
        return ""
    return gettext("The ledger begins on %(day)s, so the days before cannot be compared.") % _first(extent)


def _first(extent: gateway.Extent) -> dict[str, str]:
    return {"day": date_format(extent.first, "DATE_FORMAT")}


def _day(told: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(told)
    except ValueError:
        return None


def a_year_before(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def told_days(period: Period) -> str:
    last = period.end - dt.timedelta(days=1)
    return f"{date_format(period.start, 'DATE_FORMAT')} – {date_format(last, 'DATE_FORMAT')}"
