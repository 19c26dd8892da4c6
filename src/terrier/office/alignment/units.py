"""A plan as arrays: what the engine and the figures compute with. The one place where account numbers become positions in arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import FloatField, Q
from django.db.models.functions import Cast, Coalesce
from numpy.typing import NDArray

from terrier.atlas.zips import locate, zip_table
from terrier.engine.travel import Calls, Roads, StraightRoads, Workday, local_speed, spacing, travel_of
from terrier.office.alignment.choices import CLASSES, Choices
from terrier.office.alignment.models import Level, Lock, Placement, Plan, Territory

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

NEAR_ZIP_KM = 60.0
"""Where ZIP codes are no farther than this from accounts, they tell town from country better than the accounts do."""
NO_CLASS = len(CLASSES) - 1


@dataclass(frozen=True, eq=False)
class Units:
    """The n accounts of a plan in the order of their numbers, and its k territories.

    coordinates : (n, 2) longitude and latitude, NaN where not even the postal code says. territory, present : (n,) positions
    among ``territories``, -1 where in none. sales, potential, visits, call_hours : (n,) a year; visit hours are of one visit.
    locked : (n,) by itself or with its territory.
    """

    plan: Plan
    choices: Choices
    territories: tuple[Territory, ...]
    accounts: NDArray[np.int64]
    coordinates: Floats
    territory: Ints
    present: Ints
    sales: Floats
    potential: Floats
    visits: Floats
    visit_hours: Floats
    chain: NDArray[np.int64]
    states: tuple[str, ...]
    locked: NDArray[np.bool_]

    @property
    def n(self) -> int:
        return len(self.accounts)

    @property
    def call_hours(self) -> Floats:
        """(n,) hours a year with each account, without travel."""
        return self.visits * self.visit_hours

    @cached_property
    def placed(self) -> NDArray[np.bool_]:
        """(n,) whether it is known where an account is."""
        return np.asarray(~np.isnan(self.coordinates).any(axis=1), dtype=np.bool_)

    @cached_property
    def seats(self) -> Floats:
        """(k, 2) home base of each territory's position, NaN where nobody says."""
        found = np.full((len(self.territories), 2), np.nan)
        for at, territory in enumerate(self.territories):
            position = territory.position
            if position is not None and position.base_longitude is not None:
                found[at] = position.base_longitude, position.base_latitude
        return found

    @property
    def calls(self) -> Calls:
        return Calls(self.visits, self.visit_hours)

    @property
    def workday(self) -> Workday:
        return Workday(self.choices.visits.day_hours)

    def roads(self, of: NDArray[np.bool_] | None = None) -> Roads:
        """How far and how long it is between accounts that have a place; of all, or of some."""
        return roads_between(self.coordinates[self.placed if of is None else of])

    def travel_hours(self, assignment: Ints, bases: Floats, of: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """(n,) hours and km a year of each account, 0 where it has no place or is in no territory."""
        hours, km = np.zeros(self.n), np.zeros(self.n)
        some = of & self.placed & (assignment >= 0)
        if not some.any():
            return hours, km
        calls = Calls(self.visits[some], self.visit_hours[some])
        travel = travel_of(assignment[some], bases, calls, self.roads(some), self.workday)
        hours[some], km[some] = travel.hours, travel.km
        return hours, km


def roads_between(coordinates: Floats) -> Roads:
    """Great circles with a detour, at speeds by how densely places lie."""
    zips = zip_table().select("longitude", "latitude").to_numpy()
    far = spacing(coordinates, zips, "sphere")
    if float(np.median(far)) >= NEAR_ZIP_KM:
        far = spacing(coordinates, coordinates, "sphere")
    return StraightRoads(coordinates, "sphere", local_speed(far))


def load_units(plan: Plan, choices: Choices, *conditions: Q, **where: Any) -> Units:
    """The arrays of a plan, or of those of its placements that fit. Three queries, however many accounts."""
    territories = tuple(
        Territory.objects.filter(plan=plan, level=Level.TERRITORY)
        .select_related("position", "parent")
        .order_by("name", "pk")
    )
    at: dict[int | None, int] = {territory.pk: number for number, territory in enumerate(territories)}
    at[None] = -1
    rows = list(
        Placement.objects.filter(*conditions, plan=plan, **where)
        .order_by("account")
        .values_list(
            "account",
            "territory",
            "present",
            "account__longitude",
            "account__latitude",
            Cast("account__annual_sales", FloatField()),
            Cast(Coalesce("account__potential", 0), FloatField()),
            "account__account_class",
            Coalesce("account__chain", 0),
            "account__state",
            "account__postal_code",
        )
    )
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 11
    number, held, before, x, y, sales, potential, kind, chain, state, code = columns
    classes = np.array([CLASSES.index(one) if one in CLASSES else NO_CLASS for one in kind], dtype=np.int64)
    visits, minutes = choices.visits.calls, choices.visits.minutes
    calls_of = np.array([visits[one] for one in CLASSES])  # type: ignore[index]
    hours_of = np.array([minutes[one] for one in CLASSES]) / 60  # type: ignore[index]
    territory = np.array([at[one] for one in held], dtype=np.int32)
    accounts = np.array(number, dtype=np.int64)
    return Units(
        plan=plan,
        choices=choices,
        territories=territories,
        accounts=accounts,
        coordinates=_places(x, y, code),
        territory=territory,
        present=np.array([at[one] for one in before], dtype=np.int32),
        sales=np.maximum(np.array(sales, dtype=np.float64), 0.0),
        potential=np.array(potential, dtype=np.float64),
        visits=calls_of[classes],
        visit_hours=hours_of[classes],
        chain=np.array(chain, dtype=np.int64),
        states=tuple(state),
        locked=_locked(plan, accounts, territory, at),
    )


def _places(x: Any, y: Any, codes: Any) -> Floats:
    found = np.column_stack([np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)])
    lacking = np.isnan(found).any(axis=1)
    if lacking.any():
        found[lacking] = locate([codes[at] or None for at in np.flatnonzero(lacking)])
    return found


def _locked(
    plan: Plan, accounts: NDArray[np.int64], territory: Ints, at: dict[int | None, int]
) -> NDArray[np.bool_]:
    locks = list(Lock.objects.filter(plan=plan).values_list("account", "territory"))
    single = [account for account, _node in locks if account is not None]
    whole = [at[node] for _account, node in locks if node is not None and node in at]
    found: NDArray[np.bool_] = np.isin(accounts, np.array(single, dtype=np.int64))
    return found | np.isin(territory, np.array(whole, dtype=np.int32))
