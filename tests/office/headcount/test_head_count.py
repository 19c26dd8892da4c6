"""How many people: asked, worked on as a job, told in sentences, drawn, remembered and exported."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage
from terrier.office.audit.services import Author
from terrier.office.audit.undo import undo_act
from terrier.office.errors import RefusedError
from terrier.office.headcount.choices import HeadCountError, SizeChoices, read_size_choices
from terrier.office.headcount.field import read_field
from terrier.office.headcount.models import HeadCount
from terrier.office.headcount.services import ask_head_count, forget_head_count
from terrier.office.headcount.telling import sentences_of, sizes_of
from terrier.office.jobs.models import Job, State
from terrier.office.jobs.services import cancel
from terrier.office.jobs.worker import run_one
from tests.office.conftest import LONG_AGO, Company
from tests.office.headcount.routes import answered

CHOICES = SizeChoices(fewest=1, most=4)


def fill_ohio(company: Company, n_accounts: int = 60) -> None:
    """Shops strewn over Ohio, held by Tess."""
    rng = np.random.default_rng(3)
    accounts = Account.objects.bulk_create(
        Account(
            name=f"Shop {number}",
            account_class="A",
            annual_sales=int(rng.integers(5_000, 60_000)),
            latitude=float(rng.uniform(39.0, 41.0)),
            longitude=float(rng.uniform(-84.0, -81.0)),
        )
        for number in range(n_accounts)
    )
    Coverage.objects.bulk_create(
        Coverage(account=one, position=company.positions["tess"], starts_on=LONG_AGO) for one in accounts
    )


def ask(company: Company, who: str = "rita", **changed: Any) -> HeadCount:
    return ask_head_count(
        root=company.positions[who],
        choices=SizeChoices(**{"fewest": 1, "most": 4, **changed}),
        author=Author(company.people[who]),
    )


def test_the_field_is_what_territory_managers_below_hold(company: Company) -> None:
    fill_ohio(company, 5)
    today = timezone.localdate()
    region = read_field(company.positions["rita"], CHOICES.visits, today)
    assert (region.n, region.n_nowhere) == (5, 5), "columbus, dayton, ames, bangor and the site lie nowhere"
    assert region.calls.total.tolist() == [24.0] * 5
    whole = read_field(company.positions["dora"], CHOICES.visits, today)
    assert (whole.n, whole.n_nowhere) == (5, 8), "of the company also Utah's, and what nobody holds"


def test_a_class_that_is_not_called_on_is_left_out(company: Company) -> None:
    fill_ohio(company, 5)
    Account.objects.filter(name="Shop 1").update(account_class="D")
    visits = CHOICES.visits.model_copy(update={"calls": {**CHOICES.visits.calls, "D": 0.0}})
    found = read_field(company.positions["rita"], visits, timezone.localdate())
    assert (found.n, found.n_without_calls) == (4, 1)


@pytest.mark.django_db(transaction=True)
def test_a_worker_answers_and_the_answer_is_told(company: Company) -> None:
    fill_ohio(company)
    asked = ask(company, cost=30_000)
    assert run_one("here")
    asked.refresh_from_db()
    job = Job.objects.get(pk=asked.job_id)
    assert (job.state, job.result["url"]) == (State.DONE, f"/head-counts/{asked.pk}/")
    sizes = sizes_of(asked)
    assert [one.people for one in sizes] == [1, 2, 3, 4]
    assert sizes[0].service < 1, "60 shops of 24 hours and their travel are too much for one"
    assert [one.utilization for one in sizes] == sorted((one.utilization for one in sizes), reverse=True)
    for one, before in zip(sizes[1:], sizes, strict=False):
        assert one.brings == pytest.approx(one.margin - before.margin)
        assert one.profit == pytest.approx(one.margin - one.cost, abs=2)
    best = max(sizes, key=lambda one: one.profit)
    assert asked.result["by_profit"] == best.people
    page = company.client("rita").get(f"/head-counts/{asked.pk}/").content.decode()
    assert sentences_of(asked)[0] in page


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_head_count_has_no_answer(company: Company) -> None:
    fill_ohio(company)
    asked = ask(company)
    assert asked.job is not None
    cancel(job=asked.job)
    run_one("here")
    asked.refresh_from_db()
    assert not asked.is_answered
    assert company.client("rita").get(f"/head-counts/{asked.pk}/").status_code == 200


def test_too_few_accounts_are_refused_beside_the_field(company: Company) -> None:
    with pytest.raises(RefusedError, match="holds 5 accounts: too few for 9 people"):
        ask(company, fewest=9, most=12)
    answer = company.client("rita").post(
        "/api/v1/head-counts",
        {"position_id": company.positions["rita"].pk, "choices": {"fewest": 9, "most": 12}},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "fewest")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"fewest": 3, "most": 2}, "most, 2, is less than fewest, 3"),
        ({"fewest": 1, "most": 61}, "more than 60 sizes at once"),
        ({"fewest": 0, "most": 2}, "fewest: Must be 1 or more."),
        ({"fewest": 1, "most": 2, "margin": 0}, "margin: Must be more than 0."),
        ({"fewest": 1, "most": 2, "wages": 1}, "wages: There is no such field here."),
    ],
)
def test_what_cannot_be_asked_is_named(given: dict[str, Any], said: str) -> None:
    with pytest.raises(HeadCountError, match=said):
        read_size_choices(given)


def test_the_form_suggests_sizes_around_todays_and_says_what_is_wrong(company: Company) -> None:
    rita = company.client("rita")
    page = rita.get("/head-counts/new").content.decode()
    assert 'name="hours" value="1640"' in page
    answer = rita.post("/head-counts/new", {"root": company.positions["rita"].pk, "fewest": 5, "most": 2})
    assert answer.status_code == 422
    assert "At least the fewest, 5." in answer.content.decode()
    assert not HeadCount.objects.exists()


def test_the_form_asks_in_percent(company: Company) -> None:
    fill_ohio(company, 12)
    rita = company.client("rita")
    form = rita.get("/head-counts/new").context["form"]
    sent = {name: form[name].initial for name in form.fields if form[name].initial is not None}
    sent |= {"root": company.positions["rita"].pk, "fewest": 1, "most": 3, "margin": 30, "calls_A": 12}
    answer = rita.post("/head-counts/new", sent)
    asked = HeadCount.objects.get()
    assert answer["Location"] == f"/head-counts/{asked.pk}/"
    assert (asked.choices["margin"], asked.choices["visits"]["calls"]["A"]) == (0.3, 12.0)


def test_one_more_and_one_fewer_are_told_with_what_they_bring_and_cost(company: Company) -> None:
    told = sentences_of(HeadCount.objects.get(pk=answered(company, "rita")))
    assert told == [
        "2 people earn the most: $216 a year after the cost of people and travel, with 100% of the calls made.",
        "From 1 to 2 people it is within 1% of that: choose by other reasons.",
        "It is at the edge of what was looked at: ask again with a wider range.",
        "By workload 1 person can make every call: 800 hours of calls and travel, 50% of the hours there are.",
        "One fewer than today would save $49 a year and lose $75.",
    ]


def test_the_curve_is_exported(company: Company) -> None:
    key = answered(company, "rita")
    answer = company.client("rita").get(f"/head-counts/{key}/export/csv")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(row["People"], row["Profit"], row["The last one costs"]) for row in rows] == [
        ("1", "190", ""),
        ("2", "216", "49"),
    ]
    assert company.client("rita").get(f"/head-counts/{key}/export/pdf").status_code == 404


def test_a_region_remembers_its_own(company: Company) -> None:
    answered(company, "rita"), answered(company, "dora")
    assert len(company.client("rita").get("/api/v1/head-counts").json()["items"]) == 1
    assert len(company.client("al").get("/api/v1/head-counts").json()["items"]) == 2


def test_a_deleted_head_count_can_be_brought_back(company: Company) -> None:
    found = HeadCount.objects.get(pk=answered(company, "rita"))
    author = Author(company.people["rita"])
    act = forget_head_count(head_count=found, author=author)
    assert act is not None
    assert not HeadCount.objects.exists()
    undo_act(act=act, author=author)
    assert HeadCount.objects.get().result == found.result
