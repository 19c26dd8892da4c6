"""A plan as arrays: what the engine and the figures compute with. The one place where account numbers become positions in arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import FloatField, Q, QuerySet
from django.db.models.functions import Cast, Coalesce
from numpy.typing import NDArray

from terrier.office.alignment.choices import Choices
from terrier.office.alignment.models import Level, Lock, Placement, Plan, Territory, TerritoryKind
from terrier.office.alignment.workload import (
    COLUMNS,
    Floats,
    Holder,
    Ints,
    Work,
    holder_of,
    own_hours,
    work_of,
)

AT_ONCE = 1000


@dataclass(frozen=True, eq=False)
class Units:
    """The n accounts of a plan in the order of their numbers, and its k territories.

    territory, present : (n,) positions among ``territories``, -1 where in none. sales, potential : (n,) a year.
    locked : (n,) by itself or with its territory. besides : columns of n values that were asked for besides, by name.
    """

    plan: Plan
    choices: Choices
    territories: tuple[Territory, ...]
    accounts: NDArray[np.int64]
    work: Work
    territory: Ints
    present: Ints
    sales: Floats
    potential: Floats
    chain: NDArray[np.int64]
    states: tuple[str, ...]
    locked: NDArray[np.bool_]
    besides: dict[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.accounts)

    @property
    def coordinates(self) -> Floats:
        return self.work.coordinates

    @property
    def placed(self) -> NDArray[np.bool_]:
        return self.work.placed

    @property
    def visits(self) -> Floats:
        return self.work.calls.visits

    @cached_property
    def seats(self) -> Floats:
        """(k, 2) home base of each territory's position, NaN where nobody says."""
        found = [one.seat or (np.nan, np.nan) for one in map(territory_holder, self.territories)]
        return np.array(found).reshape(-1, 2)


def territory_holder(territory: Territory) -> Holder:
    """Whoever holds a territory; portfolios are looked after by phone."""
    return holder_of(territory.position, territory.kind != TerritoryKind.PORTFOLIO)


def load_units(
    plan: Plan, choices: Choices, *conditions: Q, besides: Mapping[str, Any] | None = None, **where: Any
) -> Units:
    """The arrays of a plan, or of those of its placements that fit. Three queries, however many accounts."""
    territories = territories_of(plan)
    at = places_of(territories)
    more = besides or {}
    asked = (
        "account",
        "territory",
        "present",
        Cast("account__annual_sales", FloatField()),
        Cast(Coalesce("account__potential", 0), FloatField()),
        Coalesce("account__chain", 0),
        "account__state",
        *(f"account__{name}" for name in COLUMNS),
        own_hours(),
        *more.values(),
    )
    found = (
        Placement.objects.filter(*conditions, plan=plan, **where).order_by("account_id").values_list(*asked)
    )
    columns = columns_of(found, len(asked))
    number, held, before, sales, potential, chain, state = columns[:7]
    territory = np.array([at[one] for one in held], dtype=np.int32)
    accounts = np.array(number, dtype=np.int64)
    return Units(
        plan=plan,
        choices=choices,
        territories=territories,
        accounts=accounts,
        work=work_of(columns[7 : len(asked) - len(more)], choices.visits),
        territory=territory,
        present=np.array([at[one] for one in before], dtype=np.int32),
        sales=np.maximum(np.array(sales, dtype=np.float64), 0.0),
        potential=np.array(potential, dtype=np.float64),
        chain=np.array(chain, dtype=np.int64),
        states=tuple(state),
        locked=_locked(plan, accounts, territory, at),
        besides=dict(zip(more, columns[len(asked) - len(more) :], strict=True)),
    )


def territories_of(plan: Plan) -> tuple[Territory, ...]:
    """Those at the bottom of a plan's tree, in the order of their names."""
    return tuple(
        Territory.objects.filter(plan=plan, level=Level.TERRITORY)
        .select_related("position", "parent")
        .order_by("name", "pk")
    )


def places_of(territories: Sequence[Territory]) -> dict[int | None, int]:
    """Where each territory stands among them, by its number; -1 where there is none."""
    return {None: -1, **{territory.pk: place for place, territory in enumerate(territories)}}


def columns_of(rows: QuerySet[Any, Any], n: int) -> list[list[Any]]:
    """The n columns of some rows, as the database gives them: numbers and texts.

    A few rows at a time: a hundred thousand at once keep the collector of garbage as busy as the database.
    """
    columns: list[list[Any]] = [[] for _ in range(n)]
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while some := cursor.fetchmany(AT_ONCE):
            for column, values in zip(columns, zip(*some, strict=True), strict=True):
                column.extend(values)
    return columns


def _locked(
    plan: Plan, accounts: NDArray[np.int64], territory: Ints, at: dict[int | None, int]
) -> NDArray[np.bool_]:
    locks = list(Lock.objects.filter(plan=plan).values_list("account", "territory"))
    single = [account for account, _node in locks if account is not None]
    whole = [at[node] for _account, node in locks if node is not None and node in at]
    found: NDArray[np.bool_] = np.isin(accounts, np.array(single, dtype=np.int64))
    return found | np.isin(territory, np.array(whole, dtype=np.int32))
