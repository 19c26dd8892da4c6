from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from terrier.office.accounts import bulk
from terrier.office.accounts.models import Account
from terrier.office.audit import jobs as audit_jobs
from terrier.office.audit.models import Act
from terrier.office.jobs.models import Job, State
from terrier.office.jobs.worker import run_one
from tests.office.accounts.test_pages import filled_inputs, text_of
from tests.office.conftest import Company

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rita(company: Company, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A region manager, where three accounts are many."""
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(audit_jobs, "AT_ONCE", 2)
    return company.client("rita")


def ask(client: Client, **wanted: Any) -> Job:
    """Confirm an edit of all accounts that one sees, and be sent to the job it became."""
    form = text_of(client.get("/accounts/bulk?which=all"))
    answer = client.post(
        "/accounts/bulk", {**filled_inputs(form), "here": "sort=-city", "shown": wanted["field"], **wanted}
    )
    job = Job.objects.latest("pk")
    assert answer.headers["Location"] == reverse("jobs:job", args=[job.pk])
    return job


def test_a_long_edit_is_a_job_told_on_its_page_and_undone_as_one_act(rita: Client) -> None:
    job = ask(rita, field="account_class", value="A")
    assert not Account.objects.filter(account_class="A").exists(), "nothing is done while one waits"
    assert run_one("w")
    page = text_of(rita.get(reverse("jobs:job", args=[job.pk])))
    assert "Set class of 6 accounts." in page
    assert "/accounts/?sort=-city" in page
    assert Account.objects.filter(account_class="A").count() == 6
    [undo] = re.findall(r'action="(/changes/acts/[^"]+)"', page)
    answer = rita.post(undo, {"next": "/accounts/"})
    undoing = Job.objects.latest("pk")
    assert answer.headers["Location"] == reverse("jobs:job", args=[undoing.pk])
    assert run_one("w")
    assert not Account.objects.filter(account_class="A").exists()
    assert Act.objects.filter(undoes__isnull=False).count() == 1
    assert "/changes/acts/" in text_of(rita.get(reverse("jobs:job", args=[undoing.pk]))), (
        "it can be done again"
    )
    assert "/changes/acts/" not in text_of(rita.get(reverse("jobs:job", args=[job.pk]))), "it is undone"


def test_a_job_edits_no_other_accounts_than_were_confirmed(company: Company, rita: Client) -> None:
    job = ask(rita, field="account_class", value="A")
    company.accounts["ames"].coverages.all().delete()
    assert run_one("w")
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.error == "5 accounts are meant by now, not 6: nothing was changed. Look again."
    assert not Account.objects.filter(account_class="A").exists()


def test_a_long_edit_of_the_holder_asks_again_who_may(company: Company, rita: Client) -> None:
    job = ask(rita, field="holder", position=company.positions["tim"].pk, starts_on="2026-01-01")
    company.positions["rita"].incumbencies.update(ends_on="2026-01-01")
    assert run_one("w")
    job.refresh_from_db()
    assert job.state == State.FAILED


def test_an_undo_that_others_stand_in_the_way_of_says_so(rita: Client) -> None:
    job = ask(rita, field="account_class", value="A")
    assert run_one("w")
    Account.objects.filter(name="Dayton").update(account_class="B")
    job.refresh_from_db()
    rita.post(reverse("audit:undo", args=[job.result["act"]]), {"next": "/accounts/"})
    assert run_one("w")
    error = Job.objects.latest("pk").error
    assert error == "This has changed since, so nothing was undone. Dayton, class: left as “A”, now “B”."
    assert Account.objects.filter(account_class="A").count() == 5


def test_htmx_leaves_the_page_for_the_job_of_an_edit(rita: Client) -> None:
    form = filled_inputs(text_of(rita.get("/accounts/bulk?which=all")))
    answer = rita.post("/accounts/bulk", {**form, "value": "lapsed"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == reverse("jobs:job", args=[Job.objects.latest("pk").pk])


def test_htmx_leaves_the_page_for_the_job_of_an_undo(rita: Client) -> None:
    job = ask(rita, field="account_class", value="A")
    assert run_one("w")
    job.refresh_from_db()
    answer = rita.post(
        reverse("audit:undo", args=[job.result["act"]]),
        headers={"HX-Request": "true", "HX-Target": "account"},
    )
    assert answer.headers["HX-Redirect"] == reverse("jobs:job", args=[Job.objects.latest("pk").pk])


def test_whoever_undoes_the_making_of_an_account_comes_to_the_list(company: Company) -> None:
    tess = company.client("tess")
    tess.post("/accounts/new", {"name": "New shop", "status": "prospect", "channel": "independent"})
    made = Account.objects.get(name="New shop")
    answer = tess.post(
        reverse("audit:undo", args=[Act.objects.latest("at").pk]),
        {"next": reverse("accounts:account", args=[made.pk])},
    )
    assert answer.headers["Location"] == "/accounts/"
