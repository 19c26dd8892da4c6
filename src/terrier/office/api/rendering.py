"""Answers as JSON, written by pydantic's core: several times quicker than the standard library's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.renderers import BaseRenderer
from pydantic_core import to_json


class QuickJSON(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return to_json(data)


def as_json(data: Any) -> HttpResponse:
    """An answer that is made of plain values already: it is not checked against its schema again, row by row."""
    return HttpResponse(to_json(data), content_type="application/json; charset=utf-8")
