"""Analyses by e-mail: at their time, in the scope of who gets them, and no longer to whoever has left or had enough."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from terrier.office.analysis.jobs import catch_up, deliver
from terrier.office.analysis.models import Analysis, Delivery
from terrier.office.analysis.question import parse
from terrier.office.analysis.scheduling import KIND, next_time, schedule_delivery
from terrier.office.analysis.services import delete_analysis, save_analysis
from terrier.office.analysis.sharing import share_below, share_with_person
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.jobs.models import Job
from terrier.office.jobs.worker import run_one
from terrier.office.people.models import Incumbency
from tests.office.conftest import Company
from tests.office.sales.sold import half_years, sell

UTC = dt.UTC


@pytest.fixture
def sold(company: Company, tmp_path: Path) -> Company:
    sell(tmp_path / "brought", half_years())
    return company


@pytest.fixture
def analysis(sold: Company) -> Analysis:
    """The director's, shared with everybody."""
    author = Author(sold.people["dora"])
    row, _act = save_analysis(
        author=author, name="Sales by account", question=parse("measures=revenue&rows=account")[0]
    )
    share_below(analysis=row, position=sold.positions["dora"], author=author)
    return row


def schedule(sold: Company, analysis: Analysis, who: str, **more: Any) -> Delivery:
    told = {"every": "weekday", "hour": 7, "weekday": 0, "day": 1, **more}
    found, _act = schedule_delivery(
        analysis=analysis, person=sold.people[who], author=Author(sold.people[who]), **told
    )
    return found


def make_due(delivery: Delivery) -> None:
    """Its time has come: as if it had been asked for long ago."""
    at = timezone.now() - dt.timedelta(minutes=5)
    Delivery.objects.filter(pk=delivery.pk).update(next_at=at)
    job = Job.objects.get(kind=KIND, payload__delivery_id=delivery.pk, state="waiting")
    job.key, job.not_before = None, at
    job.payload = {**job.payload, "at": at.isoformat()}
    job.save()


@pytest.mark.parametrize(
    ("told", "after", "due"),
    [
        ({"every": "weekday", "hour": 7}, "2026-11-20 06:59", "2026-11-20 07:00"),
        ({"every": "weekday", "hour": 7}, "2026-11-20 07:00", "2026-11-23 07:00"),  # over the weekend
        ({"every": "week", "hour": 0, "weekday": 6}, "2026-11-20 12:00", "2026-11-22 00:00"),
        ({"every": "week", "hour": 12, "weekday": 4}, "2026-11-20 12:00", "2026-11-27 12:00"),
        ({"every": "month", "hour": 23, "day": 28}, "2026-02-28 23:00", "2026-03-28 23:00"),
        ({"every": "month", "hour": 8, "day": 1}, "2026-12-31 23:00", "2027-01-01 08:00"),
    ],
)
def test_the_next_time_comes_after_now(settings: Any, told: dict[str, Any], after: str, due: str) -> None:
    settings.TIME_ZONE = "UTC"
    with timezone.override(UTC):
        moment = dt.datetime.fromisoformat(after).replace(tzinfo=UTC)
        assert next_time(after=moment, **told) == dt.datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_an_hour_is_that_of_the_clock_on_the_wall_in_summer_and_in_winter() -> None:
    import zoneinfo

    with timezone.override(zoneinfo.ZoneInfo("America/Chicago")):
        found = next_time("week", hour=7, weekday=0, after=dt.datetime(2026, 10, 27, tzinfo=UTC))
        assert found == dt.datetime(2026, 11, 2, 13, tzinfo=UTC)
        found = next_time("week", hour=7, weekday=0, after=dt.datetime(2026, 10, 20, tzinfo=UTC))
        assert found == dt.datetime(2026, 10, 26, 12, tzinfo=UTC)


