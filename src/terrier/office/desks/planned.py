"""What a plan is to be warned of: the same warnings as of today's coverage, of who would cover whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, F, FloatField, Sum
from django.db.models.functions import Cast, Coalesce

from terrier.office.alignment.choices import Choices
from terrier.office.alignment.figures import Figures, Sheet
from terrier.office.alignment.models import Overlay, Placement, Territory, TerritoryKind
from terrier.office.desks.finding import OF_LOADS, too_little
from terrier.office.desks.loads import Load
from terrier.office.desks.models import Limits
from terrier.office.desks.uncovered import is_key_size, key_size_warnings, nobody_warning
from terrier.office.desks.warned import limits_now, worst_last
from terrier.office.desks.warning import Warned
from terrier.office.people.models import Incumbency, Position, Role

ROLES = {
    TerritoryKind.GEOGRAPHIC: Role.TERRITORY_MANAGER,
    TerritoryKind.PORTFOLIO: Role.ACCOUNT_MANAGER,
    TerritoryKind.KEY: Role.KEY_ACCOUNT_MANAGER,
}
SALES = Cast(F("account__annual_sales"), FloatField())
POTENTIAL = Cast(F("account__potential"), FloatField())


def plan_warnings(sheet: Sheet, on: dt.date, *, whole: bool) -> list[Warned]:
    """What the rows of a plan's sheet are to be warned of, the worst first. A fixed number of queries.

    whole : also what is the plan's as a whole: accounts that nobody would hold, and those of key size.
    """
    limits = limits_of(sheet.choices)
    loads = _loads(sheet, on)
    found = [one for find in OF_LOADS for one in find(loads, limits)]
    # Calls are not all that key account managers and those at the phone do: few hours of them warn of nothing.
    in_the_field = [one for one in loads if one.n_accounts and one.position.role == Role.TERRITORY_MANAGER]
    found += too_little(in_the_field, sheet.choices.warned.under)
    if whole:
        found += _nobody(sheet)
        found += _without_key_account_manager(sheet, limits)
    return sorted(found, key=worst_last, reverse=True)


def limits_of(choices: Choices) -> Limits:
    """The company's limits, but for what a plan says itself."""
    limits, warned = limits_now(), choices.warned
    if warned.over is not None:
        limits.over_percent = round(warned.over * 100)
    if warned.white_space is not None:
        limits.white_space = Decimal(str(warned.white_space))
    if warned.pay_apart is not None:
        limits.pay_percent = round(warned.pay_apart * 100)
    return limits


def _loads(sheet: Sheet, on: dt.date) -> list[Load]:
    positions = [row.territory.position_id for row in sheet.rows if row.territory.position_id]
    holders = dict(
        Incumbency.objects.on(on)
        .filter(position__in=positions)
        .order_by()
        .values_list("position", "person__name")
    )
    return [_load(row, holders.get(row.territory.position_id or 0, "")) for row in sheet.rows]


def _load(row: Figures, holder: str) -> Load:
    return Load(
        position=row.territory.position or _nobodys(row.territory),
        holder=holder,
        n_accounts=row.n_accounts,
        sales=row.sales,
        credited_sales=row.credited,
        n_white=row.n_white,
        white_space=row.white_space,
        pay=None if row.pay is None else Decimal(str(round(row.pay, 2))),
        asked=row.load,
    )


def _nobodys(territory: Territory) -> Position:
    """What stands for the position of a territory that has none; it is never saved."""
    return Position(
        pk=-territory.pk,
        name=territory.name,
        role=ROLES[TerritoryKind(territory.kind)],
        capacity_hours=Decimal(0),
    )


def _nobody(sheet: Sheet) -> Iterator[Warned]:
    rows = Placement.objects.filter(plan=sheet.plan, territory__isnull=True)
    found = rows.aggregate(n=Count("pk"), sales=Sum(SALES), potential=Sum(POTENTIAL))
    return nobody_warning(found["n"], found["sales"] or 0.0, found["potential"] or 0.0)


def _without_key_account_manager(sheet: Sheet, limits: Limits) -> Iterator[Warned]:
    """Chains and single accounts of key size of which no part is in a territory of key accounts, and none shares one."""
    top = Coalesce("account__chain", "account")
    placed = Placement.objects.filter(plan=sheet.plan).order_by()
    shared = Overlay.objects.filter(plan=sheet.plan, territory__kind=TerritoryKind.KEY).order_by()
    keys = {
        *placed.filter(territory__kind=TerritoryKind.KEY).values_list(top, flat=True),
        *shared.values_list(top, flat=True),
    }
    found = (
        placed.values(top=top)
        .annotate(
            n_accounts=Count("pk"),
            n_sites=Count("account__chain"),
            sales=Sum(SALES),
            whole_potential=Sum(POTENTIAL),
        )
        .filter(is_key_size(limits))
    )
    return key_size_warnings([row for row in found if row["top"] not in keys], limits)
