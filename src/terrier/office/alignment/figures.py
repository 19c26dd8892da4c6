"""The balance of a plan: what each territory holds, how compact it is, how far one drives, what it pays, and what has moved.

Workload and travel are those of `alignment.workload`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, Protocol

import numpy as np
from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast, Coalesce
from numpy.typing import NDArray

from terrier.office.alignment.borders import region_of
from terrier.office.alignment.choices import Border, Choices, Measure, choices_of
from terrier.office.alignment.expected_pay import PayTerms, expected_pay
from terrier.office.alignment.models import Level, Overlay, Placement, Plan, Territory, TerritoryKind
from terrier.office.alignment.units import territory_holder
from terrier.office.alignment.workload import (
    NOTHING,
    Ints,
    Load,
    Work,
    loads_of,
    prints,
    prints_of,
    read_work,
)

Held = Literal["territory", "present"]

WHITE = Q(account__annual_sales__lte=0, account__potential__gt=0)
"""Placements of white space: accounts that buy nothing and could."""


@dataclass(slots=True)
class Figures:
    """One territory. load : hours, travel and how far it reaches. deviations : from the target, by measure; a territory's target
    is its share of what its peers hold: see `peers_of`. spread_km : mean distance to the middle of its accounts, weighed by
    visits. n_gained, n_lost : against the coverage of the plan's first day. n_white,
    white_space : accounts that buy nothing, and their potential.
    """

    territory: Territory
    n_accounts: int = 0
    sales: float = 0.0
    credited: float = 0.0
    potential: float = 0.0
    visits: float = 0.0
    load: Load = NOTHING
    pay: float | None = None
    n_gained: int = 0
    n_lost: int = 0
    n_present: int = 0
    n_white: int = 0
    white_space: float = 0.0
    deviations: dict[Measure, float] = field(default_factory=dict)

    @property
    def workload(self) -> float:
        """Hours a year, travel included."""
        return self.load.workload

    @property
    def hours(self) -> float:
        """With customers."""
        return self.load.workload - self.load.travel_hours

    @property
    def travel_hours(self) -> float:
        return self.load.travel_hours

    @property
    def travel_km(self) -> float:
        return self.load.travel_km

    @property
    def spread_km(self) -> float:
        return self.load.spread_km

    @property
    def middle(self) -> tuple[float, float] | None:
        return self.load.middle

    @property
    def capacity(self) -> float:
        position = self.territory.position
        return 0.0 if position is None else float(position.capacity_hours * position.employment_share)

    @property
    def utilization(self) -> float | None:
        return self.workload / self.capacity if self.capacity else None

    def value(self, measure: Measure) -> float:
        match measure:
            case Measure.SALES:
                return self.sales
            case Measure.POTENTIAL:
                return self.potential
            case Measure.WORKLOAD:
                return self.workload
            case Measure.ACCOUNTS:
                return float(self.n_accounts)
        return self.pay or 0.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of a plan. share_moved : of the accounts that somebody held at first. balance : each measure's largest deviation
    among geographic territories. index : their mean; 0 is perfect. is_part : the rows are not all of the plan's; the other
    figures are of the whole all the same, and whoever shows them says so.
    """

    plan: Plan
    choices: Choices
    rows: tuple[Figures, ...]
    n_accounts: int
    n_nowhere: int
    n_unplaced: int
    n_moved: int
    n_held: int
    balance: dict[Measure, float]
    index: float
    is_part: bool = False

    @property
    def share_moved(self) -> float:
        return self.n_moved / self.n_held if self.n_held else 0.0

    def row(self, territory: int) -> Figures | None:
        return next((row for row in self.rows if row.territory.pk == territory), None)

    def is_within(self, row: Figures) -> bool:
        """Whether a territory deviates in no measure by more than its tolerance."""
        return all(
            abs(row.deviations.get(one.measure, 0.0)) <= one.tolerance + 1e-9 for one in self.choices.balanced
        )


def sheet_of(plan: Plan, territories: Sequence[int] | None = None) -> Sheet:
    """The balance of a plan; rows of some territories only, if asked. A fixed number of queries."""
    choices = choices_of(plan)
    nodes = list(
        Territory.objects.filter(plan=plan, level=Level.TERRITORY)
        .select_related("position", "parent")
        .order_by("name", "pk")
    )
    rows = {node.pk: Figures(node) for node in nodes}
    _sums(plan, choices, rows)
    n_moved, n_held, n_unplaced = _moves(plan, rows)
    _credits(plan, rows)
    for row in rows.values():
        row.pay = pay_of(row.territory, row.credited, choices)
    balance = _deviations(list(rows.values()), choices)
    index = sum(balance.values()) / len(balance)
    shown = [row for row in rows.values() if territories is None or row.territory.pk in territories]
    n_accounts = sum(row.n_accounts for row in rows.values()) + n_unplaced
    n_nowhere = sum(row.load.n_nowhere for row in rows.values())
    is_part = len(shown) < len(rows)
    return Sheet(
        plan,
        choices,
        tuple(shown),
        n_accounts,
        n_nowhere,
        n_unplaced,
        n_moved,
        n_held,
        balance,
        index,
        is_part,
    )


def pay_of(territory: Territory, sales: float, choices: Choices) -> float | None:
    """What whoever holds a territory is expected to earn on its sales: by their own terms, or the plan's where they have none."""
    if territory.position is None:
        return None
    terms = choices.terms
    otherwise = PayTerms(Decimal(str(terms.base)), Decimal(str(terms.rate)))
    pay = expected_pay(territory.position, Decimal(str(round(sales, 2))), otherwise=otherwise)
    return None if pay is None else float(pay)


