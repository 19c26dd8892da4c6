"""The panel of a job on the page on which somebody waits for what it makes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terrier.office.alignment.effect import APPLY
from terrier.office.jobs.models import Job, State
from terrier.office.jobs.services import enqueue
from tests.office.conftest import Company

pytestmark = pytest.mark.django_db


def panel(company: Company, job: Job, here: str) -> str:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{here}"}
    answer = company.client("rita").get(reverse("jobs:job", args=[job.pk]), headers=headers)
    return answer.content.decode()


def test_the_page_that_has_the_result_to_show_is_shown_anew_when_the_job_is_done(company: Company) -> None:
    job = enqueue(APPLY, author=company.people["rita"])
    assert 'hx-trigger="load"' not in panel(company, job, "/plans/7/hand-overs/")
    Job.objects.filter(pk=job.pk).update(state=State.DONE, result={"url": "/plans/7/hand-overs/"})
    assert 'hx-get="/plans/7/hand-overs/?q=a" hx-trigger="load"' in panel(
        company, job, "/plans/7/hand-overs/?q=a"
    )
    assert 'hx-trigger="load"' not in panel(company, job, "/jobs/")
