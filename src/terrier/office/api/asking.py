"""Who asks over the API, and what they may do."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.people.permissions import May, may, signed_in


def author_of(request: HttpRequest) -> Author:
    return Author(signed_in(request), Via.API)


def require(request: HttpRequest, deed: May) -> None:
    """Go on only for those who may; for everybody else it is not there."""
    if not may(signed_in(request), deed):
        raise Http404
