"""What a plan makes of one territory: before, after, and the accounts that it gains, loses and keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from terrier.office.alignment.choices import choices_of
from terrier.office.alignment.figures import WHITE, pay_of
from terrier.office.alignment.models import Overlay, Placement, Plan, Territory
from terrier.office.alignment.units import Units, load_units, territory_holder
from terrier.office.alignment.workload import Ints

GAINED, LOST, KEPT = "gained", "lost", "kept"


@dataclass(frozen=True, slots=True)
class Half:
    """A territory at one time. workload : hours a year, travel included. pay : on the sales credited, shares of others' included."""

    n_accounts: int
    sales: float
    potential: float
    workload: float
    travel_hours: float
    pay: float | None


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    territory: Territory
    before: Half
    after: Half
    n_gained: int
    n_lost: int
    n_kept: int


def before_after(plan: Plan, territory: Territory) -> BeforeAfter:
    """Both halves, from the accounts that are or were in a territory."""
    units = load_units(plan, choices_of(plan), Q(territory=territory) | Q(present=territory))
    at = next(number for number, one in enumerate(units.territories) if one.pk == territory.pk)
    was, is_ = units.present == at, units.territory == at
    return BeforeAfter(
        territory,
        _half(units, at, was, _shared(plan, territory, Q(account__placements__present=territory))),
        _half(units, at, is_, _shared(plan, territory, Q(account__placements__territory=territory))),
        int((is_ & ~was).sum()),
        int((was & ~is_).sum()),
        int((was & is_).sum()),
    )


def concerned(plan: Plan, territory: Territory, which: str) -> QuerySet[Placement, Placement]:
    """The placements of accounts that a territory gains, loses or keeps, or that it holds, all or those that buy nothing; the largest first."""
    rows = Placement.objects.filter(plan=plan).select_related("account", "territory", "present")
    match which:
        case "held":
            rows = rows.filter(territory=territory)
        case "gained":
            rows = rows.filter(territory=territory).exclude(present=territory)
        case "lost":
            rows = rows.filter(present=territory).exclude(territory=territory)
        case "kept":
            rows = rows.filter(territory=territory, present=territory)
        case "white":
            rows = rows.filter(WHITE, territory=territory)
        case _:
            rows = rows.filter(Q(territory=territory) | Q(present=territory))
    return rows.order_by(
        F("account__annual_sales").desc(), F("account__potential").desc(nulls_last=True), "account"
    )


MOST_SHOWN = 5000
"""Accounts on the map of a territory; beyond them those are left out that stay."""


def places_of(plan: Plan, territory: Territory) -> dict[str, Any]:
    """Where the accounts lie that a territory keeps, gains and loses, by columns, as the map of a page reads them.

    status : 0 kept, 1 gained, 2 lost. placeless : how many have no coordinates.
    """
    rows = [
        (account, longitude, latitude, name, 0 if was == is_ else 1 if is_ == territory.pk else 2)
        for account, longitude, latitude, name, was, is_ in concerned(plan, territory, "").values_list(
            "account", "account__longitude", "account__latitude", "account__name", "present", "territory"
        )
    ]
    placed = sorted((row for row in rows if row[1] is not None), key=lambda row: row[4] == 0)
    ids, longitude, latitude, names, status = (
        map(list, zip(*placed[:MOST_SHOWN], strict=True)) if placed else ([],) * 5
    )
    return {
        "ids": ids,
        "longitude": longitude,
        "latitude": latitude,
        "names": names,
        "status": status,
        "left_out": max(0, len(placed) - MOST_SHOWN),
        "placeless": len(rows) - len(placed),
        "address": "",
    }


def _shared(plan: Plan, territory: Territory, held: Q) -> float:
    """Sales of others that a territory has a share in, less what others have of those that it holds."""
    amount = Cast(F("account__annual_sales"), FloatField()) * Cast(F("split"), FloatField())
    rows = Overlay.objects.filter(plan=plan, account__placements__plan=plan, account__annual_sales__gt=0)
    gets = rows.filter(territory=territory).aggregate(sum=Sum(amount))["sum"] or 0.0
    gives = rows.filter(held, ~Q(territory=territory)).aggregate(sum=Sum(amount))["sum"] or 0.0
    return float(gets - gives)


def _half(units: Units, at: int, members: np.ndarray, shared: float) -> Half:
    holder: Ints = np.where(members, 0, -1).astype(np.int32)
    load = units.work.loads(holder, [territory_holder(units.territories[at])])[0]
    sales = float(units.sales[members].sum())
    return Half(
        n_accounts=int(members.sum()),
        sales=sales,
        potential=float(units.potential[members].sum()),
        workload=load.workload,
        travel_hours=load.travel_hours,
        pay=pay_of(units.territories[at], sales + shared, units.choices),
    )
