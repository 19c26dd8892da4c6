"""The challenge over the API: a territory's before and after, proposals with reasons, and what becomes of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from terrier.office.alignment import challenging
from terrier.office.alignment.before_after import before_after
from terrier.office.alignment.models import Challenge, ChallengeState, Level, Territory
from terrier.office.alignment.plan_schemas import Paged
from terrier.office.alignment.plan_selectors import is_shaper, plan_seen, plan_shaped
from terrier.office.api.asking import author_of
from terrier.office.api.fields import Id, Line, Text
from terrier.office.api.paging import Page
from terrier.office.paging import page_of
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import scope_of, visible_to

router = Router(tags=["plans"])


class HalfOut(Schema):
    n_accounts: int
    sales: float
    potential: float
    workload: float
    travel_hours: float
    pay: float | None


class BeforeAfterOut(Schema):
    before: HalfOut
    after: HalfOut
    n_gained: int
    n_lost: int
    n_kept: int


class ChallengeOut(Schema):
    id: int
    territory_id: int
    reason: str
    state: ChallengeState
    consequences: dict[str, Any]
    by_rule: bool
    decision: str
    author_id: int | None
    created_at: dt.datetime
    decided_at: dt.datetime | None


class AcceptIn(Schema):
    note: Line = ""


class ProposalIn(Schema):
    accounts: Annotated[list[Id], Field(min_length=1, max_length=challenging.MOST_MOVES)]
    target_id: Id
    back: Annotated[
        list[Id],
        Field(
            max_length=challenging.MOST_MOVES,
            description="Accounts that the territory has lost and that come back to it in exchange: a swap.",
        ),
    ] = Field(default_factory=list)
    reason: Annotated[Text, Field(min_length=1, max_length=2000)]


class DecisionIn(Schema):
    accept: bool
    decision: Annotated[Text, Field(max_length=2000)] = ""


@router.get(
    "/plans/{plan_id}/territories/{territory_id}/before-after",
    response=BeforeAfterOut,
    summary="What a plan makes of a territory",
)
def halves(request: HttpRequest, plan_id: Id, territory_id: Id) -> Any:
    return asdict(before_after(plan_seen(signed_in(request), plan_id), _seen(request, plan_id, territory_id)))


@router.post(
    "/plans/{plan_id}/territories/{territory_id}/accept",
    response={204: None},
    summary="Accept a territory as planned",
)
def accept_territory(request: HttpRequest, plan_id: Id, territory_id: Id, body: AcceptIn) -> Any:
    challenging.accept_territory(
        territory=_own(request, plan_id, territory_id), author=author_of(request), note=body.note
    )
    return Status(204, None)


@router.post(
    "/plans/{plan_id}/territories/{territory_id}/challenges",
    response={201: ChallengeOut},
    summary="Propose that accounts go elsewhere",
)
def propose(request: HttpRequest, plan_id: Id, territory_id: Id, body: ProposalIn) -> Any:
    node = _own(request, plan_id, territory_id)
    target = get_object_or_404(Territory, plan=node.plan, level=Level.TERRITORY, pk=body.target_id)
    made = challenging.propose(
        territory=node,
        moves={**dict.fromkeys(body.accounts, target), **dict.fromkeys(body.back, node)},
        reason=body.reason,
        author=author_of(request),
    )
    return Status(201, _as_told(request, made))


@router.get(
    "/plans/{plan_id}/challenges", response=Page[ChallengeOut], summary="Objections to a plan, in your scope"
)
def challenges(request: HttpRequest, plan_id: Id, query: Annotated[Paged, Query()]) -> Any:
    person = signed_in(request)
    plan = plan_seen(person, plan_id)
    rows = visible_to(person, Challenge).filter(plan=plan)
    told = challenging.told_to(person, plan)
    page = page_of(rows, cursor=query.cursor, limit=query.limit, newest_first=True)
    for one in page["items"]:
        one.consequences = told(one)
    return page


@router.post(
    "/plans/{plan_id}/challenges/{challenge_id}/decide",
    response=ChallengeOut,
    summary="Accept or decline a proposal",
)
def decide(request: HttpRequest, plan_id: Id, challenge_id: Id, body: DecisionIn) -> Any:
    found = plan_shaped(signed_in(request), plan_id)
    row = get_object_or_404(
        Challenge.objects.select_related("plan", "territory"), plan=found, pk=challenge_id
    )
    return challenging.decide(
        challenge=row, accept=body.accept, decision=body.decision, author=author_of(request)
    )


@router.post(
    "/plans/{plan_id}/challenges/{challenge_id}/withdraw",
    response=ChallengeOut,
    summary="Withdraw your proposal",
)
def withdraw(request: HttpRequest, plan_id: Id, challenge_id: Id) -> Any:
    person = signed_in(request)
    rows = visible_to(person, Challenge).filter(plan=plan_seen(person, plan_id), author=person)
    found = challenging.withdraw(
        challenge=get_object_or_404(rows, pk=challenge_id), author=author_of(request)
    )
    return _as_told(request, found)


def _as_told(request: HttpRequest, challenge: Challenge) -> Challenge:
    """With the consequences that the asking person may know; not to be saved."""
    challenge.consequences = challenging.told_to(signed_in(request), challenge.plan)(challenge)
    return challenge


def _seen(request: HttpRequest, plan_id: int, territory_id: int) -> Territory:
    person = signed_in(request)
    rows = visible_to(person, Territory).filter(plan=plan_seen(person, plan_id), level=Level.TERRITORY)
    return get_object_or_404(rows.select_related("plan", "position"), pk=territory_id)


def _own(request: HttpRequest, plan_id: int, territory_id: int) -> Territory:
    """A territory that one holds, or whose plan one shapes."""
    node = _seen(request, plan_id, territory_id)
    person = signed_in(request)
    if node.position_id not in scope_of(person).held and not is_shaper(person, node.plan):
        raise Http404
    return node
