"""What each position carries today: accounts, sales, hours, where they lie. Summed by the database, one row a position."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import cos, hypot, radians
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Abs, Cast

from terrier.office.accounts.models import Status
from terrier.office.alignment.choices import Visits
from terrier.office.alignment.expected_pay import expected_pay
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.alignment.workload import NOTHING, Work, position_holder, prints, read_work
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

    hours : workload a year. capacity : selling hours a year. n_white, white_space : accounts that buy nothing, and their
    potential. middle : of its accounts. typical_km : from the home base to one of them, where a base is known.
    """

    position: Position
    holder: str
    n_accounts: int
    sales: float
    credited_sales: float
    hours: float
    n_white: int
    white_space: float
    middle: Place | None
    typical_km: float | None

    @property
    def capacity(self) -> float:
        return float(self.position.capacity_hours * self.position.employment_share)

    @property
    def utilization(self) -> float | None:
        return self.hours / self.capacity if self.capacity else None

    @property
    def pay(self) -> Decimal | None:
        return expected_pay(self.position, Decimal(round(self.credited_sales, 2)))


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
        _load(one, holders.get(one.pk, ""), sums.get(one.pk, {}), asked.get(one.pk, NOTHING).workload)
        for one in positions
    ]


def _carrying(rows: QuerySet[Position], on: dt.date) -> QuerySet[Position]:
    open_now = Q(opens_on__lte=on) & (Q(closes_on__isnull=True) | Q(closes_on__gt=on))
    return rows.filter(open_now, role__in=CARRYING).order_by("name", "pk")


def _sums(positions: list[int], on: dt.date) -> Iterable[Any]:
    held = Q(kind=CoverageKind.PRIMARY)
    white = held & Q(account__annual_sales__lte=0, account__potential__gt=0)
    sales = Cast(F("account__annual_sales"), FloatField())
    latitude, longitude = F("account__latitude"), F("account__longitude")
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
            lat=Avg(latitude, filter=held),
            lon=Avg(longitude, filter=held),
            north=Avg(Abs(latitude - F("position__base_latitude")), filter=held),
            east=Avg(Abs(longitude - F("position__base_longitude")), filter=held),
        )
    )


def _counting(positions: list[int], on: dt.date) -> QuerySet[Coverage]:
    rows = Coverage.objects.on(on).filter(position__in=positions, account__deleted_at__isnull=True)
    return rows.exclude(account__status=Status.CLOSED)


def _load(position: Position, holder: str, sums: dict[str, Any], hours: float) -> Load:
    placed = sums.get("lat") is not None
    return Load(
        position=position,
        holder=holder,
        n_accounts=sums.get("n_accounts") or 0,
        sales=sums.get("sales") or 0.0,
        credited_sales=sums.get("credited") or 0.0,
        hours=hours,
        n_white=sums.get("n_white") or 0,
        white_space=sums.get("white") or 0.0,
        middle=(sums["lat"], sums["lon"]) if placed else None,
        typical_km=_typical_km(position, sums),
    )


def _typical_km(position: Position, sums: dict[str, Any]) -> float | None:
    """The mean way north or south and the mean way east or west, joined: no root for every account."""
    if sums.get("north") is None or position.base_latitude is None:
        return None
    return KM_A_DEGREE * hypot(sums["north"], sums["east"] * cos(radians(position.base_latitude)))


def km_between(a: Place, b: Place) -> float:
    """As the crow flies, over distances of a territory."""
    wide = cos(radians((a[0] + b[0]) / 2))
    return KM_A_DEGREE * hypot(a[0] - b[0], (a[1] - b[1]) * wide)
