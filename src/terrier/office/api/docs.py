"""The API's description as a page: what each operation takes and answers, made from the OpenAPI description itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

KINDS = {"get": "info", "post": "good", "patch": "warn", "put": "warn", "delete": "bad"}
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One value that an operation takes: in the address, the query, a header or the body."""

    name: str
    place: str
    kind: str
    required: bool
    said: str


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    badge: str
    path: str
    summary: str
    said: str
    fields: tuple[Field, ...]
    answer: str
    answered: tuple[Field, ...]
    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    operations: list[Operation]


def docs_of(api: NinjaAPI) -> Any:
    """The view that shows an API."""

    @lru_cache(maxsize=1)
    def sections() -> list[Section]:
        return list(_sections(dict(api.get_openapi_schema())))

    @require_safe
    def docs(request: HttpRequest) -> HttpResponse:
        return render(request, "api/docs.html", {"api": api, "sections": sections()})

    return docs


def _sections(schema: Schema) -> Iterator[Section]:
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            found.setdefault(told["tags"][0], []).append(_operation(schema, path, method, told))
    for name, operations in found.items():
        yield Section(name, operations)


def _operation(schema: Schema, path: str, method: str, told: Schema) -> Operation:
    fields = [
        Field(
            one["name"], one["in"], _kind(schema, one["schema"]), one["required"], one.get("description", "")
        )
        for one in told["parameters"]
    ]
    for content in told.get("requestBody", {}).get("content", {}).values():
        fields += _properties(schema, content["schema"], "body")
    status, answer = next((code, one) for code, one in told["responses"].items() if str(code).startswith("2"))
    answered: list[Field] = []
    for content in answer.get("content", {}).values():
        answered = _properties(schema, content["schema"], "")
        items = next((one for one in answered if one.name == "items"), None)
        if items:  # a page of a list: tell of its rows
            page = _resolved(schema, content["schema"])
            answered = _properties(schema, page["properties"]["items"]["items"], "")
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        badge=KINDS[method],
        path=path,
        summary=told["summary"],
        said=told.get("description", ""),
        fields=tuple(fields),
        answer=str(status),
        answered=tuple(answered),
        refusals=tuple(str(code) for code in told["responses"] if not str(code).startswith("2")),
    )


def _properties(schema: Schema, told: Schema, place: str) -> list[Field]:
    told = _resolved(schema, told)
    return [
        Field(name, place, _kind(schema, one), name in told.get("required", ()), one.get("description", ""))
        for name, one in told.get("properties", {}).items()
    ]


def _resolved(schema: Schema, told: Schema) -> Schema:
    if "$ref" in told:
        found: Schema = schema["components"]["schemas"][told["$ref"].split("/")[-1]]
        return found
    return told


def _kind(schema: Schema, told: Schema) -> str:
    """A type in a few words: integer from 1 · text up to 200 · one of a, b, c · or nothing."""
    told = _resolved(schema, told)
    several = told.get("anyOf") or told.get("allOf")
    if several:
        return " · ".join(dict.fromkeys(_kind(schema, one) for one in several))
    if "enum" in told:
        return ", ".join(map(str, told["enum"]))
    if told.get("type") == "array":
        return f"{_kind(schema, told.get('items', {}))} […]"
    words = [str(told.get("format") or told.get("type") or "any")]
    words += [f"≥ {told['minimum']:g}"] if "minimum" in told else []
    words += [f"≤ {told['maximum']:g}"] if "maximum" in told and told["maximum"] < 2**53 else []
    words += [f"≤ {told['maxLength']}"] if "maxLength" in told else []
    return " ".join(words)
