"""The pages of head counts: those asked so far, a new one, its answer as a curve, and its export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.export import KINDS, export_response
from terrier.office.headcount.charts import curve_of
from terrier.office.headcount.choices import read_size_choices
from terrier.office.headcount.forms import HeadCountForm, usual_for
from terrier.office.headcount.models import HeadCount
from terrier.office.headcount.selectors import head_counts_of, roots_for
from terrier.office.headcount.services import ask_head_count, forget_head_count
from terrier.office.headcount.telling import assumed, sentences_of, sizes_of
from terrier.office.jobs.models import Job
from terrier.office.look.toasts import say_wrong
from terrier.office.people.asked import number, pages_around
from terrier.office.people.permissions import May, needs, signed_in
from terrier.office.people.scope import visible_to
from terrier.office.people.telling import put_on, tell

A_PAGE = 50


@needs(May.PLAN)
@require_safe
def head_counts(request: HttpRequest) -> HttpResponse:
    page = Paginator(head_counts_of(signed_in(request)), A_PAGE).get_page(number(request, "page") or 1)
    told = {
        "page": page,
        **pages_around(request, page),
    }
    return render(request, "headcount/list.html", told)


@needs(May.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_head_count(request: HttpRequest) -> HttpResponse:
    person, today = signed_in(request), timezone.localdate()
    roots = roots_for(person, today)
    named = number(request, "root")
    root = roots.filter(pk=named).first() if named else roots.first()
    form = HeadCountForm(request.POST or None, roots=roots, initial=usual_for(root, today))
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_head_count(
                root=form.cleaned_data["root"],
                choices=form.choices(),
                note=form.cleaned_data["note"],
                author=Author(person),
            )
        except RefusedError as error:
            put_on(form, error)
        else:
            return redirect("headcount:answer", asked.pk)
    return render(request, "headcount/new.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(May.PLAN)
@require_safe
def answer(request: HttpRequest, head_count_id: int) -> HttpResponse:
    found = _find(request, head_count_id)
    told: dict[str, Any] = {"head_count": found, "assumed": assumed(read_size_choices(found.choices))}
    if found.is_answered:
        sizes = {one.people: one for one in sizes_of(found)}
        best = found.result["by_profit"] or found.result["by_workload"]
        told |= {
            "sentences": sentences_of(found),
            "sizes": sizes.values(),
            "best": sizes.get(best),
            "enough": found.result["by_workload"],
            "today": sizes.get(found.result["n_today"]),
            "curve": curve_of(found),
        }
    elif found.job_id:
        told["job"] = visible_to(signed_in(request), Job).filter(pk=found.job_id).first()
    return render(request, "headcount/answer.html", told)


@needs(May.PLAN)
@require_safe
def export(request: HttpRequest, head_count_id: int, ending: str) -> HttpResponseBase:
    found = _find(request, head_count_id)
    if ending not in KINDS or not found.is_answered:
        raise Http404
    name = f"head-count-{found.pk}-{found.created_at:%Y-%m-%d}"
    return export_response(name=name, kind=ending, header=_header(), rows=_rows(found))


@needs(May.PLAN)
@require_POST
def delete(request: HttpRequest, head_count_id: int) -> HttpResponse:
    found = _find(request, head_count_id)
    try:
        tell(request, forget_head_count(head_count=found, author=Author(signed_in(request))))
    except RefusedError as error:
        say_wrong(request, str(error))
        return redirect("headcount:answer", head_count_id)
    return redirect("headcount:list")


def _find(request: HttpRequest, head_count_id: int) -> HeadCount:
    return get_object_or_404(head_counts_of(signed_in(request)), pk=head_count_id)


def _header() -> list[str]:
    return [
        _("People"),
        _("Calls made, share"),
        _("Utilization"),
        _("Hours each"),
        _("Travel hours each"),
        _("Sales"),
        _("Margin"),
        _("Cost of people and travel"),
        _("Profit"),
        _("The last one brings"),
        _("The last one costs"),
    ]


def _rows(found: HeadCount) -> Iterator[list[Any]]:
    for one in sizes_of(found):
        yield [
            one.people,
            one.service,
            one.utilization,
            one.hours_each,
            round(one.travel_hours, 1),
            one.sales,
            one.margin,
            one.cost,
            one.profit,
            one.brings,
            one.costs,
        ]
