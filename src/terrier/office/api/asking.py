"""Who asks over the API, and what they may do."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.people.models import Person
from terrier.office.people.permissions import May, may


def person_of(request: HttpRequest) -> Person:
    """The person behind a request that the API has let in."""
    assert isinstance(request.user, Person)
    return request.user


def author_of(request: HttpRequest) -> Author:
    return Author(person_of(request), Via.API)


def require(request: HttpRequest, deed: May) -> None:
    """Go on only for those who may; for everybody else it is not there."""
    if not may(person_of(request), deed):
        raise Http404
