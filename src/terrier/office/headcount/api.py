"""Head counts over the API: ask how many people a region needs, and read the answer."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Cursor, Id, Limit, Line
from terrier.office.api.paging import Page
from terrier.office.headcount.choices import SizeChoices
from terrier.office.headcount.models import HeadCount
from terrier.office.headcount.selectors import head_counts_of
from terrier.office.headcount.services import ask_head_count, forget_head_count
from terrier.office.paging import page_of
from terrier.office.people.models import Position
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["head counts"])


class HeadCountOut(Schema):
    id: int
    root_id: int
    job_id: int | None
    note: str
    created_at: dt.datetime
    choices: dict[str, Any]
    result: Annotated[
        dict[str, Any], Field(description="Empty until the job is done: the answer, and a column a figure.")
    ]


class HeadCountIn(Schema):
    position_id: Annotated[Id, Field(description="The region or company whose field is to be sized.")]
    choices: SizeChoices
    note: Line = ""


class Paging(Schema):
    cursor: Cursor | None = None
    limit: Limit = 50


@router.get("/head-counts", response=Page[HeadCountOut], summary="Head counts asked so far, the newest first")
def head_counts(request: HttpRequest, query: Annotated[Paging, Query()]) -> Any:
    require(request, May.PLAN)
    rows = head_counts_of(signed_in(request))
    return page_of(rows, cursor=query.cursor, limit=query.limit, newest_first=True)


@router.post("/head-counts", response={201: HeadCountOut}, summary="Ask how many people a region needs")
def create_head_count(request: HttpRequest, body: HeadCountIn) -> Any:
    require(request, May.PLAN)
    root = get_object_or_404(visible_to(signed_in(request), Position), pk=body.position_id)
    made = ask_head_count(root=root, choices=body.choices, note=body.note, author=author_of(request))
    return Status(201, made)


@router.get("/head-counts/{head_count_id}", response=HeadCountOut, summary="One head count, with its curve")
def head_count(request: HttpRequest, head_count_id: Id) -> Any:
    return _find(request, head_count_id)


@router.delete("/head-counts/{head_count_id}", response={204: None}, summary="Delete a head count")
def delete_head_count(request: HttpRequest, head_count_id: Id) -> Any:
    forget_head_count(head_count=_find(request, head_count_id), author=author_of(request))
    return Status(204, None)


def _find(request: HttpRequest, head_count_id: int) -> HeadCount:
    require(request, May.PLAN)
    return get_object_or_404(head_counts_of(signed_in(request)), pk=head_count_id)
