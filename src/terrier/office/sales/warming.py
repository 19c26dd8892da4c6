"""The company's figures of the periods that desks open with, reckoned ahead: whoever comes first finds them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from functools import partial

from django.utils import timezone

from terrier.ledger import MEASURES, Period
from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage
from terrier.office.sales import gateway
from terrier.office.sales.breakdown import COLUMNS
from terrier.office.sales.credit import counted
from terrier.office.sales.figures import figures
from terrier.office.sales.periods import DEFAULT, KINDS, Choice
from terrier.office.sales.signals import signals

BRIDGE = tuple(name for name in MEASURES if name.startswith("growth_"))


def version() -> str:
    """Another one whenever figures have to be reckoned anew: lines or coverage changed, or it is another day. Empty while there are no lines."""
    extent = gateway.extent()
    if extent is None:
        return ""
    changed = (gateway.mark(), *counted(Coverage.objects), *counted(Account.objects), _latest(extent))
    return hashlib.sha256(repr(changed).encode()).hexdigest()[:32]


def warm(between: Callable[[int, int], None] = lambda _done, _total: None) -> None:
    """Ask what desks ask, those that open with a page first. Nothing is done while there are no invoices.

    between : called before each part, with how many are done and how many there are.
    """
    extent = gateway.extent()
    if extent is None:
        return
    parts = list(_parts(extent))
    for done, part in enumerate(parts):
        between(done, len(parts))
        part()


def _parts(extent: gateway.Extent) -> Iterator[Callable[[], object]]:
    kinds = sorted(KINDS, key=lambda kind: kind != DEFAULT)
    for kind in kinds:
        chosen = Choice(kind, _latest(extent))
        if kind == DEFAULT:
            yield partial(_months_of, chosen)
            yield partial(signals, chosen.on, extent.currencies[0])
        for period in (chosen.period, chosen.period.a_year_before()):
            if kind == DEFAULT:
                yield partial(_month_by_month, period)
            yield partial(_of, period)


def _months_of(chosen: Choice) -> None:
    figures(chosen.twelve_months).by_month()


def _month_by_month(period: Period) -> None:
    """What the analysis page tells apart by time."""
    asked = figures(period)
    asked.table(("revenue",), ("account", "month"))
    asked.by_month()


def _of(period: Period) -> None:
    asked = figures(period)
    asked.card(COLUMNS, ("holder",))
    asked.one(BRIDGE)


def _latest(extent: gateway.Extent) -> dt.date:
    return min(timezone.localdate(), extent.last)