class Read(Protocol):
    """A plan as arrays, such as `Units` that were read with `PRINTED`: see there."""

    @property
    def choices(self) -> Choices: ...
    @property
    def territories(self) -> tuple[Territory, ...]: ...
    @property
    def accounts(self) -> NDArray[np.int64]: ...
    @property
    def work(self) -> Work: ...
    @property
    def territory(self) -> Ints: ...
    @property
    def present(self) -> Ints: ...
    @property
    def besides(self) -> Mapping[str, Sequence[Any]]: ...


def plan_loads(units: Read, *, by: Held = "territory") -> dict[int, Load]:
    """What the accounts of each territory ask for, from a plan that was read.

    by : whether those are meant that the plan gives to a territory, or those that it held at first.
    """
    nodes = [node.pk for node in units.territories]
    holder = units.territory if by == "territory" else units.present
    told = prints_of(units.accounts, units.work, units.besides, holder, len(nodes))

    def read(_fresh: list[int]) -> tuple[Work, Sequence[int | None]]:
        return units.work, [nodes[at] if at >= 0 else None for at in holder]

    holders = {node.pk: territory_holder(node) for node in units.territories}
    return loads_of(zip(nodes, told, strict=True), holders, units.choices.visits, read)


def _sums(plan: Plan, choices: Choices, rows: dict[int, Figures]) -> None:
    """Add the sums to the rows, and what they ask for."""
    found: Iterable[Any] = (
        Placement.objects.filter(plan=plan, territory__isnull=False)
        .order_by()
        .values("territory")
        .annotate(
            n=Count("pk"),
            sales=Sum(Cast("account__annual_sales", FloatField())),
            potential=Sum(Cast(Coalesce("account__potential", 0), FloatField())),
            n_white=Count("pk", filter=WHITE),
            white=Sum(Cast("account__potential", FloatField()), filter=WHITE),
            **prints(choices.visits),
        )
    )
    sums = {one["territory"]: one for one in found}
    for node, one in sums.items():
        row = rows[node]
        row.n_accounts, row.sales, row.potential = one["n"], one["sales"], one["potential"]
        row.visits, row.n_white, row.white_space = one["print_visits"], one["n_white"], one["white"] or 0.0
    for node, load in _loads(plan, choices, [row.territory for row in rows.values()], sums).items():
        rows[node].load = load


def _loads(
    plan: Plan, choices: Choices, territories: Iterable[Territory], sums: dict[int, dict[str, Any]]
) -> dict[int, Load]:
    def read(nodes: list[int]) -> tuple[Work, Sequence[int | None]]:
        rows = Placement.objects.filter(plan=plan, territory__in=nodes)
        return read_work(rows, "territory", choices.visits)

    holders = {one.pk: territory_holder(one) for one in territories}
    return loads_of(sums.items(), holders, choices.visits, read)


def _moves(plan: Plan, rows: dict[int, Figures]) -> tuple[int, int, int]:
    """Who gained and lost how many; returns how many of how many held ones moved, and how many are in no territory."""
    found = (
        Placement.objects.filter(plan=plan)
        .order_by()
        .values_list("present", "territory")
        .annotate(n=Count("pk"))
    )
    n_moved = n_held = n_unplaced = 0
    for before, now, n in found:
        n_unplaced += n if now is None else 0
        if before is not None:
            n_held += n
            rows[before].n_present += n
        if before == now:
            continue
        n_moved += n if before is not None else 0
        if before is not None:
            rows[before].n_lost += n
        if now is not None:
            rows[now].n_gained += n
    return n_moved, n_held, n_unplaced


def _credits(plan: Plan, rows: dict[int, Figures]) -> None:
    """Sales credited to each: those placed there less what overlays share, and what it shares of others'."""
    for row in rows.values():
        row.credited = row.sales
    shared = (
        Overlay.objects.filter(plan=plan, account__placements__plan=plan)
        .order_by()
        .values_list("territory", "account__placements__territory")
        .annotate(
            amount=Sum(
                Cast(F("account__annual_sales"), FloatField()) * Cast(F("split"), FloatField()),
                filter=Q(account__annual_sales__gt=0),
            )
        )
    )
    for overlay, holder, amount in shared:
        rows[overlay].credited += amount or 0.0
        if holder is not None:
            rows[holder].credited -= amount or 0.0


def peers_of(territory: Territory, choices: Choices) -> str:
    """What a territory is compared within: others of its kind, of its region alone where regions stay apart."""
    region = region_of(territory) if Border.REGION in choices.borders else None
    return territory.kind if region is None else f"{territory.kind} {region}"


def _deviations(rows: Sequence[Figures], choices: Choices) -> dict[Measure, float]:
    """Each row's deviation from its share of what its peers hold; returns the largest of geographic ones, by measure."""
    worst = {}
    among: dict[str, list[Figures]] = {}
    for row in rows:
        among.setdefault(peers_of(row.territory, choices), []).append(row)
    for measure in Measure:
        for peers in among.values():
            total = sum(row.value(measure) for row in peers)
            shares = sum(float(row.territory.share) for row in peers)
            for row in peers:
                target = total * float(row.territory.share) / shares if shares else 0.0
                row.deviations[measure] = row.value(measure) / target - 1 if target > 0 else 0.0
        worst[measure] = max(
            (abs(row.deviations[measure]) for row in rows if row.territory.kind == TerritoryKind.GEOGRAPHIC),
            default=0.0,
        )
    return {measure: worst[measure] for measure in choices.measures}
