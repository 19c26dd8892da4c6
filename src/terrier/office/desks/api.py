"""Warnings over the API: read them, set one aside, bring it back, and say from where on the office warns."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Cursor, Id, Limit, Line, Money
from terrier.office.api.paging import Page
from terrier.office.desks.models import Dismissal, WarningKind
from terrier.office.desks.services import dismiss_warning, restore_warning, set_limits
from terrier.office.desks.warned import WarningFilter, all_warnings, limits_now, narrowed
from terrier.office.desks.warning import Warned
from terrier.office.people.permissions import May, signed_in

router = Router(tags=["warnings"])


class FigureOut(Schema):
    label: str
    value: str


class WarningOut(Schema):
    key: str
    kind: WarningKind
    severity: Annotated[int, Field(description="3: now, 2: soon, 1: watch.")]
    title: str
    sentence: str
    figures: list[FigureOut]
    accounts: Annotated[str, Field(description="The query of the account list that shows what it is about.")]
    position_ids: list[int]
    dismissed_at: dt.datetime | None
    dismissed_because: str


class Asked(Schema):
    kind: WarningKind | None = None
    severity: Annotated[int, Field(ge=1, le=3)] | None = None
    below_position_id: Id | None = None
    dismissed: bool = False
    cursor: Cursor | None = None
    limit: Limit = 50


class WarningNamed(Schema):
    key: Annotated[Line, Field(min_length=1, max_length=80)]


class Dismiss(WarningNamed):
    reason: Annotated[Line, Field(min_length=1)]


Amount = Annotated[Money, Field(ge=1)]


class LimitsOut(Schema):
    over_percent: int
    crowd_km: int
    crowd_percent: int
    far_km: int
    white_space: Decimal
    key_sales: Decimal
    key_potential: Decimal
    key_sites: int
    pay_percent: int


class LimitsIn(Schema):
    over_percent: Annotated[int, Field(ge=50, le=1000)] | None = None
    crowd_km: Annotated[int, Field(ge=1, le=2000)] | None = None
    crowd_percent: Annotated[int, Field(ge=10, le=200)] | None = None
    far_km: Annotated[int, Field(ge=1, le=20_000)] | None = None
    white_space: Amount | None = None
    key_sales: Amount | None = None
    key_potential: Amount | None = None
    key_sites: Annotated[int, Field(ge=2, le=10_000)] | None = None
    pay_percent: Annotated[int, Field(ge=1, le=500)] | None = None


@router.get("/warnings", response=Page[WarningOut], summary="What you are to be warned of, the worst first")
def warnings(request: HttpRequest, query: Annotated[Asked, Query()]) -> Any:
    require(request, May.PLAN)
    asked = WarningFilter(
        kind=query.kind or "",
        severity=query.severity,
        region=query.below_position_id,
        state="dismissed" if query.dismissed else "open",
    )
    rows = narrowed(all_warnings(signed_in(request)), asked)
    start = _after(rows, query.cursor)
    page = rows[start : start + query.limit]
    more = len(rows) > start + query.limit
    return {"items": [_told(one) for one in page], "next": page[-1].key if more else None}


@router.post("/warnings/dismiss", response=WarningOut, summary="Set a warning aside until it changes")
def dismiss(request: HttpRequest, body: Dismiss) -> Any:
    require(request, May.PLAN)
    warned = _find(request, body.key)
    dismiss_warning(warned=warned, reason=body.reason, author=author_of(request))
    return _told(_find(request, body.key))


@router.post("/warnings/restore", response=WarningOut, summary="Bring a warning back that was set aside")
def restore(request: HttpRequest, body: WarningNamed) -> Any:
    require(request, May.PLAN)
    warned = _find(request, body.key)
    dismissal = get_object_or_404(Dismissal, key=warned.key)
    restore_warning(dismissal=dismissal, author=author_of(request))
    return _told(_find(request, body.key))


@router.get("/warnings/limits", response=LimitsOut, summary="From where on the office warns")
def limits(request: HttpRequest) -> Any:
    require(request, May.PLAN)
    return limits_now()


@router.patch("/warnings/limits", response=LimitsOut, summary="Say from where on the office warns")
def change_limits(request: HttpRequest, body: LimitsIn) -> Any:
    require(request, May.SET_LIMITS)
    set_limits(values=body.model_dump(exclude_none=True), author=author_of(request))
    return limits_now()


def _after(rows: list[Warned], cursor: str | None) -> int:
    """Where the page after the one that ended with a warning begins."""
    if not cursor:
        return 0
    for at, one in enumerate(rows):
        if one.key == cursor:
            return at + 1
    raise ValidationError({"cursor": _("This is not a cursor that a page gave.")})


def _find(request: HttpRequest, key: str) -> Warned:
    for one in all_warnings(signed_in(request)):
        if one.key == key:
            return one
    raise Http404


def _told(one: Warned) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": one.kind,
        "severity": int(one.severity),
        "title": one.title,
        "sentence": one.sentence,
        "figures": [{"label": figure.label, "value": figure.value} for figure in one.figures],
        "accounts": one.accounts,
        "position_ids": list(one.position_ids),
        "dismissed_at": one.dismissal.at if one.dismissal else None,
        "dismissed_because": one.dismissal.reason if one.dismissal else "",
    }
