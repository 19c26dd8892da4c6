"""What everybody of the sample company is paid: a base, a share of sales, and a quota a little above what they sell."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Sum

from terrier.office.alignment.models import Coverage
from terrier.office.people.models import Position, Role

GROWTH = Decimal("1.06")
TERMS = {
    Role.TERRITORY_MANAGER: (Decimal(58_000), Decimal("0.012"), Decimal("1.5")),
    Role.ACCOUNT_MANAGER: (Decimal(46_000), Decimal("0.01"), Decimal("1.25")),
    Role.KEY_ACCOUNT_MANAGER: (Decimal(82_000), Decimal("0.006"), Decimal("1.25")),
}
"""Base, rate and accelerator of those on commission."""


def set_terms() -> None:
    """Give everybody on commission their terms, and a quota of what they are credited with and 6 %, in ten thousands."""
    credited = dict(
        Coverage.objects.filter(ends_on__isnull=True)
        .order_by()
        .values_list("position")
        .annotate(sales=Sum(F("account__annual_sales") * F("split")))
    )
    rows = list(Position.objects.filter(role__in=TERMS))
    for row in rows:
        row.base_pay, row.commission_rate, row.accelerator = TERMS[Role(row.role)]
        quota = Decimal(credited.get(row.pk) or 0) * GROWTH / row.employment_share
        row.quota = quota.quantize(Decimal("1E4")).quantize(Decimal(1))
    Position.objects.bulk_update(rows, ["base_pay", "commission_rate", "quota", "accelerator"])
