"""Figures reckoned ahead: after a load, a withdrawal or a change of coverage, before anybody asks, and only then."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from terrier.ledger import withdraw
from terrier.office.alignment.models import Coverage
from terrier.office.jobs.models import Job
from terrier.office.jobs.registry import HANDLERS
from terrier.office.jobs.services import ask_for_changed, enqueue
from terrier.office.jobs.worker import run_one
from terrier.office.sales import figures, gateway
from tests.office.conftest import Company
from tests.office.sales.sold import half_years, sell

pytestmark = pytest.mark.django_db(transaction=True)


def warmed() -> list[Job]:
    return list(Job.objects.filter(kind="sales.warm"))


def work() -> None:
    while run_one("here", threading.Event()):
        pass


def books() -> set[str]:
    return {file.name for file in Path(settings.LEDGER).glob("books/*.parquet")}


def test_nothing_is_reckoned_while_there_are_no_invoices(company: Company) -> None:
    ask_for_changed()
    assert not warmed()


def test_a_load_has_its_figures_reckoned_once_before_anybody_asks(company: Company, tmp_path: Path) -> None:
    sell(tmp_path, half_years())
    ask_for_changed()
    ask_for_changed()
    [job] = warmed()
    work()
    job.refresh_from_db()
    assert job.state == "done"
    there = books()
    assert any("signals" in name for name in there)
    figures._kept.clear()
    client: Client = company.client("dora")
    for path in ("/", "/desk/trend", "/desk/growth", "/desk/act", "/desk/team", "/desk/categories"):
        assert client.get(path).status_code == 200
    assert books() == there
    ask_for_changed()
    assert [one.pk for one in warmed()] == [job.pk]


def test_another_load_a_withdrawal_and_another_holder_are_reckoned_anew(
    company: Company, tmp_path: Path
) -> None:
    sell(tmp_path, half_years())
    seen = []

    def asked() -> int:
        ask_for_changed()
        work()
        [job] = warmed()
        seen.append(job.pk)
        return len(set(seen))

    assert asked() == 1
    (tmp_path / "more.csv").write_text("invoice,date,account,net\nX,2026-06-02,COLUMBUS,12\n")
    more = gateway.take("lines", tmp_path / "more.csv", {}, name="more.csv").load
    assert asked() == 2
    assert more is not None
    withdraw(gateway.ledger(), more.id)
    assert asked() == 3
    Coverage.objects.filter(account=company.accounts["columbus"]).update(ends_on=dt.date(2026, 5, 1))
    Coverage.objects.create(
        account=company.accounts["columbus"], position=company.positions["tim"], starts_on=dt.date(2026, 5, 1)
    )
    assert asked() == 4
    assert asked() == 4


def test_jobs_that_people_wait_for_go_first(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(tmp_path, half_years())
    done: list[str] = []
    monkeypatch.setitem(HANDLERS, "test", lambda run: done.append("asked"))

    def warm(run: Any) -> None:
        done.append("begun")
        run.give_way()
        done.append("warm")

    monkeypatch.setitem(HANDLERS, "sales.warm", warm)
    ask_for_changed()
    enqueue("test", author=None)
    work()
    assert done == ["begun", "asked", "begun", "warm"]
