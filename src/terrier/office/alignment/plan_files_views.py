"""A plan's files, on the web and over the API: as much of it as lies in one's scope. Those of large plans are written by a job."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe
from ninja import Router, Schema
from ninja.responses import Status

from terrier.office.alignment.plan_exporting import KIND, export_later, exported, is_large
from terrier.office.alignment.plan_files import WRITERS, plan_download
from terrier.office.alignment.plan_selectors import plan_seen
from terrier.office.api.fields import Id
from terrier.office.jobs.models import Job, State
from terrier.office.jobs.views import to_job
from terrier.office.people.models import Person
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["plans"])


@require_safe
def export(request: HttpRequest, plan_id: int, ending: str) -> HttpResponseBase:
    """The file, or the page of the job that writes it."""
    if ending not in WRITERS:
        raise Http404
    person = signed_in(request)
    plan = plan_seen(person, plan_id)
    if is_large(plan):
        return to_job(request, export_later(plan=plan, ending=ending, person=person))
    return plan_download(plan, ending, person)


@require_safe
def send_exported(request: HttpRequest, plan_id: int, job_id: int) -> HttpResponseBase:
    """A file that a job wrote for whoever asks; written anew where it is gone."""
    person = signed_in(request)
    plan_seen(person, plan_id)
    job = _own_job(person, plan_id, job_id)
    answer = exported(job)
    if answer is None:
        return redirect("plans:export", plan_id, job.payload["ending"])
    return answer


class ExportOut(Schema):
    job_id: int
    state: State


@router.get(
    "/plans/{plan_id}/export/{ending}", response={200: bytes, 202: ExportOut}, summary="A plan as a file"
)
def export_plan(request: HttpRequest, plan_id: Id, ending: Literal["geojson", "xlsx", "pdf"]) -> Any:
    """The file; of a large plan, 202 and the job that writes it. While the plan stays as it is, that day's job is the same."""
    person = signed_in(request)
    plan = plan_seen(person, plan_id)
    if not is_large(plan):
        return plan_download(plan, ending, person)
    job = export_later(plan=plan, ending=ending, person=person)
    return Status(202, {"job_id": job.pk, "state": job.state})


@router.get(
    "/plans/{plan_id}/exported/{job_id}",
    response={200: bytes, 202: ExportOut},
    summary="The file that a job wrote",
)
def fetch_exported(request: HttpRequest, plan_id: Id, job_id: Id) -> Any:
    """The file once the job is done; until then, or if it is gone since, 202 and how the job stands."""
    person = signed_in(request)
    plan_seen(person, plan_id)
    job = _own_job(person, plan_id, job_id)
    return exported(job) or Status(202, {"job_id": job.pk, "state": job.state})


def _own_job(person: Person, plan_id: int, job_id: int) -> Job:
    """One's own: its file holds what its author sees, and nobody else."""
    rows = visible_to(person, Job).filter(kind=KIND, author=person, payload__plan_id=plan_id)
    return get_object_or_404(rows, pk=job_id)
