"""A plan as somebody sees it, read whole for its files: territories with their figures, accounts with where they go, moves, hand-overs."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import FloatField, QuerySet
from django.db.models.functions import Cast
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from terrier.engine.design import Problem
from terrier.office.alignment.figures import Figures, Sheet, sheet_of
from terrier.office.alignment.models import Cause, HandOver, Level, Placement, Plan, Territory, TerritoryKind
from terrier.office.alignment.plan_colors import colors_of
from terrier.office.people.models import Person
from terrier.office.people.scope import visible_to
from terrier.report.outline import point_outlines, survey

FIELDS = (
    "account", "account__external_id", "account__name", "account__street", "account__city", "account__state",
    "account__postal_code", "account__account_class", "sales", "potential", "account__latitude", "account__longitude",
    "territory", "present", "cause",
)  # fmt: skip

DRAWING = threading.Lock()
"""Outlines of states are shared, and GEOS does not let two threads read one geometry at once: one map after the other."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An account in a plan; territory, present : where it goes and where it is, by number, None for nowhere."""

    account: int
    external_id: str | None
    name: str
    street: str
    city: str
    state: str
    postal_code: str
    account_class: str
    sales: float
    potential: float | None
    latitude: float | None
    longitude: float | None
    territory: int | None
    present: int | None
    cause: str

    @property
    def is_moved(self) -> bool:
        return self.present is not None and self.territory != self.present

    @property
    def is_new(self) -> bool:
        return self.present is None and self.territory is not None


@dataclass(frozen=True, slots=True)
class Flow:
    """Accounts that go from one territory to another; empty: from or to nobody."""

    source: str
    target: str
    n_accounts: int
    sales: float


@dataclass(frozen=True, eq=False)
class PlanContent:
    """names : of all territories that a row may name. accounts : those its reader may see, by name."""

    plan: Plan
    sheet: Sheet
    names: dict[int, str]
    accounts: list[Placed]
    handovers: list[HandOver]

    def name(self, territory: int | None) -> str:
        return "" if territory is None else self.names.get(territory, "")

    def cause(self, one: Placed) -> str:
        return str(Cause(one.cause).label)

    @property
    def rows(self) -> tuple[Figures, ...]:
        return self.sheet.rows

    @property
    def moves(self) -> list[Placed]:
        return [one for one in self.accounts if one.territory != one.present]

    @cached_property
    def flows(self) -> list[Flow]:
        """Moves by from and to, the most accounts first."""
        counted: dict[tuple[int | None, int | None], list[float]] = defaultdict(lambda: [0, 0.0])
        for one in self.moves:
            entry = counted[one.present, one.territory]
            entry[0] += 1
            entry[1] += one.sales
        flows = [
            Flow(self.name(source), self.name(target), int(n), sales)
            for (source, target), (n, sales) in counted.items()
        ]
        return sorted(flows, key=lambda one: (-one.n_accounts, one.source, one.target))

    @cached_property
    def outlines(self) -> dict[int, BaseGeometry]:
        """The land of each geographic territory: what is nearer to its accounts than to others'. Portfolios have no land."""
        places, labels, order = self._labelled()
        if len(places) < 3:
            return {}
        problem = Problem(
            coordinates=places, measures=np.ones((len(places), 1)), tolerances=np.ones(1), n_territories=1
        )
        with DRAWING:
            shapes = point_outlines(survey(problem), labels, len(order))
        return {number: shape for number, shape in zip(order, shapes, strict=True) if not shape.is_empty}

    @cached_property
    def colors(self) -> dict[int, str]:
        """By territory. Those that lie beside one another differ."""
        return colors_of(self.outlines, {row.territory.pk: row.territory.color for row in self.rows})

    def _labelled(self) -> tuple[NDArray[np.float64], NDArray[np.int32], list[int]]:
        """Longitude and latitude of each placed account, the position of its territory, and the territories."""
        geographic = TerritoryKind.GEOGRAPHIC
        order = [row.territory.pk for row in self.rows if row.territory.kind == geographic]
        at = {number: position for position, number in enumerate(order)}
        some = [
            (one.longitude, one.latitude, at[one.territory])
            for one in self.accounts
            if one.longitude is not None and one.territory in at
        ]
        places = np.array([one[:2] for one in some], dtype=np.float64).reshape(-1, 2)
        return places, np.array([one[2] for one in some], dtype=np.int32), order


def read_plan(plan: Plan, person: Person | None = None) -> PlanContent:
    """A plan as far as a person sees it; all of it for nobody in particular. A fixed number of queries."""
    nodes, placed, handed = _all(plan) if person is None else _seen(plan, person)
    seen = list(nodes.filter(level=Level.TERRITORY).values_list("pk", flat=True))
    rows = (
        placed.order_by("account__name", "account")
        .annotate(
            sales=Cast("account__annual_sales", FloatField()),
            potential=Cast("account__potential", FloatField()),
        )
        .values_list(*FIELDS)
    )
    return PlanContent(
        plan=plan,
        sheet=sheet_of(plan, seen),
        names=dict(Territory.objects.filter(plan=plan).values_list("pk", "name")),
        accounts=[Placed(*row) for row in rows],
        handovers=list(
            handed.select_related("account", "giver", "taker").order_by("due_on", "account__name")
        ),
    )


def _all(plan: Plan) -> tuple[QuerySet[Any, Any], ...]:
    return (
        Territory.objects.filter(plan=plan),
        Placement.objects.filter(plan=plan),
        HandOver.objects.filter(plan=plan),
    )


def _seen(plan: Plan, person: Person) -> tuple[QuerySet[Any, Any], ...]:
    return (
        visible_to(person, Territory).filter(plan=plan),
        visible_to(person, Placement).filter(plan=plan),
        visible_to(person, HandOver).filter(plan=plan),
    )
