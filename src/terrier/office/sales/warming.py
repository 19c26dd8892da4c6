"""The company's figures of the periods that desks open with, reckoned ahead: whoever comes first finds them."""

from __future__ import annotations

from django.utils import timezone

from terrier.office.sales import gateway
from terrier.office.sales.breakdown import COLUMNS
from terrier.office.sales.figures import figures
from terrier.office.sales.periods import DEFAULT, Choice
from terrier.office.sales.signals import signals


def warm() -> None:
    """Nothing is done while there are no invoices."""
    extent = gateway.extent()
    if extent is None:
        return
    chosen = Choice(DEFAULT, min(timezone.localdate(), extent.last))
    for period in (chosen.period, chosen.period.a_year_before()):
        figures(period).card(COLUMNS, ("holder",))
    figures(chosen.twelve_months).by_month()
    signals(chosen.on, extent.currencies[0])
