"""The pages of the company's own areas: which there are and who speaks of them, bringing, renaming and deleting them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from terrier.office.alignment.area_files import MOST_BYTES
from terrier.office.alignment.areas import import_areas
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Area, AreaKind
from terrier.office.alignment.own_areas import (
    delete_area,
    own_areas,
    plans_that_keep_areas,
    rename_area,
    uses_of,
)
from terrier.office.alignment.plan_selectors import is_shaper
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.asked import numbered_page, pages_around, text
from terrier.office.people.permissions import May, needs, signed_in
from terrier.office.people.scope import visible_to


@needs(May.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def show_areas(request: HttpRequest) -> HttpResponse:
    """The list; a file sent to it brings more."""
    person = signed_in(request)
    if request.method == "POST":
        try:
            said, _made = bring(request, Author(person))
            say(request, said)
        except RefusedError as error:
            say_wrong(request, str(error))
        return redirect("plans:own_areas")
    q = text(request, "q")
    page = numbered_page(request, own_areas(q))
    uses = uses_of([area.pk for area in page], person)
    told = {
        "page": page,
        **pages_around(request, page),
        "rows": [(area, uses[area.pk]) for area in page],
        "q": q,
    }
    return render(request, "alignment/own_areas.html", told)


@needs(May.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def show_area(request: HttpRequest, area_id: int) -> HttpResponse:
    """One area: its name, and who speaks of it."""
    person = signed_in(request)
    area = _own(request, area_id)
    refused, name = "", area.name
    if request.method == "POST":
        name = request.POST.get("name", "")[:500]
        try:
            act = rename_area(area=area, name=name, author=Author(person))
        except RefusedError as error:
            refused = str(error)
        else:
            _told(request, act)
            return redirect("plans:own_areas")
    uses = uses_of([area.pk], person)[area.pk]
    told = {
        "area": area,
        "name": name,
        "refused": refused,
        "uses": uses,
        "rules": [(rule, is_shaper(person, rule.plan)) for rule in uses.rules],
        "keepers": plans_that_keep_areas(person),
    }
    return render(request, "alignment/own_area.html", told)


@needs(May.PLAN)
@require_POST
def remove_area(request: HttpRequest, area_id: int) -> HttpResponse:
    area = _own(request, area_id)
    try:
        _told(request, delete_area(area=area, author=Author(signed_in(request))))
    except RefusedError as error:
        say_wrong(request, str(error))
        return redirect("plans:own_area", area.pk)
    return redirect("plans:own_areas")


def bring(request: HttpRequest, author: Author) -> tuple[str, list[Area]]:
    """Import the file that was sent: how many areas are there now, in words, and which."""
    upload = request.FILES.get("file")
    if upload is None or not upload.size or upload.size > MOST_BYTES:
        raise PlanError(_("Choose a GeoJSON file of 25 MB at most."))
    made = import_areas(content=upload.read(), name=upload.name or "file", author=author)
    said = ngettext("%(n)s area is there now.", "%(n)s areas are there now.", len(made)) % {"n": len(made)}
    return said, made


def _own(request: HttpRequest, number: int) -> Area:
    return get_object_or_404(visible_to(signed_in(request), Area), kind=AreaKind.POLYGON, pk=number)


def _told(request: HttpRequest, act: Act | None) -> None:
    if act is not None:
        say(request, act.summary, undo=reverse("audit:undo", args=[act.pk]))
