"""Applying a coverage model to a plan: who deserves another kind of holder goes to a territory of that kind, in one step."""

from __future__ import annotations

from collections import Counter

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from scipy.spatial import KDTree

from terrier.engine.design.geometry import to_xyz
from terrier.office.alignment.coverage_model import FIELD, KINDS, CoverageModel, Thresholds, coverage_model
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Cause, Plan, Step
from terrier.office.alignment.moving import place
from terrier.office.audit.services import Author


@transaction.atomic
def apply_coverage_model(
    *, plan: Plan, thresholds: Thresholds, author: Author, seen: int | None = None
) -> Step | None:
    """Move every account to the kind of holder it deserves; locked ones stay. None if all are there already.

    A chain goes to who holds most of it already, else to whoever has the fewest customers; an account that goes back to the
    field, to the nearest home base. seen : the version of the plan that the writer looked at.

    Raises PlanError where a kind of territory is wanted that the plan has none of, or as ``place`` does.
    """
    model = coverage_model(plan, thresholds)
    wanted = _wanted(model)
    if not wanted:
        return None
    return place(
        plan=plan,
        wanted=wanted,
        author=author,
        cause=Cause.RULE,
        seen=seen,
        skip_locked=True,
        summary=_("Applied the coverage model"),
    )


def _wanted(model: CoverageModel) -> dict[int, int | None]:
    units = model.units
    found: dict[int, int | None] = {}
    for number in range(3):
        going = np.flatnonzero(model.changes & (model.then == number) & ~units.locked)
        if not len(going):
            continue
        of_kind = [at for at, one in enumerate(units.territories) if one.kind == KINDS[number]]
        if not of_kind:
            raise PlanError(
                _("The plan has no territory of the kind “%(kind)s” for %(n)s accounts: add one first.")
                % {"kind": KINDS[number].label, "n": f"{len(going):,}"}
            )
        targets = _nearest(model, going, of_kind) if number == FIELD else _lightest(model, going, of_kind)
        for at, territory in zip(going, targets, strict=True):
            found[int(units.accounts[at])] = units.territories[territory].pk
    return found


def _lightest(model: CoverageModel, going: NDArray[np.intp], of_kind: list[int]) -> list[int]:
    """Each customer to the territory that holds most of it already, else to the one with the fewest customers; large ones first."""
    units = model.units
    n_customers: Counter[int] = Counter(dict.fromkeys(of_kind, 0))
    holds: dict[int, Counter[int]] = {}
    held = np.flatnonzero(np.isin(units.territory, of_kind))
    for customer, territory in zip(model.customer[held], units.territory[held], strict=True):
        holds.setdefault(int(customer), Counter())[int(territory)] += 1
    for counted in holds.values():
        n_customers.update(counted.keys())
    totals: dict[int, float] = {}
    for at in going:
        customer = int(model.customer[at])
        totals[customer] = totals.get(customer, 0.0) + float(units.sales[at])
    target: dict[int, int] = {}
    for customer in sorted(totals, key=lambda one: (-totals[one], one)):
        if customer in holds:
            target[customer] = holds[customer].most_common(1)[0][0]
            continue
        target[customer] = min(of_kind, key=lambda territory: (n_customers[territory], territory))
        n_customers[target[customer]] += 1
    return [target[int(model.customer[at])] for at in going]


def _nearest(model: CoverageModel, going: NDArray[np.intp], of_kind: list[int]) -> list[int]:
    """Each account to the territory whose home base, or else whose middle, is nearest; without a place, to the first."""
    units = model.units
    seats = units.seats[of_kind].copy()
    for at, territory in enumerate(of_kind):
        inside = (units.territory == territory) & units.placed
        if np.isnan(seats[at]).any() and inside.any():
            seats[at] = units.coordinates[inside].mean(axis=0)
    known = np.flatnonzero(~np.isnan(seats).any(axis=1))
    if not len(known):
        return [of_kind[0]] * len(going)
    tree = KDTree(to_xyz(seats[known], "sphere"))
    placed = units.placed[going]
    found = np.zeros(len(going), dtype=np.int64)
    if placed.any():
        found[placed] = tree.query(to_xyz(units.coordinates[going[placed]], "sphere"))[1]
    return [of_kind[int(known[at])] for at in found]