def test_it_is_sent_when_its_time_comes_in_the_scope_of_who_gets_it_and_waits_for_the_next(
    sold: Company, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = []
    from terrier.office.analysis import jobs

    real = jobs.answer
    monkeypatch.setattr(
        jobs, "answer", lambda *args, **more: tables.append(real(*args, **more)) or tables[-1]
    )
    delivery = schedule(sold, analysis, "tess")
    assert not run_one("a worker")  # not yet
    make_due(delivery)
    assert run_one("a worker")
    [sent] = mail.outbox
    assert sent.to == ["tess@example.com"]
    assert sent.subject.startswith("Sales by account · ")
    [(name, content, kind)] = sent.attachments
    assert (name, content[:5], kind) == ("sales-by-account.pdf", b"%PDF-", "application/pdf")
    assert tables[0].total.cells[0].value == pytest.approx(1630)
    assert {line.member.label for line in tables[0].lines} == {"Columbus", "Chain Ohio", "Dayton"}
    delivery.refresh_from_db()
    assert delivery.sent_at is not None
    assert delivery.next_at > timezone.now()
    assert Job.objects.get(kind=KIND, state="waiting").not_before == delivery.next_at


def test_one_that_was_cut_off_as_it_went_out_is_not_sent_twice(
    sold: Company, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = schedule(sold, analysis, "tess")
    make_due(delivery)
    from terrier.office.analysis import jobs

    real = jobs.send

    def dies(*told: Any) -> None:
        real(*told)
        raise SystemExit

    monkeypatch.setattr(jobs, "send", dies)
    with pytest.raises(SystemExit):
        run_one("a worker")
    Job.objects.filter(kind=KIND).update(lease_until=timezone.now() - dt.timedelta(minutes=1))
    monkeypatch.setattr(jobs, "send", real)
    assert run_one("another worker")
    assert len(mail.outbox) == 1
    delivery.refresh_from_db()
    assert delivery.next_at > timezone.now()
    assert not run_one("another worker")


def test_one_that_the_mail_server_refused_is_tried_again(
    sold: Company, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_due(schedule(sold, analysis, "tess"))
    from terrier.office.analysis import jobs

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "send", lambda *_told: (_ for _ in ()).throw(OSError("no server")))
        assert run_one("a worker")
    Job.objects.filter(kind=KIND).update(not_before=timezone.now())
    assert run_one("a worker")
    [sent] = mail.outbox
    assert re.fullmatch(r"<analysis-\d+-\d{14}@\S+>", sent.extra_headers["Message-ID"])


def test_whoever_got_it_stops_it_by_the_link_in_the_mail_without_signing_in(
    sold: Company, analysis: Analysis, client: Any
) -> None:
    delivery = schedule(sold, analysis, "tess")
    make_due(delivery)
    run_one("a worker")
    link = re.search(r"/analysis/no-more/\S+", str(mail.outbox[0].body))
    assert link is not None
    assert "Sales by account" in client.get(link[0]).content.decode()
    assert Delivery.objects.exists()  # to look is not to stop
    assert client.post(link[0]).status_code == 200
    assert not Delivery.objects.exists()
    assert "not sent to you any more" in client.get(link[0]).content.decode()
    assert client.get(link[0][:-3]).status_code == 200


@pytest.mark.parametrize("why", ["barred", "left", "unshared", "deleted", "stopped"])
def test_nothing_goes_to_whoever_left_or_no_longer_sees_it(
    sold: Company, analysis: Analysis, why: str
) -> None:
    delivery = schedule(sold, analysis, "tess")
    make_due(delivery)
    tess = sold.people["tess"]
    match why:
        case "barred":
            tess.is_active = False
            tess.save()
        case "left":
            Incumbency.objects.filter(person=tess).update(ends_on=dt.date(2024, 1, 1))
        case "unshared":
            analysis.shares.all().delete()
        case "deleted":
            delete_analysis(analysis=analysis, author=Author(sold.people["dora"]))
        case "stopped":
            delivery.delete()
    assert run_one("a worker")
    assert mail.outbox == []
    assert Job.objects.filter(kind=KIND, state="done").count() == 1
    assert Delivery.objects.exists() is (why == "deleted")  # Undo brings it back, and its delivery goes on


def test_another_time_takes_the_place_of_the_one_before(sold: Company, analysis: Analysis) -> None:
    delivery = schedule(sold, analysis, "tess")
    make_due(delivery)
    again = schedule(sold, analysis, "tess", every="month", day=15, hour=9)
    assert again.pk == delivery.pk
    assert run_one("a worker")
    assert mail.outbox == []
    assert not run_one("a worker")


def test_whoever_does_not_see_it_cannot_have_it_sent(sold: Company) -> None:
    row, _act = save_analysis(
        author=Author(sold.people["dora"]), name="Mine", question=parse("rows=category")[0]
    )
    with pytest.raises(RefusedError, match="share it first"):
        schedule(sold, row, "tess")
    share_with_person(analysis=row, person=sold.people["tess"], author=Author(sold.people["dora"]))
    schedule(sold, row, "tess")
    client = sold.client("tess")
    times = {"every": "week", "weekday": 2, "day": 1, "hour": 8}
    address = reverse("analysis:schedule", args=[row.pk])
    assert client.post(address, {**times, "person": sold.people["tim"].pk}).status_code == 404
    assert client.post(address, {**times, "hour": 24}).status_code == 422
    assert client.post(address, times).status_code == 302
    assert Delivery.objects.get().weekday == 2


def test_a_delivery_whose_job_failed_is_put_on_again(
    sold: Company, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = schedule(sold, analysis, "tess")
    make_due(delivery)
    Job.objects.filter(kind=KIND).update(state="failed")
    Delivery.objects.update(next_at=timezone.now() - dt.timedelta(hours=3))
    assert catch_up(None) == {"n_late": 1}  # type: ignore[arg-type]
    delivery.refresh_from_db()
    assert delivery.next_at > timezone.now()
    assert Job.objects.get(kind=KIND, state="waiting").not_before == delivery.next_at
    assert catch_up(None) == {"n_late": 0}  # type: ignore[arg-type]
    assert deliver(None, delivery.pk, "2020-01-01T00:00:00+00:00")["told"]["text"].startswith(
        "It was stopped"
    )  # type: ignore[arg-type]


def test_the_page_says_where_mail_goes_when_no_server_is_set(
    sold: Company, analysis: Analysis, settings: Any
) -> None:
    address = reverse("analysis:people", args=[analysis.pk])
    settings.EMAIL_IS_SENT = False
    assert "No mail server is set up" in sold.client("dora").get(address).content.decode()
    settings.EMAIL_IS_SENT = True
    page = sold.client("tess").get(address).content.decode()
    assert "No mail server" not in page
    assert "Send it to me from now on" in page
    assert "Shared with" not in page
