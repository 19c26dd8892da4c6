"""The API's door: who is asking, by token or by session, and whether this very request was answered before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from ninja.errors import HttpError
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from terrier.intake.files import MAX_FILE_BYTES
from terrier.office.api.idempotency import once
from terrier.office.api.problems import PROBLEM_TYPE, problem
from terrier.office.imports.uploads import ROOM_FOR_FORM
from terrier.office.people.models import Person
from terrier.office.people.tokens import person_of_token

PREFIX = "/api/"
SCHEME = "bearer "


class Door:
    """Middleware: a request to the API with a token is made by the token's person; a bad token is answered 401."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        given = request.headers.get("Authorization", "")
        request.by_token = given.lower().startswith(SCHEME)  # type: ignore[attr-defined]
        if request.by_token:  # type: ignore[attr-defined]
            person = person_of_token(given[len(SCHEME) :].strip())
            if person is None:
                answer = problem(401, "This API token is unknown, expired or revoked.")
                answer["WWW-Authenticate"] = 'Bearer error="invalid_token"'
                return answer
            request.user = person
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > MAX_FILE_BYTES + ROOM_FOR_FORM:
            return problem(413, f"A file has {MAX_FILE_BYTES / 2**20:.0f} MB at most.")
        answer = _as_problem(self._answer(request))
        add_never_cache_headers(answer)
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Person):
            return once(request, request.user, lambda: self.get_response(request))
        return self.get_response(request)


def _as_problem(answer: HttpResponse) -> HttpResponse:
    """What was refused before or beside the operations (an unknown address, a wrong method) is a problem like the others."""
    if answer.status_code < 400 or answer["Content-Type"] == PROBLEM_TYPE:
        return answer
    told = problem(answer.status_code)
    if "Allow" in answer:
        told["Allow"] = ", ".join(sorted(answer["Allow"].split(", ")))
    return told


class SignedIn(AuthBase):
    """Lets in who came through the door by a token, or is signed in and (to write) carries the CSRF token."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Any:
        if not isinstance(request.user, Person) or not request.user.is_active:
            return None
        if not getattr(request, "by_token", False) and check_csrf(request):
            raise HttpError(403, "The CSRF token is missing or wrong.")
        return request.user
