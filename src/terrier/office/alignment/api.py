"""Who covers whom, over the API."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from terrier.office.accounts.models import Account
from terrier.office.alignment import services
from terrier.office.alignment.models import Cause, Coverage, CoverageKind
from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Cursor, Day, Id, Limit, Line, Share
from terrier.office.api.paging import Page
from terrier.office.paging import page_of
from terrier.office.people.models import Position
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["coverage"])


class CoverageOut(Schema):
    id: int
    account_id: int
    position_id: int
    kind: CoverageKind
    split: Decimal
    starts_on: dt.date
    ends_on: dt.date | None
    cause: Cause
    reason: str


class CoverageIn(Schema):
    account_id: Id
    position_id: Id
    kind: CoverageKind = CoverageKind.PRIMARY
    split: Annotated[Share | None, Field(description="Of an overlay; the primary keeps the rest.")] = None
    starts_on: Day
    reason: Line = ""


class End(Schema):
    ends_on: Day


class Asked(Schema):
    account_id: Id | None = None
    position_id: Id | None = None
    on: Day | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


@router.get("/coverages", response=Page[CoverageOut], summary="Who covers the accounts in your scope")
def coverages(request: HttpRequest, query: Annotated[Asked, Query()]) -> Any:
    rows = visible_to(signed_in(request), Coverage).filter(account__deleted_at__isnull=True)
    if query.account_id:
        rows = rows.filter(account=query.account_id)
    if query.position_id:
        rows = rows.filter(position=query.position_id)
    if query.on:
        rows = rows.filter(pk__in=Coverage.objects.on(query.on).values("pk"))
    return page_of(rows, cursor=query.cursor, limit=query.limit)


@router.get("/coverages/{coverage_id}", response=CoverageOut, summary="One coverage")
def coverage(request: HttpRequest, coverage_id: Id) -> Any:
    rows = visible_to(signed_in(request), Coverage).filter(account__deleted_at__isnull=True)
    return get_object_or_404(rows, pk=coverage_id)


@router.post("/coverages", response={201: CoverageOut}, summary="Say who covers an account from a day on")
def create_coverage(request: HttpRequest, body: CoverageIn) -> Any:
    require(request, May.ASSIGN_COVERAGE)
    person = signed_in(request)
    account = get_object_or_404(visible_to(person, Account), pk=body.account_id, deleted_at__isnull=True)
    position = get_object_or_404(visible_to(person, Position), pk=body.position_id)
    common: dict[str, Any] = {
        "account": account,
        "position": position,
        "starts_on": body.starts_on,
        "reason": body.reason,
        "author": author_of(request),
    }
    if body.kind == CoverageKind.PRIMARY:
        services.assign_primary(**common)
    else:
        services.assign_overlay(**common, split=body.split if body.split is not None else Decimal(0))
    made = Coverage.objects.filter(
        account=account, position=position, starts_on=body.starts_on, kind=body.kind
    )
    return Status(201, made.latest("pk"))


@router.post("/coverages/{coverage_id}/end", response={204: None}, summary="End a coverage on a day")
def end_coverage(request: HttpRequest, coverage_id: Id, body: End) -> Any:
    require(request, May.ASSIGN_COVERAGE)
    row = get_object_or_404(visible_to(signed_in(request), Coverage), pk=coverage_id)
    services.end_coverage(coverage=row, ends_on=body.ends_on, author=author_of(request))
    return Status(204, None)
