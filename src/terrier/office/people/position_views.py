"""The pages of positions: the list, one position, and its making, changing, handing over and closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.export import KINDS, export_response
from terrier.office.look.toasts import say_wrong
from terrier.office.people.asked import as_files, day, numbered_page, pages_around, position_filter, text
from terrier.office.people.forms import HandOverForm, NewPositionForm, PositionForm, ReportToForm
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine, Role, counting_on
from terrier.office.people.org import drop_planned, hand_over, report_to, vacate
from terrier.office.people.permissions import May, may, needs, signed_in
from terrier.office.people.positions import create_position, edit_position, reopen_position
from terrier.office.people.scope import visible_to, with_those_below
from terrier.office.people.selectors import (
    holders_of,
    lines_of,
    positions_listed,
    reach_of,
    regions_seen,
    reports_of,
)
from terrier.office.people.telling import put_on, tell
from terrier.office.people.timeline import with_vacancies

STATES = (
    ("held", gettext_lazy("Held")),
    ("vacant", gettext_lazy("Vacant")),
    ("closed", gettext_lazy("Closed or not open yet")),
    ("all", gettext_lazy("All, open or not")),
)


@require_safe
def positions(request: HttpRequest) -> HttpResponseBase:
    """The list, or its export with ``?export=csv`` or ``xlsx``."""
    person, today = signed_in(request), timezone.localdate()
    asked = position_filter(request)
    rows = positions_listed(person, asked, today)
    if (kind := text(request, "export")) in KINDS:
        return export_response(name="positions", kind=kind, header=_header(), rows=_rows(rows))
    page = numbered_page(request, rows)
    told = {
        "asked": asked,
        "page": page,
        "today": today,
        **pages_around(request, page),
        **as_files(request),
        "states": STATES,
        "roles": Role.choices,
        "regions": regions_seen(person, today),
        "filtered": bool(asked.text or asked.role or asked.state or asked.region),
        "may_edit": may(person, May.EDIT_PEOPLE),
    }
    return render(request, "people/positions.html", told)


@require_safe
def position(request: HttpRequest, position_id: int) -> HttpResponse:
    viewer, today = signed_in(request), timezone.localdate()
    chair = get_object_or_404(visible_to(viewer, Position), pk=position_id)
    holders, lines = list(holders_of(viewer, chair, today)), list(lines_of(viewer, chair, today))
    told = {
        "position": chair,
        "today": today,
        "open": chair.opens_on <= today and (chair.closes_on is None or today < chair.closes_on),
        "holder": next((row for row in holders if row.counts_on(today)), None),
        "line": next((row for row in lines if row.counts_on(today)), None),
        "history": with_vacancies(holders, chair.opens_on, chair.closes_on),
        "lines": lines,
        "seen_people": frozenset(
            visible_to(viewer, Person).filter(incumbencies__position=chair).values_list("pk", flat=True)
        ),
        "seen": frozenset(visible_to(viewer, Position).values_list("pk", flat=True)),
        "reports": reports_of(viewer, chair, today),
        "reach": reach_of(viewer, chair, today),
        "may_edit": may(viewer, May.EDIT_PEOPLE),
    }
    return render(request, "people/position.html", told)


@needs(May.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_position(request: HttpRequest) -> HttpResponse:
    viewer, today = signed_in(request), timezone.localdate()
    form = NewPositionForm(
        request.POST or None,
        managers=open_positions(viewer, today),
        people=_able(viewer),
        initial={"opens_on": today, "manager": text(request, "manager")},
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        manager, holder = values.pop("manager"), values.pop("holder")
        try:
            chair, act = create_position(values=values, author=Author(viewer), manager=manager, holder=holder)
        except (RefusedError, ValidationError) as error:
            put_on(form, error)
        else:
            tell(request, act)
            return redirect("people:position", chair.pk)
    return show_form(request, form, _("Create a position"), _("Create"))


@needs(May.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def change_position(request: HttpRequest, position_id: int) -> HttpResponse:
    chair = seen_position(request, position_id)
    form = PositionForm(request.POST or None, instance=Position.objects.get(pk=chair.pk))
    return asked_of(
        request,
        chair,
        form,
        lambda values: edit_position(position=chair, values=values, author=Author(signed_in(request))),
        _("Change %(position)s") % {"position": chair},
        _("Save"),
    )


@needs(May.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_position(request: HttpRequest, position_id: int) -> HttpResponse:
    chair, viewer = seen_position(request, position_id), signed_in(request)
    today = day(request)
    holder = holders_of(viewer, chair, today).filter(counting_on(today)).first()
    form = HandOverForm(
        request.POST or None,
        people=_able(viewer),
        today=today,
        initial={"person": holder and holder.person_id},
    )

    def do(values: dict[str, Any]) -> Act | None:
        author, person = Author(viewer), values["person"]
        if person is None:
            return vacate(position=chair, starts_on=values["starts_on"], author=author)
        return hand_over(position=chair, person=person, starts_on=values["starts_on"], author=author)

    return asked_of(
        request, chair, form, do, _("Hand over %(position)s") % {"position": chair}, _("Hand over")
    )


@needs(May.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def report_position(request: HttpRequest, position_id: int) -> HttpResponse:
    """Whom a position reports to from a day on. The chart sends its drags here, and asks to come back to itself."""
    chair, viewer, today = seen_position(request, position_id), signed_in(request), day(request)
    below = with_those_below(frozenset({chair.pk}), today)
    line = lines_of(viewer, chair, today).filter(counting_on(today)).first()
    form = ReportToForm(
        request.POST or None,
        managers=open_positions(viewer, today).exclude(pk__in=below),
        today=today,
        initial={"manager": line and line.manager_id},
    )
    return asked_of(
        request,
        chair,
        form,
        lambda values: report_to(
            position=chair,
            manager=values["manager"],
            starts_on=values["starts_on"],
            author=Author(viewer),
        ),
        _("Whom %(position)s reports to") % {"position": chair},
        _("Move"),
    )


@needs(May.EDIT_PEOPLE)
@require_POST
def open_again(request: HttpRequest, position_id: int) -> HttpResponse:
    chair = seen_position(request, position_id)
    try:
        tell(request, reopen_position(position=chair, author=Author(signed_in(request))))
    except RefusedError as error:
        say_wrong(request, str(error))
    return redirect("people:position", chair.pk)


@needs(May.EDIT_PEOPLE)
@require_POST
def drop_plan(request: HttpRequest, position_id: int, kind: str, row_id: int) -> HttpResponse:
    """Take back a hand-over or a move that has not begun."""
    chair = seen_position(request, position_id)
    row: Incumbency | ReportingLine
    if kind == "holder":
        row = get_object_or_404(Incumbency, pk=row_id, position=chair)
    else:
        row = get_object_or_404(ReportingLine, pk=row_id, position=chair)
    try:
        tell(
            request,
            drop_planned(row=row, today=timezone.localdate(), author=Author(signed_in(request))),
        )
    except RefusedError as error:
        say_wrong(request, str(error))
    return redirect("people:position", chair.pk)


def asked_of(
    request: HttpRequest,
    chair: Position,
    form: forms.BaseForm,
    do: Callable[[dict[str, Any]], Act | None],
    title: str,
    deed: str,
) -> HttpResponse:
    """Show a form about a position; once it is right, do what it asks for and go back."""
    if request.method == "POST" and form.is_valid():
        try:
            act = do(form.cleaned_data)
        except (RefusedError, ValidationError) as error:
            put_on(form, error)
        else:
            tell(request, act)
            if request.POST.get("back") == "chart":
                return redirect(f"{reverse('people:chart')}?{urlencode({'on': text(request, 'on')})}")
            return redirect("people:position", chair.pk)
    return show_form(request, form, title, deed, chair)


def show_form(
    request: HttpRequest, form: forms.BaseForm, title: str, deed: str, chair: Position | None = None
) -> HttpResponse:
    told = {"form": form, "title": title, "deed": deed, "position": chair}
    told["back"] = request.POST.get("back", text(request, "back"))
    return render(request, "people/position_form.html", told, status=422 if form.is_bound else 200)


def seen_position(request: HttpRequest, position_id: int) -> Position:
    return get_object_or_404(visible_to(signed_in(request), Position), pk=position_id)


def open_positions(viewer: Person, on: dt.date) -> QuerySet[Position]:
    rows = visible_to(viewer, Position)
    return rows.filter(Q(closes_on__isnull=True) | Q(closes_on__gt=on)).order_by("name", "pk")


def _able(viewer: Person) -> QuerySet[Person]:
    return visible_to(viewer, Person).filter(is_active=True).order_by("name", "pk")


def _header() -> list[str]:
    return [
        _("Name"),
        _("Role"),
        _("Held by"),
        _("Reports to"),
        _("Home base"),
        _("Accounts"),
        _("Selling hours a year"),
        _("Opens on"),
        _("Closes on"),
        _("External id"),
    ]


def _rows(rows: QuerySet[Position]) -> Iterator[list[Any]]:
    for one in rows.iterator(chunk_size=1000):
        row: Any = one
        yield [
            row.name,
            row.get_role_display(),
            row.holder_name,
            row.manager_name,
            row.base,
            row.n_accounts,
            row.hours,
            row.opens_on,
            row.closes_on,
            row.external_id,
        ]
