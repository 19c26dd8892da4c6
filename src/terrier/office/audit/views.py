"""The page of what was changed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terrier.office.audit.models import Action, Via
from terrier.office.audit.reading import kind_of, tell
from terrier.office.audit.selectors import Search, find_entries, kinds_on_record, read_search
from terrier.office.paging import page_of
from terrier.office.people.models import Person
from terrier.office.people.permissions import May, needs, signed_in
from terrier.office.people.scope import visible_to

A_PAGE = 50


@require_safe
@needs(May.SEE_AUDIT)
def search(request: HttpRequest) -> HttpResponse:
    """What was changed, newest first, narrowed by the query string."""
    person = signed_in(request)
    errors: dict[str, list[str]] = {}
    try:
        wanted = read_search(request.GET)
    except ValidationError as error:
        wanted, errors = Search(), error.message_dict
    try:
        page = page_of(
            find_entries(person, wanted), cursor=request.GET.get("cursor"), limit=A_PAGE, newest_first=True
        )
    except ValidationError:
        page = page_of(find_entries(person, wanted), cursor=None, limit=A_PAGE, newest_first=True)
    people = visible_to(person, Person).order_by("name").values_list("pk", "name")
    return render(
        request,
        "audit/search.html",
        {
            "told": tell(page["items"]),
            "next": _with(request, cursor=page["next"]) if page["next"] else "",
            "search": wanted,
            "errors": errors,
            "narrowed": wanted != Search(),
            "kinds": sorted(
                ((kind, kind_of(kind)) for kind in kinds_on_record()), key=lambda one: str(one[1])
            ),
            "actions": [(value, str(label).capitalize()) for value, label in Action.choices],
            "doors": Via.choices,
            "people": list(people),
            "first": not request.GET.get("cursor"),
            "anybody": _("Anybody"),
        },
    )


def _with(request: HttpRequest, **values: Any) -> str:
    query = request.GET.copy()
    for name, value in values.items():
        query[name] = value
    return f"?{query.urlencode()}"
