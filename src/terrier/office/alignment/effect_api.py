"""Taking effect over the API: write a plan's coverage, take it back, hold accounts over, and the list of hand-overs."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status

from terrier.office.accounts.models import Account
from terrier.office.alignment import effect, effect_undoing
from terrier.office.alignment.handing_over import end_holdover, hold_over, settle_handover
from terrier.office.alignment.models import HandOver, Holdover, Plan
from terrier.office.alignment.plan_schemas import Paged, PlanOut
from terrier.office.alignment.plan_selectors import plan_seen, plan_shaped
from terrier.office.api.asking import author_of
from terrier.office.api.fields import Cursor, Day, Id, Limit, Name
from terrier.office.api.paging import Page
from terrier.office.jobs.api import JobOut
from terrier.office.paging import page_of
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["plans"])


class HandOverOut(Schema):
    id: int
    account_id: int
    giver_id: int | None
    taker_id: int | None
    due_on: dt.date
    done_at: dt.datetime | None
    done_by_id: int | None
    note: str


class HandOversAsked(Schema):
    done: bool | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class HoldoverOut(Schema):
    id: int
    account_id: int
    until: dt.date
    reason: str


class HoldoverIn(Schema):
    account_id: Id
    until: Day
    reason: Name


@router.post(
    "/plans/{plan_id}/take-effect",
    response={202: JobOut},
    summary="Write an approved plan's coverage, as a job",
)
def take_effect(request: HttpRequest, plan_id: Id) -> Any:
    found = plan_shaped(signed_in(request), plan_id, May.APPROVE_PLANS)
    return Status(202, effect.put_into_effect(plan=found, author=author_of(request)))


@router.post("/plans/{plan_id}/take-back", response=PlanOut, summary="Take that coverage back, until the day")
def take_back(request: HttpRequest, plan_id: Id) -> Any:
    found = plan_shaped(signed_in(request), plan_id, May.APPROVE_PLANS)
    effect_undoing.take_back(plan=found, author=author_of(request))
    return Plan.objects.get(pk=found.pk)


@router.get(
    "/plans/{plan_id}/hand-overs",
    response=Page[HandOverOut],
    summary="Who hands over what to whom, in your scope",
)
def handovers(request: HttpRequest, plan_id: Id, query: Annotated[HandOversAsked, Query()]) -> Any:
    person = signed_in(request)
    rows = visible_to(person, HandOver).filter(plan=plan_seen(person, plan_id))
    if query.done is not None:
        rows = rows.filter(done_at__isnull=not query.done)
    return page_of(rows, cursor=query.cursor, limit=query.limit)


@router.post(
    "/plans/{plan_id}/hand-overs/{handover_id}",
    response=HandOverOut,
    summary="Tick a hand-over off, or untick it",
)
def settle_one(request: HttpRequest, plan_id: Id, handover_id: Id) -> Any:
    person = signed_in(request)
    rows = visible_to(person, HandOver).filter(plan=plan_seen(person, plan_id))
    row = get_object_or_404(rows, pk=handover_id)
    settle_handover(handover=row, author=author_of(request))
    return HandOver.objects.get(pk=row.pk)


@router.get(
    "/plans/{plan_id}/holdovers", response=Page[HoldoverOut], summary="Accounts held over for open deals"
)
def holdovers(request: HttpRequest, plan_id: Id, query: Annotated[Paged, Query()]) -> Any:
    rows = Holdover.objects.filter(plan=plan_shaped(signed_in(request), plan_id))
    return page_of(rows, cursor=query.cursor, limit=query.limit)


@router.post("/plans/{plan_id}/holdovers", response={201: HoldoverOut}, summary="Hold an account over")
def hold(request: HttpRequest, plan_id: Id, body: HoldoverIn) -> Any:
    found = plan_shaped(signed_in(request), plan_id)
    account = get_object_or_404(Account, pk=body.account_id, placements__plan=found)
    row = hold_over(
        plan=found, account=account, until=body.until, reason=body.reason, author=author_of(request)
    )
    return Status(201, row)


@router.delete(
    "/plans/{plan_id}/holdovers/{holdover_id}", response={204: None}, summary="Hold an account over no longer"
)
def release(request: HttpRequest, plan_id: Id, holdover_id: Id) -> Any:
    row = get_object_or_404(Holdover, plan=plan_shaped(signed_in(request), plan_id), pk=holdover_id)
    end_holdover(holdover=row, author=author_of(request))
    return Status(204, None)
