"""A plan's files, on the web and over the API: as much of it as lies in one's scope."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from ninja import Router

from terrier.office.alignment.plan_files import WRITERS, plan_download
from terrier.office.alignment.plan_selectors import plan_seen
from terrier.office.api.fields import Id
from terrier.office.people.permissions import signed_in

router = Router(tags=["plans"])


@require_safe
def export(request: HttpRequest, plan_id: int, ending: str) -> HttpResponseBase:
    if ending not in WRITERS:
        raise Http404
    person = signed_in(request)
    return plan_download(plan_seen(person, plan_id), ending, person)


@router.get("/plans/{plan_id}/export/{ending}", summary="A plan as a file")
def export_plan(request: HttpRequest, plan_id: Id, ending: Literal["geojson", "xlsx", "pdf"]) -> Any:
    person = signed_in(request)
    return plan_download(plan_seen(person, plan_id), ending, person)
