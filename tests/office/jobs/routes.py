"""The routes of jobs. Each persona sees their own; analysts and administrators see everybody's."""

from __future__ import annotations

from django.utils import timezone

from terrier.office.jobs.models import Job
from tests.office.conftest import Company
from tests.office.routes import TOKEN, Kind, Route

WATCHERS = frozenset({"al", "ada"})


def _job(company: Company, label: str) -> int:
    job, _ = Job.objects.get_or_create(
        key=label, defaults={"kind": "test", "author": company.people[label], "not_before": timezone.now()}
    )
    return job.pk


JOBS = Kind(_job, {"tess": WATCHERS | {"tess"}, "rita": WATCHERS | {"rita"}})

ROUTES = [
    Route("jobs:list"),
    Route("jobs:job", of=JOBS),
    Route("jobs:cancel", "post", of=JOBS),
    Route("jobs:again", "post", of=JOBS),
    Route("api:jobs", strangers=TOKEN),
    Route("api:job", of=JOBS, strangers=TOKEN),
    Route("api:cancel", "post", of=JOBS, json=True, strangers=TOKEN),
    Route("api:again", "post", of=JOBS, json=True, strangers=TOKEN),
]
