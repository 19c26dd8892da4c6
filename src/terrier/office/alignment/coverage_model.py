"""Which customers deserve a key account manager, which an account manager, which the field; and what that does to head count and cost.

A chain is one customer, all its sites together. It is key from any of three sizes on. Of the others, those served by phone
are web shops, and small accounts far from every home base. The field has the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from terrier.engine.design.geometry import to_xyz
from terrier.office.accounts.models import Channel
from terrier.office.alignment.choices import choices_of
from terrier.office.alignment.coverage_thresholds import Thresholds
from terrier.office.alignment.models import Placement, Plan, TerritoryKind
from terrier.office.alignment.units import Units, load_units

KINDS = (TerritoryKind.KEY, TerritoryKind.PORTFOLIO, TerritoryKind.GEOGRAPHIC)
KEY, PORTFOLIO, FIELD = range(3)
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of holder, as the plan is and as the model would have it. people_now : territories of the kind. people_then :
    that its customers take, at the load of one; customers count a chain once.
    """

    kind: TerritoryKind
    n_now: int
    n_then: int
    customers_now: int
    customers_then: int
    sales_now: float
    sales_then: float
    people_now: int
    people_then: int
    cost_of_one: float

    @property
    def cost_now(self) -> float:
        return self.people_now * self.cost_of_one

    @property
    def cost_then(self) -> float:
        return self.people_then * self.cost_of_one


@dataclass(frozen=True, eq=False)
class CoverageModel:
    """now, then : (n,) which of `KINDS` holds each account, and deserves it; -1 where nobody does now."""

    units: Units
    thresholds: Thresholds
    now: NDArray[np.int8]
    then: NDArray[np.int8]
    customer: NDArray[np.int64]

    @property
    def changes(self) -> NDArray[np.bool_]:
        """(n,) whether an account would go to another kind of holder."""
        return np.asarray(self.now != self.then, dtype=np.bool_)

    @property
    def n_changes(self) -> int:
        return int(self.changes.sum())

    def accounts(self, kind: TerritoryKind) -> NDArray[np.int64]:
        """The numbers of the accounts that deserve a kind of holder."""
        return np.asarray(self.units.accounts[self.then == KINDS.index(kind)], dtype=np.int64)

    def moved(self) -> list[tuple[TerritoryKind | None, TerritoryKind, int, float]]:
        """From which kind to which, how many accounts, with which sales; the most first."""
        found: list[tuple[TerritoryKind | None, TerritoryKind, int, float]] = []
        for before in (*range(3), NOWHERE):
            for after in range(3):
                some = (self.now == before) & (self.then == after)
                if before != after and some.any():
                    source = None if before == NOWHERE else KINDS[before]
                    found.append((source, KINDS[after], int(some.sum()), float(self.units.sales[some].sum())))
        return sorted(found, key=lambda row: -row[2])

    def kinds(self) -> list[Kind]:
        """What each kind of holder has and would have."""
        return [self._kind(number) for number in range(3)]

    def _kind(self, number: int) -> Kind:
        now, then = self.now == number, self.then == number
        customers = [len(np.unique(self.customer[some])) for some in (now, then)]
        return Kind(
            kind=KINDS[number],
            n_now=int(now.sum()),
            n_then=int(then.sum()),
            customers_now=customers[0],
            customers_then=customers[1],
            sales_now=float(self.units.sales[now].sum()),
            sales_then=float(self.units.sales[then].sum()),
            people_now=sum(one.kind == KINDS[number] for one in self.units.territories),
            people_then=-(-customers[1] // self.thresholds.load(number)),
            cost_of_one=self.thresholds.cost(number),
        )


def coverage_model(plan: Plan, thresholds: Thresholds) -> CoverageModel:
    """What every account of a plan deserves. Four queries, however many accounts."""
    units = load_units(plan, choices_of(plan))
    kinds = np.array([KINDS.index(TerritoryKind(one.kind)) for one in units.territories], dtype=np.int8)
    now = np.full(units.n, NOWHERE, dtype=np.int8)
    held = units.territory >= 0
    now[held] = kinds[units.territory[held]]
    customer = np.where(units.chain > 0, units.chain, units.accounts)
    return CoverageModel(units, thresholds, now, _deserved(units, customer, thresholds), customer)


def _deserved(units: Units, customer: NDArray[np.int64], thresholds: Thresholds) -> NDArray[np.int8]:
    found = np.full(units.n, FIELD, dtype=np.int8)
    value = np.maximum(units.sales, units.potential)
    small = (value < thresholds.small_below) & (_km_to_a_base(units) > thresholds.far_km)
    found[small | _by_web(units)] = PORTFOLIO
    _numbers, at = np.unique(customer, return_inverse=True)
    at = at.reshape(-1)
    sales, potential = np.bincount(at, units.sales), np.bincount(at, units.potential)
    sites = np.bincount(at, units.chain > 0)
    key = (sales >= thresholds.key_sales) | (potential >= thresholds.key_potential)
    found[(key | (sites >= thresholds.key_sites))[at]] = KEY
    return found


def _km_to_a_base(units: Units) -> NDArray[np.float64]:
    """(n,) to the nearest home base of the field; 0 where an account has no place, or no base is known."""
    far = np.zeros(units.n)
    field = np.array([one.kind == TerritoryKind.GEOGRAPHIC for one in units.territories], dtype=bool)
    bases = units.seats[field & ~np.isnan(units.seats).any(axis=1)] if len(field) else np.empty((0, 2))
    placed = units.placed
    if len(bases) and placed.any():
        tree = KDTree(to_xyz(bases, "sphere"))
        far[placed] = np.asarray(tree.query(to_xyz(units.coordinates[placed], "sphere"))[0])
    return far


def _by_web(units: Units) -> NDArray[np.bool_]:
    """(n,) web shops, whom nobody visits."""
    rows = Placement.objects.filter(plan=units.plan, account__channel=Channel.ECOMMERCE).order_by()
    return np.asarray(
        np.isin(units.accounts, np.array(list(rows.values_list("account", flat=True)), dtype=np.int64))
    )
