"""What the field below a position holds today, as arrays: the one place where accounts become what the engine sizes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import FloatField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from terrier.engine.travel import Calls
from terrier.office.accounts.models import Account, Status
from terrier.office.alignment.choices import Visits
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.alignment.workload import (
    COLUMNS,
    Floats,
    Holder,
    Ints,
    Work,
    own_hours,
    position_holder,
    work_of,
)
from terrier.office.people.models import Position, Role
from terrier.office.people.scope import WHOLE_COMPANY, with_those_below


@dataclass(frozen=True, eq=False)
class Field:
    """n accounts with a place and calls. coordinates : (n, 2). sales : (n,) a year. n_nowhere : left out, nobody knows where they
    are. n_without_calls : left out, nobody is to call on them.
    """

    coordinates: Floats
    sales: Floats
    calls: Calls
    n_nowhere: int
    n_without_calls: int

    @property
    def n(self) -> int:
        return len(self.sales)


def people_in_the_field(root: Position, on: dt.date) -> QuerySet[Position]:
    """The territory managers' positions at or below one that are open on a day."""
    below = with_those_below(frozenset({root.pk}), on)
    open_now = Q(opens_on__lte=on) & (Q(closes_on__isnull=True) | Q(closes_on__gt=on))
    return Position.objects.filter(open_now, pk__in=below, role=Role.TERRITORY_MANAGER)


def field_accounts(root: Position, on: dt.date) -> QuerySet[Account]:
    """What those in the field below a position hold on a day; for the company, also what nobody holds."""
    held = Coverage.objects.on(on).filter(kind=CoverageKind.PRIMARY)
    mine = held.filter(position__in=people_in_the_field(root, on).values("pk"))
    rows = Account.objects.filter(deleted_at__isnull=True).exclude(status=Status.CLOSED)
    if root.role in WHOLE_COMPANY:
        return rows.filter(Q(pk__in=mine.values("account")) | ~Q(pk__in=held.values("account")))
    return rows.filter(pk__in=mine.values("account"))


def read_field(root: Position, visits: Visits, on: dt.date) -> Field:
    """The accounts to size for. Two queries, and what is known of ZIP codes.

    With more people or fewer one drives otherwise: of accounts with service hours of their own, the calls are what the travel of
    today leaves of those.
    """
    people = list(people_in_the_field(root, on).order_by("pk"))
    at = {one.pk: place for place, one in enumerate(people)}
    held = Coverage.objects.on(on).filter(kind=CoverageKind.PRIMARY, account=OuterRef("pk"))
    rows: list[tuple[Any, ...]] = list(
        field_accounts(root, on)
        .order_by("pk")
        .values_list(
            *COLUMNS,
            own_hours(""),
            Cast("annual_sales", FloatField()),
            Subquery(held.values("position")[:1]),
        )
    )
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * (len(COLUMNS) + 3)
    *told, sales, holders = columns
    work = work_of(told, visits)
    holder = np.array([at.get(one, -1) for one in holders], dtype=np.int32)
    calls = _calls_today(work, holder, [position_holder(one) for one in people])
    use = work.placed & (calls.total > 0)
    return Field(
        coordinates=work.coordinates[use],
        sales=np.maximum(np.array(sales, dtype=np.float64), 0.0)[use],
        calls=calls.of(use),
        n_nowhere=int((~work.placed).sum()),
        n_without_calls=int((work.placed & ~use).sum()),
    )


def _calls_today(work: Work, holder: Ints, holders: list[Holder]) -> Calls:
    """Visits and hours of each; those whose own hours say more than their class lets see are visited once a year."""
    travel, _km = work.travel(holder, work.bases(holder, holders))
    hours = np.where(np.isnan(work.own_hours), work.calls.total, np.maximum(work.own_hours - travel, 0.0))
    visits = np.where((work.calls.visits <= 0) & (hours > 0), 1.0, work.calls.visits)
    return Calls(visits, hours / np.where(visits > 0, visits, 1.0))
