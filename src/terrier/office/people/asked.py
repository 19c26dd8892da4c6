"""What a request asks for, read from its address with care: whatever is not understood counts as not asked."""

from __future__ import annotations

import datetime as dt

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from terrier.office.export import KINDS
from terrier.office.people.models import Role
from terrier.office.people.selectors import PERSON_SORTS, POSITION_SORTS, PersonFilter, PositionFilter

PAGE = 50
LONGEST = 200
POSITION_STATES = ("held", "vacant", "closed", "all")
PERSON_STATES = ("active", "invited", "barred", "without")


def position_filter(request: HttpRequest) -> PositionFilter:
    return PositionFilter(
        text=text(request, "q"),
        role=_one_of(request, "role", tuple(Role.values)),
        state=_one_of(request, "state", POSITION_STATES),
        region=number(request, "region"),
        sort=_sort(request, tuple(POSITION_SORTS)),
    )


def person_filter(request: HttpRequest) -> PersonFilter:
    return PersonFilter(
        text=text(request, "q"),
        role=_one_of(request, "role", tuple(Role.values)),
        state=_one_of(request, "state", PERSON_STATES),
        region=number(request, "region"),
        sort=_sort(request, (*PERSON_SORTS, "position")),
    )


def day(request: HttpRequest, name: str = "on") -> dt.date:
    """A day of the address, today's if it names none."""
    try:
        return dt.date.fromisoformat(text(request, name))
    except ValueError:
        return timezone.localdate()


def text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST]


def number(request: HttpRequest, name: str) -> int | None:
    found = text(request, name)
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 18 else None


def numbered_page(request: HttpRequest, rows: QuerySet) -> Page:  # type: ignore[type-arg]
    """The page of a list that the address asks for; the last one if there are not so many."""
    return Paginator(rows, PAGE).get_page(number(request, "page") or 1)


def address_of(request: HttpRequest, **changed: object) -> str:
    """This list otherwise: some values of its address changed, those that are None taken away."""
    query = request.GET.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def pages_around(request: HttpRequest, page: Page) -> dict[str, str]:  # type: ignore[type-arg]
    """The addresses of the pages before and after one; empty where there is none."""
    return {
        "previous": address_of(request, page=page.previous_page_number()) if page.has_previous() else "",
        "next": address_of(request, page=page.next_page_number()) if page.has_next() else "",
    }


def as_files(request: HttpRequest, name: str = "export") -> dict[str, str]:
    """The addresses of all of this list as files. name : of the value in the address that says which."""
    return {kind: address_of(request, **{name: kind, "page": None}) for kind in KINDS}


def _one_of(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    found = text(request, name)
    return found if found in known else ""


def _sort(request: HttpRequest, known: tuple[str, ...]) -> str:
    found = text(request, "sort")
    return found if found.removeprefix("-") in known else "name"
