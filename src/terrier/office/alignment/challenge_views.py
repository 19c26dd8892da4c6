"""The pages of the challenge: a territory's before and after with its objections, and all objections for those who decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from terrier.office.alignment import challenging
from terrier.office.alignment.before_after import before_after, concerned, places_of
from terrier.office.alignment.choices import MEASURE_NAMES, Measure, choices_of
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import (
    Challenge,
    ChallengeState,
    Level,
    Plan,
    PlanState,
    Territory,
)
from terrier.office.alignment.plan_selectors import is_shaper, plan_seen, plan_shaped
from terrier.office.alignment.plan_views import deed, frame
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.asked import numbered_page, pages_around, text
from terrier.office.people.models import Person
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import scope_of, visible_to

WHICH = (
    ("", gettext_lazy("All")),
    ("held", gettext_lazy("It would hold")),
    ("gained", gettext_lazy("Gained")),
    ("lost", gettext_lazy("Lost")),
    ("kept", gettext_lazy("Kept")),
    ("white", gettext_lazy("Buying nothing")),
)


@require_safe
def territory(request: HttpRequest, plan_id: int, territory_id: int) -> HttpResponse:
    """What the plan makes of one territory, and what its holder says of that."""
    return _page(request, *_territory(request, plan_id, territory_id))


@dataclass(frozen=True)
class Refused:
    """A proposal that was refused, as it was written: nothing of it is to be ticked or typed again."""

    accounts: tuple[int, ...]
    target: int
    reason: str
    why: str


def _page(request: HttpRequest, found: Plan, node: Territory, refused: Refused | None = None) -> HttpResponse:
    which, q = text(request, "which"), text(request, "q")
    rows = concerned(found, node, which)
    if q:
        rows = rows.filter(Q(account__name__icontains=q) | Q(account__city__icontains=q))
    page = numbered_page(request, rows)
    told = {
        **frame(request, found, "balance"),
        "node": node,
        "ba": before_after(found, node),
        "places": places_of(found, node),
        "page": page,
        **pages_around(request, page),
        "which": WHICH,
        "asked": {"which": which, "q": q},
        "targets": [
            (one.pk, one.name)
            for one in Territory.objects.filter(plan=found, level=Level.TERRITORY).order_by("name")
        ],
        "answer": getattr(node, "answer", None),
        "challenges": _shown(signed_in(request), found, territory=node),
        "may_answer": _may_answer(request, found, node) and _is_open(found),
        "person": signed_in(request),
        "refused": refused,
    }
    response = render(request, "alignment/territory.html", told, status=422 if refused else 200)
    if refused:  # the address stays that of the page, which can be read again
        response["HX-Push-Url"] = reverse("plans:territory", args=[found.pk, node.pk])
    return response


@require_safe
def challenges(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Who has answered, and every objection with its consequences, the open ones first."""
    found = plan_shaped(signed_in(request), plan_id)
    nodes = Territory.objects.filter(plan=found, level=Level.TERRITORY, position__isnull=False)
    told = {
        **frame(request, found, "challenges"),
        "nodes": nodes.select_related("position", "answer", "answer__author")
        .annotate(has_objected=Exists(Challenge.objects.filter(territory=OuterRef("pk"))))
        .order_by("name"),
        "challenges": _shown(signed_in(request), found),
    }
    return render(request, "alignment/challenges.html", told)


def _shown(person: Person, plan: Plan, **where: Any) -> list[tuple[Challenge, list[dict[str, Any]]]]:
    """Objections, each with its consequences as rows of a table, as far as somebody may know them."""
    told = challenging.told_to(person, plan)
    measures = choices_of(plan).measures
    found = (
        Challenge.objects.filter(plan=plan, **where)
        .select_related("territory", "author", "decided_by")
        .prefetch_related("moves__account", "moves__source", "moves__target")
    )
    ordered = sorted(found, key=lambda one: (one.state != ChallengeState.OPEN, -one.created_at.timestamp()))
    return [(one, _consequences(told(one), measures)) for one in ordered]


def _consequences(told: dict[str, Any], measures: Sequence[Measure]) -> list[dict[str, Any]]:
    return [
        one
        if "before" not in one
        else {
            **one,
            "measures": [
                (MEASURE_NAMES[Measure(name)], one["before"]["deviations"][name], value)
                for name, value in one["after"]["deviations"].items()
                if name in measures
            ],
        }
        for one in told.get("territories", ())
    ]


