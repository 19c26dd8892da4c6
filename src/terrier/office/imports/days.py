"""Days as people and programs write them, and in which order a file does: 2026-01-31, 01/31/2026, 31.01.2026, 31-Jan-26, 31 gennaio 2026."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import gettext as _

_ISO = re.compile(r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?$")
_ORDERS = {
    "mdy": re.compile(r"^(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>\d{4})$"),
    "dmy": re.compile(r"^(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})$"),
}
_NAMED = (
    re.compile(r"^(?P<d>\d{1,2})[ .-]+(?P<m>[^\W\d]{3,9})\.?[ ,-]+(?P<y>\d{4}|\d{2})$"),
    re.compile(r"^(?P<m>[^\W\d]{3,9})\.?[ -]+(?P<d>\d{1,2})[ ,-]+(?P<y>\d{4}|\d{2})$"),
)
_MONTHS = {
    name[:3]: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "gen feb mar apr mag giu lug ago set ott nov dic",
    )
    for number, name in enumerate(names.split(), start=1)
}
_WHOLE = frozenset(_MONTHS) | {
    "january", "february", "march", "april", "june", "july", "august", "september", "sept", "october", "november", "december",
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre",
    "dicembre",
}  # fmt: skip


class DayError(ValueError):
    """Why a text is no day, as a sentence for whoever mends it."""


@lru_cache(maxsize=4096)
def day(text: str, order: str) -> str:
    """A day as 2026-01-31. order : iso, mdy or dmy, for what could be two days. Raises DayError."""
    found = _ISO.match(text) or _named(text)
    if found is not None:
        known = _known(found)
        if known is None:
            raise DayError(_("There is no such day."))
        return known
    told = {name: known for name, pattern in _ORDERS.items() if (known := _known(pattern.match(text)))}
    if order in told:
        return told[order]
    if not any(pattern.match(text) for pattern in _ORDERS.values()):
        raise DayError(_("Is not a day. Write it as 2026-01-31."))
    if not told:
        raise DayError(_("There is no such day."))
    if order == "mdy":
        raise DayError(
            _("There is no such day, as this file writes the month first. Write it as 2026-01-31.")
        )
    if order == "dmy":
        raise DayError(_("There is no such day, as this file writes the day first. Write it as 2026-01-31."))
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    raise DayError(
        _("Could be two days: say whether the file puts the month or the day first, or write 2026-01-31.")
    )


def order_of(texts: Iterable[str]) -> str | None:
    """The order in which days are written, where some can be read in one order only and none in the other only."""
    only = set()
    for text in texts:
        fits = {name for name, pattern in _ORDERS.items() if _known(pattern.match(text))}
        if len(fits) == 1:
            only |= fits
    return only.pop() if len(only) == 1 else None


def _named(text: str) -> re.Match[str] | None:
    """A day whose month is a word."""
    found = next((match for pattern in _NAMED if (match := pattern.match(text))), None)
    return found if found is not None and found["m"].casefold() in _WHOLE else None


def _known(found: re.Match[str] | None) -> str | None:
    if found is None:
        return None
    month = found["m"] if found["m"].isdecimal() else _MONTHS[found["m"].casefold()[:3]]
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
    try:
        return dt.date(year, int(month), int(found["d"])).isoformat()
    except ValueError:
        return None
