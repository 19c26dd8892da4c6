"""Applying a coverage model to a plan: who deserves another kind of holder goes to a territory of that kind, in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray
from scipy.spatial import KDTree

from terrier.engine.design.geometry import to_xyz
from terrier.office.alignment.coverage_model import FIELD, KEY, KINDS, CoverageModel, coverage_model
from terrier.office.alignment.coverage_thresholds import Thresholds
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Cause, Overlay, Plan, Step, TerritoryKind
from terrier.office.alignment.moving import place
from terrier.office.audit.services import Author


@transaction.atomic
def apply_coverage_model(
    *, plan: Plan, thresholds: Thresholds, author: Author, seen: int | None = None
) -> Step | None:
    """Move every account to the kind of holder it deserves; locked ones stay. None if all are there already.

    A chain goes to who holds most of it already, else to whoever has the fewest customers; an account that goes back to the
    field, to who shared it, else to the nearest home base. Of an account that becomes key, the territory manager who held the site
    keeps a share of the credit as an overlay, until it is none any more. seen : the version of the plan that the writer looked at.

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
        splits=_shares(model, wanted),
    )


def _shares(model: CoverageModel, wanted: Mapping[int, int | None]) -> dict[int, dict[int, Decimal]]:
    """What the field keeps of accounts that become key, beside what others share already; who holds an account has the rest."""
    units, share = model.units, Decimal(str(round(model.thresholds.field_share, 4)))
    if share <= 0:
        return {}
    shared: dict[int, dict[int, Decimal]] = {}
    for account, territory, split in Overlay.objects.filter(plan=units.plan).values_list(
        "account", "territory", "split"
    ):
        shared.setdefault(account, {})[territory] = split
    found: dict[int, dict[int, Decimal]] = {}
    for at in np.flatnonzero(model.changes & (model.then == KEY) & (model.now == FIELD)):
        account, field = int(units.accounts[at]), units.territories[units.territory[at]].pk
        others = {
            territory: split
            for territory, split in shared.get(account, {}).items()
            if territory not in (wanted.get(account), field)
        }
        if account in wanted and sum(others.values(), share) < 1:
            found[account] = {**others, field: share}
    return found


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
                ngettext(
                    "%(n)s account would go to a territory of the kind “%(kind)s”, and nobody in this plan holds one. Open such a"
                    " position below its head and add it to the plan; or set the thresholds so that no account goes to one.",
                    "%(n)s accounts would go to a territory of the kind “%(kind)s”, and nobody in this plan holds one. Open such a"
                    " position below its head and add it to the plan; or set the thresholds so that no account goes to one.",
                    len(going),
                )
                % {"kind": KINDS[number].label, "n": f"{len(going):,}"}
            )
        targets = (
            _to_the_field(model, going, of_kind) if number == FIELD else _lightest(model, going, of_kind)
        )
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


def _to_the_field(model: CoverageModel, going: NDArray[np.intp], of_kind: list[int]) -> list[int]:
    """Each account to the territory of the field that shared it, else to the nearest."""
    rows = Overlay.objects.filter(plan=model.units.plan, territory__kind=TerritoryKind.GEOGRAPHIC)
    sharing = dict(rows.order_by("split").values_list("account", "territory"))
    place_of = {model.units.territories[at].pk: at for at in of_kind}
    nearest = _nearest(model, going, of_kind)
    return [
        place_of.get(sharing.get(int(model.units.accounts[at]), 0), other)
        for at, other in zip(going, nearest, strict=True)
    ]


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
