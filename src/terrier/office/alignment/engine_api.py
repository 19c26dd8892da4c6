"""The engine over the API: ask it about a plan, look at what it found, take one over."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from terrier.office.alignment.engine_runs import Meanwhile, ask_engine, take_candidate
from terrier.office.alignment.models import Candidate, EngineRun, Plan
from terrier.office.alignment.plan_schemas import CandidateOut, Moved, Paged, RunIn, RunOut
from terrier.office.alignment.plan_selectors import plan_shaped
from terrier.office.api.asking import author_of
from terrier.office.api.fields import Id
from terrier.office.api.paging import Page
from terrier.office.paging import page_of
from terrier.office.people.permissions import signed_in

router = Router(tags=["plans"])


@router.get("/plans/{plan_id}/runs", response=Page[RunOut], summary="What the engine was asked about a plan")
def runs(request: HttpRequest, plan_id: Id, query: Annotated[Paged, Query()]) -> Any:
    rows = EngineRun.objects.filter(plan=plan_shaped(signed_in(request), plan_id))
    return page_of(rows, cursor=query.cursor, limit=query.limit, newest_first=True)


@router.post("/plans/{plan_id}/runs", response={202: RunOut}, summary="Ask the engine about a plan, as a job")
def ask(request: HttpRequest, plan_id: Id, body: RunIn) -> Any:
    found = plan_shaped(signed_in(request), plan_id)
    return Status(202, ask_engine(plan=found, kind=body.kind, author=author_of(request)))


@router.get(
    "/plans/{plan_id}/candidates", response=Page[CandidateOut], summary="The plans that the engine found"
)
def candidates(request: HttpRequest, plan_id: Id, query: Annotated[Paged, Query()]) -> Any:
    rows = Candidate.objects.filter(run__plan=plan_shaped(signed_in(request), plan_id)).defer("groups")
    return page_of(rows, cursor=query.cursor, limit=query.limit, newest_first=True)


@router.post(
    "/plans/{plan_id}/candidates/{candidate_id}/take",
    response=Moved,
    summary="Take a plan of the engine over",
)
def take(request: HttpRequest, plan_id: Id, candidate_id: Id, meanwhile: Meanwhile = Meanwhile.REFUSE) -> Any:
    """`meanwhile` says what becomes of accounts that were moved since the engine was asked: `refuse` (409), `keep`, `overwrite`."""
    found = plan_shaped(signed_in(request), plan_id)
    row = get_object_or_404(Candidate, run__plan=found, pk=candidate_id)
    step = take_candidate(candidate=row, author=author_of(request), meanwhile=meanwhile)
    return {"version": Plan.objects.get(pk=found.pk).version, "step": step}