@require_POST
def accept(request: HttpRequest, plan_id: int, territory_id: int) -> HttpResponse:
    found, node = _answered(request, plan_id, territory_id)

    def agree(author: Author) -> str:
        note = request.POST.get("note", "").replace("\x00", "")
        challenging.accept_territory(territory=node, author=author, note=note)
        return _("%(territory)s is accepted as the plan has it.") % {"territory": node.name}

    return _then(request, found, node, agree)


@require_POST
def propose(request: HttpRequest, plan_id: int, territory_id: int) -> HttpResponse:
    found, node = _answered(request, plan_id, territory_id)
    accounts = [_number(one) for one in request.POST.getlist("account")]
    wanted = _number(request.POST.get("target"))
    reason = request.POST.get("reason", "").replace("\x00", "")

    def send(author: Author) -> str:
        target = Territory.objects.filter(plan=found, level=Level.TERRITORY, pk=wanted).first()
        if target is None:
            raise PlanError(_("Choose the territory to which the accounts should go."))
        made = challenging.propose(
            territory=node,
            moves=challenging.moves_of(node, accounts, target),
            reason=reason,
            author=author,
        )
        if made.by_rule:
            return _("Accepted at once: all territories stay within tolerance.")
        return _("Your proposal is sent. You see here what becomes of it.")

    try:
        say(request, send(Author(signed_in(request))))
    except RefusedError as error:
        return _page(request, found, node, Refused(tuple(accounts), wanted, reason, str(error)))
    return redirect("plans:territory", found.pk, node.pk)


@require_POST
def withdraw(request: HttpRequest, plan_id: int, challenge_id: int) -> HttpResponse:
    person = signed_in(request)
    found = plan_seen(person, plan_id)
    row = get_object_or_404(
        visible_to(person, Challenge).select_related("territory"), plan=found, pk=challenge_id, author=person
    )

    def take_back(author: Author) -> str:
        challenging.withdraw(challenge=row, author=author)
        return _("Your proposal is withdrawn.")

    return _then(request, found, row.territory, take_back)


@require_POST
def decide(request: HttpRequest, plan_id: int, challenge_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    row = get_object_or_404(
        Challenge.objects.select_related("plan", "territory"), plan=found, pk=challenge_id
    )
    said_yes = request.POST.get("deed") == "accept"

    def settle(author: Author) -> str:
        decision = request.POST.get("decision", "").replace("\x00", "")
        challenging.decide(challenge=row, accept=said_yes, decision=decision, author=author)
        return _("Accepted: the accounts have moved.") if said_yes else _("Declined, with your reason.")

    return deed(request, found, settle, then="plans:challenges")


def _territory(request: HttpRequest, plan_id: int, territory_id: int) -> tuple[Plan, Territory]:
    person = signed_in(request)
    found = plan_seen(person, plan_id)
    rows = visible_to(person, Territory).filter(plan=found, level=Level.TERRITORY)
    return found, get_object_or_404(
        rows.select_related("plan", "position", "answer", "answer__author"), pk=territory_id
    )


def _may_answer(request: HttpRequest, plan: Plan, node: Territory) -> bool:
    """Whoever holds the territory, and those who shape the plan on their behalf."""
    person = signed_in(request)
    return node.position_id in scope_of(person).held or is_shaper(person, plan)


def _is_open(plan: Plan) -> bool:
    return bool(
        plan.state == PlanState.IN_REVIEW and plan.review_until and plan.review_until >= timezone.localdate()
    )


def _answered(request: HttpRequest, plan_id: int, territory_id: int) -> tuple[Plan, Territory]:
    found, node = _territory(request, plan_id, territory_id)
    if not _may_answer(request, found, node):
        raise Http404
    return found, node


def _then(request: HttpRequest, plan: Plan, node: Territory, do: Any) -> HttpResponse:
    try:
        say(request, do(Author(signed_in(request))))
    except RefusedError as error:
        say_wrong(request, str(error))
    return redirect("plans:territory", plan.pk, node.pk)


def _number(given: str | None) -> int:
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 19 else 0
