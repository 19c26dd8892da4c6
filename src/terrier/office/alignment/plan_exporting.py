"""Files of large plans, written by a job while their reader goes on with something else, and kept for some days to be fetched."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from terrier.office.alignment.models import Placement, Plan
from terrier.office.alignment.plan_content import read_plan
from terrier.office.alignment.plan_files import TYPES, WRITERS, file_name
from terrier.office.jobs.models import Job, State
from terrier.office.jobs.run import Run
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.people.models import Person

KIND = "alignment.export"
MOST_AT_ONCE = 20_000
"""Accounts of a plan whose file is written while one waits: about two seconds."""
KEPT_DAYS = 3


def is_large(plan: Plan) -> bool:
    return Placement.objects.filter(plan=plan).count() > MOST_AT_ONCE


def export_later(*, plan: Plan, ending: str, person: Person) -> Job:
    """Ask for a file as a job. While the plan stays as it is, asking again that day gives the same job."""
    key = f"{KIND} {plan.pk} {plan.version} {ending} {person.pk} {get_language()} {timezone.localdate()}"
    found = Job.objects.filter(key=key).first()
    if found is not None and (found.state in (State.FAILED, State.CANCELLED) or _is_gone(found)):
        Job.objects.filter(pk=found.pk).update(key=None)
    return enqueue(
        KIND,
        author=person,
        summary=said("“%(plan)s” as %(ending)s", plan=plan.name, ending=ending.upper()),
        key=key,
        plan_id=plan.pk,
        ending=ending,
        person_id=person.pk,
    )


def write_export(run: Run, *, plan_id: int, ending: str, person_id: int) -> dict[str, Any]:
    """The file as far as its reader sees the plan; returns the job's result. Begun again after a crash, it is written anew."""
    plan = Plan.objects.select_related("root").get(pk=plan_id)
    path = path_of(run.job_id, ending)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(path.parent)
    run.step(0, 3, said("Reading the plan"))
    content = read_plan(plan, Person.objects.get(pk=person_id))
    run.beat(done=1, total=3, message=said("Drawing the land of the territories"))
    if ending != "xlsx":
        _drawn = content.outlines  # what takes longest: here, so that it is told of
    run.beat(done=2, total=3, message=said("Writing the file"))
    draft = path.with_suffix(f".{run.token}")
    with draft.open("wb+") as file:
        WRITERS[ending](content, file)
    draft.replace(path)
    return {"url": reverse("plans:exported", args=[plan_id, run.job_id])}


def exported(job: Job) -> FileResponse | None:
    """The file that a job wrote; None where it is gone, or was never there."""
    ending = str(job.payload["ending"])
    plan = Plan.objects.filter(pk=job.payload["plan_id"]).first()
    if plan is None or job.state != State.DONE or _is_gone(job):
        return None
    return FileResponse(
        path_of(job.pk, ending).open("rb"),
        as_attachment=True,
        filename=file_name(plan, ending),
        content_type=TYPES[ending],
    )


def path_of(job_id: int, ending: str) -> Path:
    return Path(settings.FILES) / "exports" / f"{job_id}.{ending}"


def _is_gone(job: Job) -> bool:
    return job.state == State.DONE and not path_of(job.pk, str(job.payload["ending"])).exists()


def _sweep(folder: Path) -> None:
    """Files that nobody has fetched for days go."""
    until = time.time() - KEPT_DAYS * 24 * 3600
    for file in folder.iterdir():
        if file.stat().st_mtime < until:
            file.unlink(missing_ok=True)
