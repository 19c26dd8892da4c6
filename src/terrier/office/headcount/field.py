"""What the field below a position holds today, as arrays: the one place where accounts become what the engine sizes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import FloatField, Q, QuerySet
from django.db.models.functions import Cast
from numpy.typing import NDArray

from terrier.atlas.zips import locate
from terrier.engine.travel import Calls
from terrier.office.accounts.models import Account, Status
from terrier.office.alignment.choices import CLASSES, Visits
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.people.models import Position, Role
from terrier.office.people.scope import WHOLE_COMPANY, with_those_below

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Field:
    """n accounts with a place and calls. coordinates : (n, 2). sales : (n,) a year. n_nowhere : left out, nobody knows where they
    are. n_without_calls : left out, their class is not called on.
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
    """The accounts to size for. One query, and what is known of ZIP codes."""
    rows: list[tuple[Any, ...]] = list(
        field_accounts(root, on)
        .order_by("pk")
        .values_list(
            "longitude",
            "latitude",
            Cast("annual_sales", FloatField()),
            "account_class",
            "postal_code",
        )
    )
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 5
    x, y, sales, classes, codes = columns
    places = np.column_stack([np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)])
    lacking = np.flatnonzero(np.isnan(places).any(axis=1))
    if len(lacking):
        places[lacking] = locate([codes[at] or None for at in lacking])
    kind = np.array([CLASSES.index(one) if one in CLASSES else len(CLASSES) - 1 for one in classes], np.int64)
    calls = np.array([visits.calls[one] for one in CLASSES])[kind]  # type: ignore[index]
    hours = np.array([visits.minutes[one] for one in CLASSES])[kind] / 60  # type: ignore[index]
    placed = ~np.isnan(places).any(axis=1)
    use = placed & (calls > 0)
    return Field(
        coordinates=places[use],
        sales=np.maximum(np.array(sales, dtype=np.float64), 0.0)[use],
        calls=Calls(calls[use], hours[use]),
        n_nowhere=int((~placed).sum()),
        n_without_calls=int((placed & ~use).sum()),
    )
