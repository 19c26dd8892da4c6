"""What the API says about itself: its OpenAPI description, with every problem that an operation may answer."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.errors import ValidationError, ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from terrier.office.api.strict import faults

WRITING = frozenset({"post", "put", "patch", "delete"})
FOR_SOME = frozenset({"audit", "imports", "invoices", "warnings", "head counts", "market"})
"""Operations that are there only for those who may search the audit, import, or plan."""
MEANWHILE = ("/undo", "/redo", "/moves", "/take")
"""Where what others have done meanwhile may stand in the way, besides changes of one thing."""
KEY_SHAPE = "^[ -~]{1,100}$"

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "What was refused and why (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "What kind of problem it is; the same for each status."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong this time, in a sentence."},
        "errors": {
            "type": "array",
            "description": "The fields at fault.",
            "items": {
                "type": "object",
                "required": ["field"],
                "properties": {
                    "field": {"type": "string", "description": "Where it stands: body.phone, query.limit."},
                    "problem": {"type": "string"},
                    "theirs": {"type": "string", "description": "As somebody else has set it meanwhile."},
                    "yours": {"type": "string", "description": "As you wanted to set it."},
                },
            },
        },
    },
}

REFUSALS = {
    "400": "The request cannot be read: broken JSON, or the wrong kind of body.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "A browser's session without the CSRF token. Requests with an API token never meet this.",
    "404": "There is no such thing, or it lies outside what you may see or do.",
    "409": "Somebody changed it since the version that you saw; nothing was written.",
    "413": "The request is larger than 5 MB, its files larger than 512 MB.",
    "422": "Understood, but not acceptable as it is: `errors` names each field.",
}

SECURITY: dict[str, Any] = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token from Security: terrier_…"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": "A browser that is signed in. To write it also sends the header X-CSRFToken.",
    },
}

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text of your own. The same request with the same key is done once and answered again for a day.",
    "schema": {"type": "string", "pattern": KEY_SHAPE},
}


class DescribedAPI(NinjaAPI):
    """An API whose description also tells what is refused, and how to send something again safely."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        return self._described(path_prefix or self.get_root_path(path_params or {}))

    @cache  # noqa: B019 - there is one API, and to describe it takes half a second
    def _described(self, path_prefix: str) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        schema["components"]["responses"] = {
            status: {
                "description": said,
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for status, said in REFUSALS.items()
        }
        schema["components"]["securitySchemes"] = SECURITY
        for address, methods in schema["paths"].items():
            for method, operation in methods.items():
                _describe(address, method, operation)
        return schema

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        return ValidationError(faults(error_contexts))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def _describe(address: str, method: str, operation: dict[str, Any]) -> None:
    operation["security"] = [{name: []} for name in SECURITY]
    met = {"401", "422"}
    named = any(parameter["in"] == "path" for parameter in operation["parameters"])
    if named or method in WRITING or FOR_SOME.intersection(operation["tags"]):
        met.add("404")
    if method in WRITING:
        met |= {"400", "403", "413"}
        operation["parameters"] = [*operation["parameters"], IDEMPOTENCY_KEY]
    if method == "patch" or address.endswith(MEANWHILE):
        met.add("409")
    for status in sorted(met):
        operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{status}"})
