"""The pages of warnings: the list, the card on the home page, setting one aside, and the limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrier.office.accounts.requests import wrong_form
from terrier.office.audit.services import Author
from terrier.office.desks.asked import warning_filter
from terrier.office.desks.forms import DismissForm, LimitsForm
from terrier.office.desks.models import Dismissal, WarningKind
from terrier.office.desks.services import dismiss_warning, restore_warning, set_limits
from terrier.office.desks.warned import all_warnings, counted_by_kind, limits_now, narrowed
from terrier.office.desks.warning import Severity, Warned
from terrier.office.errors import RefusedError
from terrier.office.export import KINDS, export_response
from terrier.office.market.places import with_areas
from terrier.office.market.potential import loaded
from terrier.office.people.asked import as_files, number, pages_around, text
from terrier.office.people.permissions import May, may, needs, signed_in
from terrier.office.people.selectors import regions_seen
from terrier.office.people.telling import put_on, tell

A_PAGE = 50
STATES = (("dismissed", gettext_lazy("Set aside")), ("all", gettext_lazy("Open and set aside")))


@needs(May.PLAN)
@require_safe
def warnings(request: HttpRequest) -> HttpResponseBase:
    """The list, or its export with ``?export=csv`` or ``xlsx``."""
    person, today = signed_in(request), timezone.localdate()
    asked = warning_filter(request)
    found = all_warnings(person, today)
    rows = narrowed(found, asked, today)
    if (kind := text(request, "export")) in KINDS:
        return export_response(name=f"warnings-{today}", kind=kind, header=_header(), rows=_rows(rows))
    page = Paginator(rows, A_PAGE).get_page(number(request, "page") or 1)
    told = {
        "asked": asked,
        "page": page,
        "n_open": sum(not one.is_dismissed for one in found),
        "kinds": [(kind.value, kind.label) for kind, _n in counted_by_kind(found)],
        "severities": Severity.choices[::-1],
        "states": STATES,
        "regions": regions_seen(person, today),
        **pages_around(request, page),
        **as_files(request),
        "here": request.get_full_path(),
        "may_set": may(person, May.SET_LIMITS),
        "with_areas": with_areas(today) if loaded() else set(),
    }
    return render(request, "desks/warnings.html", told)


@needs(May.PLAN)
@require_safe
def brief(request: HttpRequest) -> HttpResponse:
    """What the home page shows of the open warnings: of each kind how many, and the worst."""
    found = [one for one in all_warnings(signed_in(request)) if not one.is_dismissed]
    worst = {one.kind: one for one in reversed(found)}
    kinds = sorted(counted_by_kind(found), key=lambda pair: found.index(worst[pair[0]]))
    told = {"n_open": len(found), "kinds": [(kind, n, worst[kind]) for kind, n in kinds]}
    return render(request, "desks/brief.html", told)


@needs(May.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: HttpRequest) -> HttpResponse:
    """Ask why, and set a warning aside."""
    asked = request.POST if request.method == "POST" else request.GET
    warned = _find(request, asked.get("key", ""))
    form = DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act = dismiss_warning(
                warned=warned, reason=form.cleaned_data["reason"], author=Author(signed_in(request))
            )
        except RefusedError as error:
            put_on(form, error)
        else:
            tell(request, act)
            return redirect(_back(request))
    context = {"form": form, "warned": warned, "next": asked.get("next", "")}
    if form.is_bound:
        return wrong_form(request, "desks/dismiss_form.html", context, "#dismiss-form")
    return render(request, "desks/dismiss.html", context)


@needs(May.PLAN)
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    warned = _find(request, request.POST.get("key", ""))
    dismissal = get_object_or_404(Dismissal, key=warned.key)
    tell(request, restore_warning(dismissal=dismissal, author=Author(signed_in(request))))
    return redirect(_back(request))


@needs(May.SET_LIMITS)
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    form = LimitsForm(request.POST or None, instance=limits_now())
    if request.method == "POST" and form.is_valid():
        try:
            act = set_limits(values=form.cleaned_data, author=Author(signed_in(request)))
        except ValidationError as error:
            put_on(form, error)
        else:
            tell(request, act)
            return redirect("desks:warnings")
    return render(request, "desks/limits.html", {"form": form}, status=422 if form.is_bound else 200)


def _find(request: HttpRequest, key: str) -> Warned:
    """The warning of that key, if whoever asks is warned of it."""
    found = next((one for one in all_warnings(signed_in(request)) if one.key == key), None)
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest) -> str:
    goal = request.POST.get("next", "")
    within = url_has_allowed_host_and_scheme(goal, {request.get_host()}, require_https=request.is_secure())
    return goal if within else reverse("desks:warnings")


def _header() -> list[str]:
    return [
        _("How urgent"),
        _("Kind"),
        _("What"),
        _("Warning"),
        _("Figures"),
        _("Set aside by"),
        _("Why"),
    ]


def _rows(rows: Sequence[Warned]) -> Iterator[list[Any]]:
    for one in rows:
        aside = one.dismissal
        figures = "; ".join(f"{figure.label}: {figure.value}" for figure in one.figures)
        yield [
            one.severity.label,
            WarningKind(one.kind).label,
            one.title,
            one.sentence,
            figures,
            aside.author.name if aside and aside.author else "",
            aside.reason if aside else "",
        ]
