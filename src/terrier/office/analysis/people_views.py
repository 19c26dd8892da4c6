"""With whom an analysis is shared, and to whom it is sent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrier.errors import TerrierError
from terrier.office.accounts.requests import author_of, take_errors, told, wrong_form
from terrier.office.analysis.forms import DeliveryForm, ShareForm
from terrier.office.analysis.mailing import delivery_of
from terrier.office.analysis.models import Analysis, Share
from terrier.office.analysis.scheduling import schedule_delivery, stop_delivery
from terrier.office.analysis.selectors import (
    analysis_owned_by,
    analysis_seen_by,
    deliveries_seen_by,
    people_to_choose,
)
from terrier.office.analysis.sharing import share_below, share_with_person, unshare
from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.people.asked import text
from terrier.office.people.models import Person, Position
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import visible_to


@require_safe
def people(request: HttpRequest, analysis_id: int) -> HttpResponse:
    """To its owner all that it is shared with and sent to; to others what is sent to themselves."""
    row = analysis_seen_by(signed_in(request), analysis_id)
    return render(request, "analysis/people.html", _context(request, row))


def _context(request: HttpRequest, row: Analysis) -> dict[str, Any]:
    person = signed_in(request)
    mine = row.owner_id == person.pk
    deliveries = deliveries_seen_by(person, row.pk)
    own = deliveries.filter(person=person).first()
    start = {"person": person.pk, "every": "week", "weekday": 0, "day": 1, "hour": 7}
    if own is not None:
        start |= {"every": own.every, "weekday": own.weekday, "day": own.day, "hour": own.hour}
    return {
        "saved": row,
        "mine": mine,
        "shares": row.shares.select_related("person", "position"),
        "deliveries": deliveries,
        "share_form": ShareForm(),
        "delivery_form": DeliveryForm(initial=start),
        "recipient": person,
        "is_sent": settings.EMAIL_IS_SENT,
        "zone": timezone.get_current_timezone_name(),
    }


@require_safe
def choose_person(request: HttpRequest) -> JsonResponse:
    """People for a field that chooses one."""
    found = people_to_choose(signed_in(request), text(request, "q"))
    return JsonResponse(
        {"options": [{"value": str(row.pk), "text": row.name, "note": row.email} for row in found]}
    )


@require_POST
def share(request: HttpRequest, analysis_id: int) -> HttpResponse:
    """Share one's own analysis with somebody, or with all below a position, that one sees."""
    row, person = analysis_owned_by(signed_in(request), analysis_id), signed_in(request)
    form = ShareForm(request.POST)
    try:
        if form.is_valid():
            chosen, author = form.cleaned_data, author_of(request)
            if chosen["person"]:
                whom = get_object_or_404(visible_to(person, Person), pk=chosen["person"])
                told(request, share_with_person(analysis=row, person=whom, author=author))
            else:
                below = get_object_or_404(visible_to(person, Position), pk=chosen["position"])
                told(request, share_below(analysis=row, position=below, author=author))
            return redirect("analysis:people", row.pk)
    except (TerrierError, ValidationError) as error:
        take_errors(form, error)
    return _wrong(request, row, form, "share")


@require_POST
def end_share(request: HttpRequest, analysis_id: int, share_id: int) -> HttpResponse:
    held = get_object_or_404(Share, pk=share_id, analysis=analysis_owned_by(signed_in(request), analysis_id))
    told(request, unshare(share=held, author=author_of(request)))
    return redirect("analysis:people", analysis_id)


@require_POST
def schedule(request: HttpRequest, analysis_id: int) -> HttpResponse:
    """Have an analysis sent: anybody who sees it to themselves, its owner to all who see it."""
    person = signed_in(request)
    row = analysis_seen_by(person, analysis_id)
    form = DeliveryForm(request.POST)
    try:
        if form.is_valid():
            whom = _recipient(person, row, form.cleaned_data.pop("person"))
            _delivery, act = schedule_delivery(
                analysis=row, person=whom, author=author_of(request), **form.cleaned_data
            )
            told(request, act)
            return redirect("analysis:people", row.pk)
    except (TerrierError, ValidationError) as error:
        take_errors(form, error)
    return _wrong(request, row, form, "delivery")


def _recipient(person: Person, row: Analysis, pk: int | None) -> Person:
    if pk is None or pk == person.pk:
        return person
    if row.owner_id != person.pk:
        raise Http404
    return get_object_or_404(visible_to(person, Person), pk=pk)


def _wrong(request: HttpRequest, row: Analysis, form: Form, which: str) -> HttpResponse:
    context = _context(request, row) | {f"{which}_form": form}
    return wrong_form(request, f"analysis/{which}_form.html", context, f"#{which}-form")


@require_POST
def stop(request: HttpRequest, analysis_id: int, delivery_id: int) -> HttpResponse:
    """Stop what is sent to oneself; the owner stops what is sent to anybody."""
    rows = deliveries_seen_by(signed_in(request), analysis_id)
    told(request, stop_delivery(delivery=get_object_or_404(rows, pk=delivery_id), author=author_of(request)))
    return redirect("analysis:people", analysis_id)


@csrf_exempt  # mail programs unsubscribe by a single post; the signed link is what proves whose it is
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponseBase:
    """Whoever got the mail stops it, without signing in."""
    delivery = delivery_of(token)
    if request.method == "POST" and delivery is not None:
        stop_delivery(delivery=delivery, author=Author(delivery.person, Via.WEB))
        return render(request, "analysis/unsubscribe.html", {"stopped": delivery.analysis.name})
    name = delivery.analysis.name if delivery else ""
    return render(request, "analysis/unsubscribe.html", {"name": name, "over": delivery is None})
