"""Jobs over the API: how far, cancel, again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from terrier.office.api.fields import Cursor, Id, Limit
from terrier.office.api.paging import Page
from terrier.office.jobs.models import Job, State
from terrier.office.jobs.progress import look
from terrier.office.jobs.services import cancel as cancel_job
from terrier.office.jobs.services import try_again
from terrier.office.paging import page_of
from terrier.office.people.scope import visible_to

router = Router(tags=["jobs"])


class JobOut(Schema):
    id: int
    kind: str
    summary: str
    state: State
    done: int
    total: int
    message: str
    result: dict[str, Any]
    error: str
    created_at: dt.datetime
    finished_at: dt.datetime | None

    @staticmethod
    def resolve_summary(row: Any) -> str:
        return str(row)

    @staticmethod
    def resolve_message(row: Any) -> str:
        return str(row.now)

    @staticmethod
    def resolve_result(row: Any) -> dict[str, Any]:
        return {**row.result, "told": row.outcome} if "told" in row.result else dict(row.result)


class Asked(Schema):
    state: State | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


@router.get("/jobs", response=Page[JobOut], summary="Your jobs, the newest first")
def jobs(request: HttpRequest, query: Annotated[Asked, Query()]) -> Any:
    rows = visible_to(request.user, Job)  # type: ignore[arg-type]
    if query.state:
        rows = rows.filter(state=query.state)
    page = page_of(rows, cursor=query.cursor, limit=query.limit, newest_first=True)
    look(*page["items"])
    return page


@router.get("/jobs/{job_id}", response=JobOut, summary="One job")
def job(request: HttpRequest, job_id: Id) -> Any:
    return _job(request, job_id)


@router.post("/jobs/{job_id}/cancel", response=JobOut, summary="Cancel a job")
def cancel(request: HttpRequest, job_id: Id) -> Any:
    return cancel_job(job=_job(request, job_id))


@router.post("/jobs/{job_id}/again", response=JobOut, summary="Try a job again that failed or was cancelled")
def again(request: HttpRequest, job_id: Id) -> Any:
    return try_again(job=_job(request, job_id))


def _job(request: HttpRequest, job_id: int) -> Job:
    found = get_object_or_404(visible_to(request.user, Job), pk=job_id)  # type: ignore[arg-type]
    look(found)
    return found
