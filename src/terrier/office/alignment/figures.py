"""The balance of a plan: what each territory holds, how compact it is, how far one drives, what it pays, and what has moved.

Sums come from the database, always as they are now. Compactness and travel need every account's place; they are kept by what
a territory holds, so that only territories in which something changed are reckoned anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db.models import Case, Count, F, FloatField, Max, Q, Sum, Value, When
from django.db.models.functions import Cast, Coalesce

from terrier.engine.design.geometry import distance, from_xyz, to_xyz
from terrier.office.alignment.choices import CLASSES, Choices, Measure, choices_of
from terrier.office.alignment.expected_pay import PayTerms, expected_pay
from terrier.office.alignment.models import Level, Overlay, Placement, Plan, Territory, TerritoryKind
from terrier.office.alignment.units import load_units

KEPT_SECONDS = 7 * 24 * 3600


@dataclass(slots=True)
class Figures:
    """One territory. hours : with customers; travel_hours beside. deviations : from the target, by measure; a territory's target
    is its share of what its kind of territory holds. spread_km : mean distance to the middle of its accounts, weighed by
    visits. n_gained, n_lost : against the coverage of the plan's first day.
    """

    territory: Territory
    n_accounts: int = 0
    sales: float = 0.0
    credited: float = 0.0
    potential: float = 0.0
    visits: float = 0.0
    hours: float = 0.0
    travel_hours: float = 0.0
    travel_km: float = 0.0
    spread_km: float = 0.0
    middle: tuple[float, float] | None = None
    pay: float | None = None
    n_gained: int = 0
    n_lost: int = 0
    n_present: int = 0
    deviations: dict[Measure, float] = field(default_factory=dict)

    @property
    def workload(self) -> float:
        return self.hours + self.travel_hours

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
    among geographic territories. index : their mean, weighed as the plan says; 0 is perfect.
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
    prints = _sums(plan, choices, rows)
    n_moved, n_held, n_unplaced = _moves(plan, rows)
    _credits(plan, rows)
    n_nowhere = _shapes(plan, choices, rows, prints)
    for row in rows.values():
        row.pay = pay_of(row.territory, row.credited, choices)
    balance = _deviations(list(rows.values()), choices)
    weights = {one.measure: one.weight for one in choices.balanced}
    index = sum(weights[measure] * value for measure, value in balance.items()) / sum(weights.values())
    shown = [row for row in rows.values() if territories is None or row.territory.pk in territories]
    n_accounts = sum(row.n_accounts for row in rows.values()) + n_unplaced
    return Sheet(
        plan, choices, tuple(shown), n_accounts, n_nowhere, n_unplaced, n_moved, n_held, balance, index
    )


def pay_of(territory: Territory, sales: float, choices: Choices) -> float | None:
    """What whoever holds a territory is expected to earn on its sales: by their own terms, or the plan's where they have none."""
    if territory.position is None:
        return None
    terms = choices.terms
    otherwise = PayTerms(Decimal(str(terms.base)), Decimal(str(terms.rate)))
    pay = expected_pay(territory.position, Decimal(str(round(sales, 2))), otherwise=otherwise)
    return None if pay is None else float(pay)


def by_class(table: dict[Any, float]) -> Case:
    """A number by class of account, as the database reckons it."""
    whens = [When(account__account_class=one, then=Value(float(table[one]))) for one in CLASSES]
    return Case(*whens, default=Value(float(table[""])), output_field=FloatField())


def hours_by_class(choices: Choices) -> Case:
    visits = choices.visits
    return by_class({one: visits.calls[one] * visits.minutes[one] / 60 for one in CLASSES})  # type: ignore[index]


