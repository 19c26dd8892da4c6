"""Every error of the API is one ``application/problem+json`` (RFC 9457): type, title, status, detail, and the fields at fault."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestError

from terrier.errors import TerrierError
from terrier.office.accounts.services import EditedMeanwhileError
from terrier.office.alignment.errors import ChangedMeanwhileError
from terrier.office.audit.undo import NotUndoneError
from terrier.office.errors import RefusedError

log = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"
TITLES = {
    400: "The request cannot be read",
    401: "Not signed in",
    403: "Refused",
    404: "Not found",
    405: "Not done here",
    409: "Changed meanwhile",
    413: "Too large",
    422: "Not acceptable as it is",
    429: "Too many requests",
    500: "Something went wrong inside Terrier",
}


def problem(status: int, detail: str = "", errors: list[dict[str, Any]] | None = None) -> HttpResponse:
    body: dict[str, Any] = {"type": "about:blank", "title": TITLES.get(status, "Refused"), "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return HttpResponse(json.dumps(body), status=status, content_type=PROBLEM_TYPE)


def too_large() -> HttpResponse:
    return problem(413, f"A request has {settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 2**20:.0f} MB at most.")


def _place(path: Sequence[Any]) -> str:
    """Where a field stands, as ``body.name``: operations call their body ``body`` and their query ``query``, told once."""
    named = path[1:] if len(path) > 1 and path[0] == path[1] else path
    return ".".join(map(str, named))


RELATED = frozenset(
    {"account", "accounts_to", "assignee", "contact", "manager", "parent", "person", "position", "reports_to"}
)
"""What services call by its name and the API by its number: manager is manager_id there."""


def _named(field: str) -> str:
    return f"{field}_id" if field in RELATED else field


def answer_problems(api: NinjaAPI) -> None:
    """Make an API answer all that it refuses, and all that breaks, as problems."""

    @api.exception_handler(RequestError)
    def _request(request: HttpRequest, error: RequestError) -> HttpResponse:
        return problem(
            422, errors=[{"field": _place(one["loc"]), "problem": one["msg"]} for one in error.errors]
        )

    @api.exception_handler(ValidationError)
    def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
        if not hasattr(error, "error_dict"):
            return problem(422, " ".join(error.messages))
        return problem(
            422,
            errors=[
                {"field": _named(field), "problem": said}
                for field, all_ in error.message_dict.items()
                for said in all_
            ],
        )

    @api.exception_handler(TerrierError)
    def _refused(request: HttpRequest, error: TerrierError) -> HttpResponse:
        return problem(422, str(error))

    @api.exception_handler(EditedMeanwhileError)
    def _meanwhile(request: HttpRequest, error: EditedMeanwhileError) -> HttpResponse:
        errors = [
            {"field": one.field, "theirs": str(one.theirs), "yours": str(one.yours)}
            for one in error.disagreements
        ]
        return problem(409, str(error), errors)

    @api.exception_handler(ChangedMeanwhileError)
    def _moved_meanwhile(request: HttpRequest, error: ChangedMeanwhileError) -> HttpResponse:
        return problem(409, str(error))

    @api.exception_handler(NotUndoneError)
    def _not_undone(request: HttpRequest, error: NotUndoneError) -> HttpResponse:
        errors = [
            {
                "field": f"{one.label}: {one.field}" if one.field else one.label,
                "theirs": one.now,
                "yours": one.left,
            }
            for one in error.differences
        ]
        return problem(409, str(error), errors)

    @api.exception_handler(RefusedError)
    def _refused_for_a_field(request: HttpRequest, error: RefusedError) -> HttpResponse:
        told = {"field": _named(error.field), "problem": str(error)}
        return problem(422, errors=[told]) if error.field else problem(422, str(error))

    @api.exception_handler(AuthenticationError)
    def _stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        answer = problem(401, "Send an API token: Authorization: Bearer …")
        answer["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(Http404)
    @api.exception_handler(ObjectDoesNotExist)
    def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(404)

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, str(error))

    @api.exception_handler(RequestDataTooBig)
    def _large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return too_large()

    @api.exception_handler(RawPostDataException)
    @api.exception_handler(MultiPartParserError)
    def _other_kind(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(400, "The body is of another kind than this operation takes, or cannot be read.")

    @api.exception_handler(SuspiciousOperation)
    def _suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
        return problem(400, str(error))

    @api.exception_handler(Exception)
    def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
        log.exception("%s %s broke", request.method, request.path)
        return problem(500)
