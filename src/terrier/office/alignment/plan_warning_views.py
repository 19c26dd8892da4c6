"""What a plan is to be warned of, each with its figures and a button: on the plan's page and over the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import Router, Schema

from terrier.office.alignment.choices import Measure, choices_of
from terrier.office.alignment.figures import sheet_of
from terrier.office.alignment.models import Plan, Territory, TerritoryKind
from terrier.office.alignment.plan_selectors import is_shaper, plan_seen
from terrier.office.api.fields import Id
from terrier.office.desks.api import FigureOut
from terrier.office.desks.models import WarningKind
from terrier.office.desks.planned import plan_warnings
from terrier.office.desks.warning import Warned
from terrier.office.people.models import Person
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import visible_to

FIRST = 6
"""Shown at once; the others on asking."""

router = Router(tags=["plans"])


@dataclass(frozen=True, slots=True)
class Told:
    """A warning, the territories it is about, and what can be done about it: a label and an address."""

    warned: Warned
    territories: tuple[Territory, ...]
    deed: tuple[str, str]


def warnings_told(person: Person, plan: Plan) -> list[Told]:
    """What somebody is to be warned of in a plan, the worst first: of territories in their scope, and of the whole if they shape it."""
    shapes = is_shaper(person, plan)
    seen = visible_to(person, Territory).filter(plan=plan).values_list("pk", flat=True)
    sheet = sheet_of(plan, list(seen))
    at = {row.territory.position_id or -row.territory.pk: row.territory for row in sheet.rows}
    told = []
    for one in plan_warnings(sheet, timezone.localdate(), whole=shapes):
        nodes = tuple(at[number] for number in one.position_ids)
        told.append(Told(one, nodes, _deed(one, plan, nodes, shapes and plan.is_open)))
    return told


def _deed(one: Warned, plan: Plan, nodes: tuple[Territory, ...], may_shape: bool) -> tuple[str, str]:
    """What helps most; whoever may not shape the plan looks at what it is about."""
    if one.kind == WarningKind.WHITE_SPACE and nodes:
        return _("Look who buys nothing"), _accounts_of(plan, nodes[0], "white")
    if not may_shape:
        return _look(plan, nodes)
    match one.kind:
        case WarningKind.NOBODY:
            return _("Place them by rules"), reverse("plans:rules", args=[plan.pk])
        case WarningKind.KEY_SIZE:
            return _("Who deserves one"), reverse("plans:coverage", args=[plan.pk])
        case WarningKind.CROWDED:
            return _("How many are needed"), f"{reverse('headcount:new')}?root={plan.root_id}"
        case WarningKind.PAY_APART if Measure.PAY not in choices_of(plan).measures:
            return _("Balance expected pay"), reverse("plans:settings", args=[plan.pk])
        case WarningKind.VACANT:
            return _look(plan, nodes)
        case WarningKind.TOO_LARGE:  # the engine balances measures, and distance is none
            return _("Draw it closer on the map"), reverse("studio:studio", args=[plan.pk])
    if nodes and all(
        one.kind != TerritoryKind.GEOGRAPHIC for one in nodes
    ):  # the engine leaves them as they are
        return _look(plan, nodes)
    return _("Let the engine balance it"), reverse("plans:engine", args=[plan.pk])


def _look(plan: Plan, nodes: tuple[Territory, ...]) -> tuple[str, str]:
    if not nodes:
        return _("Look at the plan"), reverse("plans:plan", args=[plan.pk])
    return _("Look at its accounts"), _accounts_of(plan, nodes[0], "held")


def _accounts_of(plan: Plan, node: Territory, which: str) -> str:
    """The page of a territory with the accounts that a warning counts, without those that leave it."""
    return f"{reverse('plans:territory', args=[plan.pk, node.pk])}?which={which}"


@require_safe
def show_warnings(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The card of the plan's page; it comes by itself after the page."""
    person = signed_in(request)
    plan = plan_seen(person, plan_id)
    found = warnings_told(person, plan)
    whole = "all" in request.GET
    told = {"plan": plan, "n": len(found), "found": found if whole else found[:FIRST], "whole": whole}
    return render(request, "alignment/plan_warnings.html", told)


class PlanWarningOut(Schema):
    kind: WarningKind
    severity: int
    title: str
    sentence: str
    figures: list[FigureOut]
    territory_ids: list[int]


@router.get(
    "/plans/{plan_id}/warnings", response=list[PlanWarningOut], summary="What a plan is to be warned of"
)
def list_plan_warnings(request: HttpRequest, plan_id: Id) -> list[dict[str, Any]]:
    """The worst first, within your scope: of the plan as it would be, not of today's coverage."""
    person = signed_in(request)
    return [
        {
            "kind": one.warned.kind,
            "severity": one.warned.severity,
            "title": one.warned.title,
            "sentence": one.warned.sentence,
            "figures": one.warned.figures,
            "territory_ids": [node.pk for node in one.territories],
        }
        for one in warnings_told(person, plan_seen(person, plan_id))
    ]
