"""Which plans somebody sees, and which they may shape: always through the scope rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from terrier.office.alignment.models import Challenge, ChallengeState, Plan, Territory
from terrier.office.people.models import Person, Position, ReportingLine, Role
from terrier.office.people.permissions import May, may
from terrier.office.people.scope import WHOLE_COMPANY, scope_of, visible_to

ROOTS = (Role.DIRECTOR, Role.REGION_MANAGER, Role.TERRITORY_MANAGER)
"""Roles below whom a plan can be made."""
REGIONS = (Role.DIRECTOR, Role.REGION_MANAGER)


def plans_listed(person: Person, *, state: str = "", text: str = "") -> QuerySet[Plan, Plan]:
    """The plans somebody sees, the last changed first; of copies kept at approval none."""
    rows = visible_to(person, Plan).filter(frozen_of__isnull=True).select_related("root", "author")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(root__name__icontains=text))
    return rows.annotate(n_accounts=Count("placements")).order_by("-changed_at", "-pk")


def plan_seen(person: Person, number: int) -> Plan:
    """A plan that somebody sees, or part of it. Else Http404."""
    return get_object_or_404(visible_to(person, Plan).select_related("root", "frozen_of"), pk=number)


def is_shaper(person: Person, plan: Plan) -> bool:
    """Whether somebody makes plans, and this one lies at or below their positions."""
    scope = scope_of(person)
    return may(person, May.PLAN) and (scope.whole_company or plan.root_id in scope.positions)


def plan_shaped(person: Person, number: int, deed: May = May.PLAN) -> Plan:
    """A plan that somebody may shape, or do something else with that not everybody may. Else Http404."""
    plan = plan_seen(person, number)
    if not is_shaper(person, plan) or not may(person, deed):
        raise Http404
    return plan


def roots_for(person: Person) -> QuerySet[Position, Position]:
    """The positions below which somebody may make a plan."""
    return visible_to(person, Position).filter(role__in=ROOTS, closes_on__isnull=True).order_by("name")


def region_of(roots: QuerySet[Position, Position], about: Sequence[int]) -> Position | None:
    """The nearest manager above all of some positions, of those below whom a plan may be made: what a warning is about."""
    if not about:
        return None
    managers = dict(
        ReportingLine.objects.on(timezone.localdate()).order_by().values_list("position", "manager")
    )
    above = [_line(one, managers) for one in about]
    shared = [one for one in above[0] if all(one in line for line in above[1:])]
    found = {one.pk: one for one in roots.filter(pk__in=shared, role__in=REGIONS)}
    return next((found[one] for one in shared if one in found), None)


def _line(position: int, managers: Mapping[int, int]) -> list[int]:
    """A position and those above it, the nearest first."""
    line = [position]
    while (above := managers.get(line[-1])) is not None and above not in line:
        line.append(above)
    return line


def own_territories(person: Person, plan: Plan) -> QuerySet[Territory, Territory]:
    """The territories of a plan that somebody holds themselves: those they answer for in a review."""
    held = scope_of(person).held
    return Territory.objects.filter(plan=plan, position__in=held, level="territory").order_by("name")


def n_open_challenges(plan: Plan) -> int:
    return Challenge.objects.filter(plan=plan, state=ChallengeState.OPEN).count()


def is_company(position: Position) -> bool:
    return position.role in WHOLE_COMPANY
