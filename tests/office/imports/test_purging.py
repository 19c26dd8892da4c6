"""Rows and files of imports do not stay for ever; what they did does, and can still be undone."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

from django.conf import settings
from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.audit.models import Entry
from terrier.office.imports.models import Import, Mend, Row, State, Write
from terrier.office.jobs.models import Job
from terrier.office.jobs.services import ask_for_daily
from terrier.office.jobs.worker import run_one
from tests.office.conftest import Company
from tests.office.imports.bringing import HEAD_AND_ROWS, bring, commit, state_hash, undo, work

MENDED = HEAD_AND_ROWS.replace("sold", "Lapsed")


def a_day_goes_by(*imports: Import, untouched: int = settings.IMPORT_DAYS + 1) -> None:
    """The imports were last touched so many days ago; the worker does what it does every day."""
    then = timezone.now() - dt.timedelta(days=untouched)
    Import.objects.filter(pk__in=[one.pk for one in imports]).update(touched_at=then)
    Job.objects.filter(kind="imports.purge").delete()
    ask_for_daily()
    work()


def test_a_committed_import_loses_its_rows_and_its_file_and_can_still_be_undone(company: Company) -> None:
    client, before = company.client("ada"), state_hash()
    import_ = commit(bring(company.people["ada"], MENDED))
    a_day_goes_by(import_)
    assert [model for model in (Row, Write, Mend) if model.objects.exists()] == []
    assert not import_.path.exists()
    import_.refresh_from_db()
    assert import_.put_away_at is not None
    assert (import_.state, import_.n_rows, import_.counts["create"]) == (State.COMMITTED, 3, 1)
    page = client.get(f"/imports/{import_.pk}/").content.decode()
    assert "Its rows were put away" in page
    assert "Undo the import" in page
    undo(import_, company.people["ada"])
    assert (import_.state, import_.error) == (State.UNDONE, "")
    assert state_hash() == before


def test_an_import_that_was_never_committed_is_forgotten(
    company: Company, django_capture_on_commit_callbacks: Any
) -> None:
    import_ = bring(company.people["ada"], HEAD_AND_ROWS)
    refused = bring(company.people["ada"], b"id,name\nN-1,Caf\xe9\n")
    with django_capture_on_commit_callbacks(execute=True):
        a_day_goes_by(import_, refused)
    assert [model for model in (Import, Row) if model.objects.exists()] == []
    assert [one for one in (import_, refused) if one.path.exists()] == []


def test_what_somebody_touched_of_late_stays(company: Company) -> None:
    import_ = bring(company.people["ada"], HEAD_AND_ROWS)
    a_day_goes_by(import_, untouched=settings.IMPORT_DAYS - 1)
    assert Row.objects.filter(of=import_).count() == 3
    assert import_.upload.exists()


def test_an_undone_import_is_put_away_once_and_its_record_stays(company: Company) -> None:
    import_ = undo(commit(bring(company.people["ada"], MENDED)), company.people["ada"])
    n_entries = Entry.objects.count()
    a_day_goes_by(import_)
    import_.refresh_from_db()
    first = import_.put_away_at
    a_day_goes_by(import_)
    import_.refresh_from_db()
    assert (import_.put_away_at, import_.state) == (first, State.UNDONE)
    assert Entry.objects.count() == n_entries
    assert Account.objects.filter(external_id="N-1", deleted_at__isnull=False).exists()


def test_workers_ask_for_it_once_a_day_and_keep_no_record_of_earlier_days(company: Company) -> None:
    Job.objects.create(
        kind="imports.purge", key="imports.purge 2020-01-01", state="done", not_before=timezone.now()
    )
    ask_for_daily()
    ask_for_daily()
    [job] = Job.objects.filter(kind="imports.purge")
    assert job.state == "waiting"
    while run_one("w", threading.Event()):
        pass
    job.refresh_from_db()
    assert job.state == "done"


def test_folders_of_uploads_that_were_cut_off_are_swept_away(company: Company) -> None:
    import os

    left = settings.FILES / "imports" / "0b1c2d3e-0000-4000-8000-000000000000"
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    a_day_goes_by()
    assert not left.exists()
