"""The home page: where I stand, what to do, and what is mine today."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from terrier.office.accounts.filters import AccountFilter, matching
from terrier.office.alignment.waiting import waiting_for
from terrier.office.desks.parts import FILES, MOST_ACT_ON, PARTS, act_on
from terrier.office.desks.selectors import (
    accounts_title,
    my_tasks,
    position_to_come,
    touched_lately,
    without_anybody,
)
from terrier.office.desks.shading import offered, shaded, shaded_file
from terrier.office.desks.tiles import tiles
from terrier.office.export import KINDS, export_response
from terrier.office.jobs.models import ENDED, Job
from terrier.office.people.asked import text
from terrier.office.people.models import Person
from terrier.office.people.permissions import May, may, signed_in
from terrier.office.people.scope import scope_of
from terrier.office.sales import gateway
from terrier.office.sales.periods import Choice, choice
from terrier.office.sales.sample_lines import KIND as SAMPLE
from terrier.office.sales.views import frame
from terrier.office.sales.whose import Narrowed, narrowed


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Figures and their reasons for whoever covers anything or leads those who do; everybody's tasks and latest accounts; for
    those who say who covers what, also what nobody covers."""
    person = signed_in(request)
    day = timezone.localdate()
    context = {
        "today": day,
        "first_name": person.get_short_name(),
        "waiting": waiting_for(person, day),
        "tasks": my_tasks(person, day),
        "touched": touched_lately(person, day),
        "accounts_title": accounts_title(person),
        "n_accounts": matching(person, AccountFilter()).count(),
        "unheld": without_anybody(person) if may(person, May.ASSIGN_COVERAGE) else None,
        "may_edit": may(person, May.EDIT_ACCOUNTS),
        "warned": may(person, May.PLAN),
    }
    if not scope_of(person).held:
        context |= {"no_position": True, "position_to_come": position_to_come(person, day)}
    return render(request, "desks/home.html", context | _figures(request, person))


def _figures(request: HttpRequest, person: Person) -> dict[str, Any]:
    if not scope_of(person).held:
        return {}
    if gateway.extent() is None:
        waiting = Job.objects.filter(kind=SAMPLE).exclude(state__in=ENDED).first()
        return {"no_sales": True, "sample_job": waiting, "may_import": may(person, May.IMPORT)}
    chosen = choice(request)
    asked = narrowed(request, person, chosen.on)
    return frame(request, chosen, asked) | {
        "tiles": tiles(person, asked, chosen),
        "query": request.GET.urlencode() or chosen.query,
    }


@require_safe
def part(request: HttpRequest, name: str) -> HttpResponse:
    """One part of the desk, which the page asks for when it stands."""
    person = signed_in(request)
    if name not in PARTS or not scope_of(person).held or gateway.extent() is None:
        raise Http404
    chosen = choice(request)
    asked: Narrowed = narrowed(request, person, chosen.on)
    context = PARTS[name](person, asked, chosen)
    if name == "place":
        context |= _shaded(request, person, asked, chosen)
    context |= {"choice": chosen, "asked": asked, "query": request.GET.urlencode()}
    return render(request, f"desks/parts/{name}.html", context)


def _shaded(request: HttpRequest, person: Person, asked: Narrowed, chosen: Choice) -> dict[str, Any]:
    """What the map can be shaded by, and by what it is, if it is asked for."""
    choices = offered(person)
    name = text(request, "shade")
    query = request.GET.copy()
    query.pop("shade", None)
    told: dict[str, Any] = {
        "shade_choices": choices,
        "plain": query.urlencode(),
        "kept": [(key, value) for key, value in query.items()],
    }
    return told | (shaded(person, asked, chosen, name) if name in dict(choices) else {})


@require_safe
def part_file(request: HttpRequest, name: str, ending: str) -> HttpResponseBase:
    """The numbers of a chart, for a spreadsheet."""
    person = signed_in(request)
    if (
        name not in (*FILES, "place")
        or ending not in KINDS
        or not scope_of(person).held
        or gateway.extent() is None
    ):
        raise Http404
    chosen = choice(request)
    asked = narrowed(request, person, chosen.on)
    if name == "place":
        shade = text(request, "shade")
        if shade not in dict(offered(person)):
            raise Http404
        header, rows = shaded_file(person, asked, chosen, shade)
    else:
        header, rows = FILES[name](person, asked, chosen)
    return export_response(name=name, kind=ending, header=header, rows=rows)


@require_safe
def act(request: HttpRequest) -> HttpResponse:
    """All accounts to act on, those with most at stake first."""
    person = signed_in(request)
    if not scope_of(person).held or gateway.extent() is None:
        raise Http404
    chosen = choice(request)
    asked = narrowed(request, person, chosen.on)
    context = act_on(person, asked, chosen, MOST_ACT_ON) | frame(request, chosen, asked)
    return render(request, "desks/act.html", context)
