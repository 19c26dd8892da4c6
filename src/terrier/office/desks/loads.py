"""What each position carries today: accounts, sales, hours, where they lie. Summed by the database, one row a position."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import cos, hypot, radians
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from terrier.office.accounts.models import Status
from terrier.office.alignment.choices import Visits
from terrier.office.alignment.expected_pay import expected_pay
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.alignment.workload import NOTHING, Work, position_holder, prints, read_work
from terrier.office.alignment.workload import Load as Asked
from terrier.office.alignment.workload import loads_of as hours_asked
from terrier.office.people.models import Incumbency, Person, Position, Role
from terrier.office.people.scope import visible_to

CARRYING = (Role.TERRITORY_MANAGER, Role.ACCOUNT_MANAGER, Role.KEY_ACCOUNT_MANAGER)
KM_A_DEGREE = 111.195

CALLED_ON = Visits()
"""Apart from a plan, accounts are called on as is usual for their class."""

Place = tuple[float, float]
"""Latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Load:
    """One position on a day. Figures are of the accounts it holds, but for credited_sales, its share of all it covers.

    capacity : selling hours a year. n_white, white_space : accounts that buy nothing, and their potential. pay : expected, None
    where nobody knows. asked : what its accounts ask for.
    """

    position: Position
    holder: str
    n_accounts: int
    sales: float
    credited_sales: float
    n_white: int
    white_space: float
    pay: Decimal | None
    asked: Asked

    @property
    def hours(self) -> float:
        """Workload a year."""
        return self.asked.workload

    @property
    def middle(self) -> Place | None:
        """Of its accounts."""
        return None if self.asked.middle is None else self.asked.middle[::-1]

    @property
    def typical_km(self) -> float | None:
        """From the home base to an account, where a base is known."""
        return self.asked.base_km

    @property
    def capacity(self) -> float:
        return float(self.position.capacity_hours * self.position.employment_share)

    @property
    def utilization(self) -> float | None:
        return self.hours / self.capacity if self.capacity else None


def loads_of(person: Person, on: dt.date) -> list[Load]:
    """The positions that carry accounts, of those a person may see. A fixed number of queries, however many accounts there are."""
    positions = list(_carrying(visible_to(person, Position, on), on))
    holders = dict(
        Incumbency.objects.on(on)
        .filter(position__in=[one.pk for one in positions])
        .order_by()
        .values_list("position", "person__name")
    )
    sums = {row["position"]: row for row in _sums([one.pk for one in positions], on)}
    seats = {one.pk: position_holder(one) for one in positions}

    def read(those: list[int]) -> tuple[Work, list[int | None]]:
        primary = _counting(those, on).filter(kind=CoverageKind.PRIMARY)
        return read_work(primary, "position", CALLED_ON)

    asked = hours_asked(sums.items(), seats, CALLED_ON, read)
    return [
        _load(one, holders.get(one.pk, ""), sums.get(one.pk, {}), asked.get(one.pk, NOTHING))
        for one in positions
    ]


def _carrying(rows: QuerySet[Position], on: dt.date) -> QuerySet[Position]:
    open_now = Q(opens_on__lte=on) & (Q(closes_on__isnull=True) | Q(closes_on__gt=on))
    return rows.filter(open_now, role__in=CARRYING).order_by("name", "pk")


def _sums(positions: list[int], on: dt.date) -> Iterable[Any]:
    held = Q(kind=CoverageKind.PRIMARY)
    white = held & Q(account__annual_sales__lte=0, account__potential__gt=0)
    sales = Cast(F("account__annual_sales"), FloatField())
    return (
        _counting(positions, on)
        .order_by()
        .values("position")
        .annotate(
            n_accounts=Count("pk", filter=held),
            sales=Sum(sales, filter=held),
            credited=Sum(sales * Cast(F("split"), FloatField())),
            **prints(CALLED_ON, held),
            n_white=Count("pk", filter=white),
            white=Sum(Cast(F("account__potential"), FloatField()), filter=white),
        )
    )


def _counting(positions: list[int], on: dt.date) -> QuerySet[Coverage]:
    rows = Coverage.objects.on(on).filter(position__in=positions, account__deleted_at__isnull=True)
    return rows.exclude(account__status=Status.CLOSED)


def _load(position: Position, holder: str, sums: dict[str, Any], asked: Asked) -> Load:
    credited = sums.get("credited") or 0.0
    return Load(
        position=position,
        holder=holder,
        n_accounts=sums.get("n_accounts") or 0,
        sales=sums.get("sales") or 0.0,
        credited_sales=credited,
        n_white=sums.get("n_white") or 0,
        white_space=sums.get("white") or 0.0,
        pay=expected_pay(position, Decimal(round(credited, 2))),
        asked=asked,
    )


def km_between(a: Place, b: Place) -> float:
    """As the crow flies, over distances of a territory."""
    wide = cos(radians((a[0] + b[0]) / 2))
    return KM_A_DEGREE * hypot(a[0] - b[0], (a[1] - b[1]) * wide)
