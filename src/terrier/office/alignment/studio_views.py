"""The map studio: its page, the plan for it, and the edits and remarks that come back."""

from __future__ import annotations

import gzip
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe
from pydantic import BaseModel, ValidationError

from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Comment
from terrier.office.alignment.plan_selectors import plan_shaped
from terrier.office.alignment.studio import (
    news_since,
    remarks_of,
    remarks_stamp,
    way_back_of,
)
from terrier.office.alignment.studio_answers import packed_plan
from terrier.office.alignment.studio_areas import AskedArea, area_at
from terrier.office.alignment.studio_edits import (
    RefusedError,
    SentEdit,
    SentRemark,
    keep_edit,
    say_at,
    settle_remark,
)
from terrier.office.alignment.studio_texts import studio_texts
from terrier.office.audit.services import Author
from terrier.office.people.permissions import signed_in

Sent = TypeVar("Sent", bound=BaseModel)


@require_safe
def show_studio(request: HttpRequest, plan_id: int) -> HttpResponse:
    plan = plan_shaped(signed_in(request), plan_id)
    context = {"plan": plan, "studio_texts": studio_texts(), "tiles": settings.MAP_TILES}
    return render(request, "alignment/studio.html", context)


@require_safe
def send_plan(request: HttpRequest, plan_id: int) -> StreamingHttpResponse:
    """The plan and its accounts, packed; a browser opens 100,000 of them without parsing any."""
    plan = plan_shaped(signed_in(request), plan_id)
    pieces, headers = packed_plan(plan), {"Cache-Control": "no-store"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        pieces = iter([gzip.decompress(b"".join(pieces))])
    return StreamingHttpResponse(pieces, content_type="application/octet-stream", headers=headers)


@require_safe
def send_news(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What others changed since the version ``seen``; remarks only if their stamp is no longer ``remarks``."""
    plan = plan_shaped(signed_in(request), plan_id)
    seen = _number(request.GET.get("seen", ""), plan.version)
    stamp = remarks_stamp(plan)
    news = {**news_since(plan, seen), "open": plan.is_open, "remarks_stamp": stamp}
    if stamp != request.GET.get("remarks", ""):
        news["remarks"] = remarks_of(plan)
    return JsonResponse(news)


@require_safe
def send_way_back(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The reader's own steps, below the version ``below``, that can be undone or done again."""
    person = signed_in(request)
    plan = plan_shaped(person, plan_id)
    below = _number(request.GET.get("below", ""), plan.version + 1)
    return JsonResponse(way_back_of(plan, Author(person), below))


def _number(asked: str, otherwise: int) -> int:
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else otherwise


@require_safe
def send_area(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The accounts of the plan in the area at a point: ``kind``, ``longitude`` and ``latitude``, see ``AskedArea``; null where there is none."""
    plan = plan_shaped(signed_in(request), plan_id)
    try:
        found = area_at(plan, AskedArea.model_validate(request.GET.dict()))
    except ValidationError as error:
        return _malformed(error)
    return JsonResponse(found, safe=False)


@require_POST
def take_edit(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Keep an edit. 409 says who was there first, and nothing was written."""
    person = signed_in(request)
    plan = plan_shaped(person, plan_id)
    try:
        sent = SentEdit.model_validate_json(request.body)
    except ValidationError as error:
        return _malformed(error)
    try:
        return JsonResponse(keep_edit(plan=plan, sent=sent, author=Author(person)))
    except RefusedError as refused:
        return JsonResponse(refused.answer, status=409)


@require_POST
def take_remark(request: HttpRequest, plan_id: int) -> HttpResponse:
    person = signed_in(request)
    plan = plan_shaped(person, plan_id)
    try:
        say_at(plan=plan, sent=SentRemark.model_validate_json(request.body), author=Author(person))
    except ValidationError as error:
        return _malformed(error)
    except PlanError as error:
        return JsonResponse({"reason": str(error)}, status=409)
    return JsonResponse({"remarks": remarks_of(plan), "remarks_stamp": remarks_stamp(plan)})


@require_POST
def settle(request: HttpRequest, plan_id: int, remark_id: int) -> HttpResponse:
    """Call a remark settled; with ``open=yes`` open it again."""
    person = signed_in(request)
    plan = plan_shaped(person, plan_id)
    remark = get_object_or_404(Comment, plan=plan, parent__isnull=True, pk=remark_id)
    settle_remark(remark=remark, settled=request.GET.get("open") != "yes", author=Author(person))
    return JsonResponse({"remarks": remarks_of(plan), "remarks_stamp": remarks_stamp(plan)})


def _malformed(error: ValidationError) -> HttpResponse:
    first: Any = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return JsonResponse({"reason": f"{where}: {first['msg']}"}, status=400)