def _sums(plan: Plan, choices: Choices, rows: dict[int, Figures]) -> dict[int, str]:
    """Add the sums to the rows; returns a fingerprint of what each territory holds and where that lies."""
    number = F("account_id") % 1_000_003
    found = (
        Placement.objects.filter(plan=plan, territory__isnull=False)
        .order_by()
        .values("territory")
        .annotate(
            n=Count("pk"),
            sales=Sum(Cast("account__annual_sales", FloatField())),
            potential=Sum(Cast(Coalesce("account__potential", 0), FloatField())),
            visits=Sum(by_class(dict(choices.visits.calls))),
            hours=Sum(hours_by_class(choices)),
            once=Sum("account_id"),
            twice=Sum(number * number),
            x=Sum("account__longitude"),
            y=Sum("account__latitude"),
            changed=Max("account__updated_at"),
        )
    )
    prints = {}
    for one in found:
        row = rows[one["territory"]]
        row.n_accounts, row.sales, row.potential = one["n"], one["sales"], one["potential"]
        row.visits, row.hours = one["visits"], one["hours"]
        position = row.territory.position
        seat = (position.base_longitude, position.base_latitude) if position else None
        told = [one["n"], one["once"], one["twice"], round(one["x"] or 0, 4), round(one["y"] or 0, 4)]
        text = f"{told} {one['changed']} {one['visits']:.3f} {one['hours']:.3f} {seat} {choices.visits.day_hours}"
        prints[one["territory"]] = sha256(text.encode()).hexdigest()[:32]
    return prints


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


def _shapes(plan: Plan, choices: Choices, rows: dict[int, Figures], prints: dict[int, str]) -> int:
    """Add middles, spread and travel, from what is kept where nothing changed. Returns how many accounts have no place."""
    names = {f"alignment:shape:{print_}": node for node, print_ in prints.items()}
    kept = cache.get_many(list(names))
    fresh = [node for name, node in names.items() if name not in kept]
    shapes: dict[int, tuple[Any, ...]] = {names[name]: shape for name, shape in kept.items()}
    if fresh:
        shapes |= _reckoned(plan, choices, fresh)
        cache.set_many(
            {f"alignment:shape:{prints[node]}": shapes[node] for node in fresh}, timeout=KEPT_SECONDS
        )
    n_nowhere = 0
    for node, (middle, spread, hours, km, nowhere) in shapes.items():
        row = rows[node]
        row.middle, row.spread_km = middle, spread
        if row.territory.kind != TerritoryKind.PORTFOLIO:  # those are looked after by phone
            row.travel_hours, row.travel_km = hours, km
        n_nowhere += nowhere
    return n_nowhere


def _reckoned(plan: Plan, choices: Choices, nodes: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Middle, mean distance to it, travel hours and km, accounts without a place: of some territories, from their accounts."""
    units = load_units(plan, choices, territory__in=nodes)
    k = len(units.territories)
    placed, held = units.placed, units.territory
    points = np.zeros((units.n, 3))
    points[placed] = to_xyz(units.coordinates[placed], "sphere")
    weight = np.where(placed, np.maximum(units.visits, 1e-6), 0.0)
    mass = np.bincount(held, weight, k)
    middles = np.full((k, 2), np.nan)
    known = mass > 0
    mean = np.column_stack([np.bincount(held, weight * points[:, axis], k) for axis in range(3)])
    middles[known] = from_xyz(mean[known] / mass[known, None], "sphere")
    far = np.zeros(units.n)
    far[placed] = distance(units.coordinates[placed], middles[held[placed]], "sphere")
    spread = np.bincount(held, weight * far, k) / np.where(known, mass, 1.0)
    bases = np.where(np.isnan(units.seats), middles, units.seats)
    hours, km = units.travel_hours(held, np.nan_to_num(bases), np.ones(units.n, dtype=bool))
    by_hours, by_km = np.bincount(held, hours, k), np.bincount(held, km, k)
    nowhere = np.bincount(held, ~placed, k)
    return {
        node.pk: (
            (float(middles[at, 0]), float(middles[at, 1])) if known[at] else None,
            float(spread[at]),
            float(by_hours[at]),
            float(by_km[at]),
            int(nowhere[at]),
        )
        for at, node in enumerate(units.territories)
        if node.pk in set(nodes)
    }


def _deviations(rows: Sequence[Figures], choices: Choices) -> dict[Measure, float]:
    """Each row's deviation from its share of what its kind holds; returns the largest of geographic ones, by measure."""
    worst = {}
    for measure in Measure:
        for kind in TerritoryKind.values:
            peers = [row for row in rows if row.territory.kind == kind]
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
