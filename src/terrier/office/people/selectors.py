"""What pages, exports and the API read of people and positions: always within the scope of whoever asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from terrier.office.accounts.models import Account
from terrier.office.alignment.expected_pay import expected_pay
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.alignment.workload import hours_of
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine, Role, counting_on
from terrier.office.people.scope import visible_to, with_those_below

POSITION_SORTS = {
    "name": "name",
    "role": "role",
    "holder": "holder_name",
    "manager": "manager_name",
    "accounts": "n_accounts",
    "capacity": "hours",
    "opens": "opens_on",
}
PERSON_SORTS = {"name": "name", "email": "email", "last": "last_login"}


@dataclass(frozen=True, slots=True)
class PositionFilter:
    """What a list of positions is narrowed to. state : held, vacant, closed or all; by default those that are open."""

    text: str = ""
    role: str = ""
    state: str = ""
    region: int | None = None
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """What a list of people is narrowed to. state : active, invited, barred or without (a position)."""

    text: str = ""
    role: str = ""
    state: str = ""
    region: int | None = None
    sort: str = "name"


def positions_listed(person: Person, asked: PositionFilter, on: dt.date) -> QuerySet[Position]:
    """The positions a person may see, with who holds them, whom they report to, and what they cover on a day."""
    rows = visible_to(person, Position, on).annotate(**_of_a_position(person, on))
    rows = rows.filter(_state(asked.state, on))
    if asked.role:
        rows = rows.filter(role=asked.role)
    if asked.region:
        rows = rows.filter(pk__in=with_those_below(frozenset({asked.region}), on))
    for word in asked.text.split()[:8]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(base__icontains=word)
            | Q(external_id__iexact=word)
            | Q(holder_name__icontains=word)
        )
    return rows.order_by(*_order(asked.sort, POSITION_SORTS))


def people_listed(person: Person, asked: PersonFilter, on: dt.date) -> QuerySet[Person]:
    """The people a person may see, with the positions they hold on a day in ``held``."""
    rows = visible_to(person, Person, on)
    holding = Incumbency.objects.on(on).filter(person=OuterRef("pk"))
    match asked.state:
        case "active":
            rows = rows.filter(is_active=True).exclude(password__startswith="!")
        case "invited":
            rows = rows.filter(is_active=True, password__startswith="!")
        case "barred":
            rows = rows.filter(is_active=False)
        case "without":
            rows = rows.exclude(pk__in=Incumbency.objects.on(on).values("person"))
    if asked.role:
        rows = rows.filter(
            pk__in=Incumbency.objects.on(on).filter(position__role=asked.role).values("person")
        )
    if asked.region:
        below = with_those_below(frozenset({asked.region}), on)
        rows = rows.filter(pk__in=Incumbency.objects.on(on).filter(position__in=below).values("person"))
    for word in asked.text.split()[:8]:
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(external_id__iexact=word))
    held = visible_to(person, Incumbency, on).filter(counting_on(on))
    return (
        rows.annotate(first_position=Subquery(holding.values("position__name")[:1]))
        .prefetch_related(Prefetch("incumbencies", held.select_related("position"), to_attr="held"))
        .order_by(*_order(asked.sort, {**PERSON_SORTS, "position": "first_position"}))
    )


def regions_seen(person: Person, on: dt.date) -> list[tuple[int, str]]:
    """The region managers' positions that a person may filter by."""
    rows = visible_to(person, Position, on).filter(role=Role.REGION_MANAGER).filter(_state("", on))
    return list(rows.order_by("name").values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class Reach:
    """What a position covers on a day, of what its viewer may see."""

    n_primary: int
    n_overlay: int
    annual_sales: Decimal
    credited_sales: Decimal
    service_hours: float
    capacity_hours: Decimal
    expected_pay: Decimal | None

    @property
    def utilization(self) -> int | None:
        """Hours of service as a share of the hours there are, in %."""
        return round(100 * self.service_hours / float(self.capacity_hours)) if self.capacity_hours else None


def reach_of(person: Person, position: Position, on: dt.date) -> Reach:
    """Counts, sales and hours of what a position covers on a day, through the scope of the person who asks."""
    covered = (
        visible_to(person, Coverage, on)
        .filter(counting_on(on))
        .filter(position=position, account__deleted_at__isnull=True)
    )
    primary = Q(kind=CoverageKind.PRIMARY)
    zero = Value(Decimal(0), output_field=DecimalField())
    sums = covered.aggregate(
        n_primary=Count("account", filter=primary, distinct=True),
        n_overlay=Count("account", filter=Q(kind=CoverageKind.OVERLAY), distinct=True),
        annual_sales=Coalesce(Sum("account__annual_sales", filter=primary), zero),
        credited_sales=Coalesce(
            Sum(F("account__annual_sales") * F("split"), output_field=DecimalField()), zero
        ),
    )
    return Reach(
        **sums,
        service_hours=hours_of(covered.filter(primary), position),
        capacity_hours=position.capacity_hours * position.employment_share,
        expected_pay=expected_pay(position, sums["credited_sales"]),
    )


def holders_of(person: Person, position: Position, on: dt.date) -> QuerySet[Incumbency]:
    """Who has held a position, holds it and will, the latest first."""
    return (
        visible_to(person, Incumbency, on)
        .filter(position=position)
        .select_related("person")
        .order_by("-starts_on")
    )


def lines_of(person: Person, position: Position, on: dt.date) -> QuerySet[ReportingLine]:
    """Whom a position has reported to, does and will, the latest first."""
    return (
        visible_to(person, ReportingLine, on)
        .filter(position=position)
        .select_related("manager")
        .order_by("-starts_on")
    )


def reports_of(person: Person, position: Position, on: dt.date) -> QuerySet[Position]:
    """The positions that report to one on a day."""
    lines = ReportingLine.objects.on(on).filter(manager=position).values("position")
    return (
        visible_to(person, Position, on)
        .filter(pk__in=lines)
        .annotate(**_of_a_position(person, on))
        .order_by("name")
    )


def positions_of(person: Person, other: Person, on: dt.date) -> QuerySet[Incumbency]:
    """The positions that somebody has held, holds and will, as far as the viewer sees those positions."""
    return (
        visible_to(person, Incumbency, on)
        .filter(person=other)
        .select_related("position")
        .order_by("-starts_on")
    )


def _of_a_position(person: Person, on: dt.date) -> dict[str, Any]:
    holder = Incumbency.objects.on(on).filter(position=OuterRef("pk"))
    line = ReportingLine.objects.on(on).filter(position=OuterRef("pk"))
    covered = (
        visible_to(person, Coverage, on)
        .filter(counting_on(on))
        .filter(position=OuterRef("pk"), account__in=Account.objects.kept())
        .order_by()
        .values("position")
        .annotate(n=Count("account", distinct=True))
        .values("n")
    )
    return {
        "holder_id": Subquery(holder.values("person")[:1]),
        "holder_name": Subquery(holder.values("person__name")[:1]),
        "manager_id": Subquery(line.values("manager")[:1]),
        "manager_name": Subquery(line.values("manager__name")[:1]),
        "n_accounts": Coalesce(Subquery(covered), 0),
        "hours": F("capacity_hours") * F("employment_share"),
    }


def _state(state: str, on: dt.date) -> Q:
    open_now = Q(opens_on__lte=on) & (Q(closes_on__isnull=True) | Q(closes_on__gt=on))
    match state:
        case "all":
            return Q()
        case "closed":
            return ~open_now
        case "vacant":
            return open_now & Q(holder_id__isnull=True)
        case "held":
            return open_now & Q(holder_id__isnull=False)
    return open_now


def _order(sort: str, sorts: dict[str, str]) -> tuple[Any, ...]:
    """Nobody and nothing come last, whichever way; equals in the order of their numbers."""
    column = F(sorts.get(sort.removeprefix("-"), "name"))
    falling = sort.startswith("-")
    return (column.desc(nulls_last=True) if falling else column.asc(nulls_last=True), "name", "pk")
