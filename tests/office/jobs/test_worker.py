from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from terrier.errors import InputError
from terrier.office.errors import RefusedError
from terrier.office.jobs.models import Job, State
from terrier.office.jobs.progress import forget, look, note
from terrier.office.jobs.registry import HANDLERS
from terrier.office.jobs.run import Cancelled, LeaseLost, Run
from terrier.office.jobs.services import MOST_ATTEMPTS, cancel, claim, enqueue, try_again
from terrier.office.jobs.worker import run_one
from terrier.office.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Makes a function the handler of the jobs of this test."""

    def handle(function: Any) -> None:
        monkeypatch.setitem(HANDLERS, "test", function)

    handle(lambda run: {})
    return handle


def ask(**payload: Any) -> Job:
    return enqueue("test", author=None, **payload)


def expire(job: Job) -> None:
    """As if its worker had been killed."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def named(name: str) -> bool:
    return Person.objects.filter(name=name).exists()


def make_person(run: Run, name: str) -> None:
    with run.effects() as result:
        Person.objects.create_user(f"{Person.objects.count()}@example.com", name=name)
        result["made"] = name


def test_a_job_runs_and_keeps_its_result(handler: Any) -> None:
    handler(lambda run, a, b: {"sum": a + b})
    job = ask(a=2, b=3)
    assert run_one("w")
    job.refresh_from_db()
    assert (job.state, job.result, job.attempts) == (State.DONE, {"sum": 5}, 1)
    assert not run_one("w"), "nothing is left to do"


def test_asking_twice_with_one_key_is_asking_once(handler: Any) -> None:
    assert enqueue("test", author=None, key="k").pk == enqueue("test", author=None, key="k").pk
    assert Job.objects.count() == 1


def test_a_kind_that_nobody_does_is_refused() -> None:
    with pytest.raises(LookupError, match="juggle"):
        enqueue("juggle", author=None)


def test_a_killed_workers_job_is_taken_up_again_and_its_effects_happen_once(handler: Any) -> None:
    handler(make_person)
    first = claim_of(ask(name="Pat"))
    assert claim("other") is None, "the lease holds"
    expire(first)
    assert run_one("second worker")
    assert Person.objects.filter(name="Pat").count() == 1
    slow = Run(first.pk, first.token)
    with pytest.raises(LeaseLost):
        make_person(slow, "Pat")
    with pytest.raises(LeaseLost):
        slow.step(1)
    assert Person.objects.filter(name="Pat").count() == 1


def claim_of(job: Job) -> Job:
    claimed = claim("first worker")
    assert claimed is not None
    assert claimed.pk == job.pk
    return claimed


def test_effects_and_done_are_one_transaction(handler: Any) -> None:
    def breaks_after_writing(run: Run) -> None:
        with run.effects():
            Person.objects.create_user("half@example.com", name="Half")
            raise InputError("file.csv", "breaks")

    handler(breaks_after_writing)
    job = ask()
    run_one("w")
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "file.csv: breaks" in job.error
    assert not named("Half")


def test_what_terrier_refuses_is_not_tried_again_but_what_breaks_is(handler: Any) -> None:
    def break_(run: Run) -> None:
        raise RuntimeError("a bug")

    handler(break_)
    job = ask()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        Job.objects.update(not_before=timezone.now())
        assert run_one("w")
        job.refresh_from_db()
        assert job.attempts == attempt
    assert job.state == State.FAILED
    assert "RuntimeError" in job.error
    assert try_again(job=job).state == State.WAITING


def test_a_job_whose_worker_dies_each_time_is_given_up(handler: Any) -> None:
    job = ask()
    for _ in range(MOST_ATTEMPTS):
        expire(claim_of(job))
    assert claim("w") is None
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "three times" in job.error


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(handler: Any) -> None:
    waiting = ask()
    assert cancel(job=waiting).state == State.CANCELLED

    def is_cancelled_meanwhile(run: Run) -> None:
        cancel(job=Job.objects.get(pk=run.job_id))
        run.step(1, 2, "half")

    handler(is_cancelled_meanwhile)
    running = ask()
    run_one("w")
    running.refresh_from_db()
    assert (running.state, running.done, running.total) == (State.CANCELLED, 1, 2)


def test_a_cancelled_job_has_no_effects(handler: Any) -> None:
    job = claim_of(ask(name="Pat"))
    cancel(job=job)
    with pytest.raises(Cancelled):
        make_person(Run(job.pk, job.token), "Pat")
    assert not named("Pat")


def test_a_leaving_worker_gives_its_job_back_without_counting_it(handler: Any) -> None:
    leaving = threading.Event()

    def long(run: Run) -> None:
        leaving.set()
        run.step(1)

    handler(long)
    job = ask()
    run_one("w", leaving)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.token) == (State.WAITING, 0, None)


def test_the_lease_is_renewed_while_the_handler_computes(handler: Any) -> None:
    seen = []

    def computes(run: Run) -> None:
        before = Job.objects.get(pk=run.job_id).lease_until
        for _ in range(100):
            threading.Event().wait(0.05)
            now = Job.objects.get(pk=run.job_id).lease_until
            if now != before:
                seen.append(now)
                return

    handler(computes)
    ask()
    run_one("w", lease=dt.timedelta(seconds=0.3))
    assert seen


def test_progress_shows_while_the_one_transaction_is_open_and_is_gone_after_it(
    handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terrier.office.jobs.run.BETWEEN_REPORTS", 0)
    seen: list[tuple[int, int, str, bool]] = []

    def work(run: Run) -> None:
        with run.effects():
            for done in (1, 2):
                run.step(done, 4, "Writing")
                other = Job.objects.get(pk=run.job_id)
                look(other)  # as a page does, beside the transaction
                seen.append((other.done, other.total, other.message, other.in_effects))

    handler(work)
    job = ask()
    assert run_one("w")
    assert seen == [(1, 4, "Writing", True), (2, 4, "Writing", True)]
    job.refresh_from_db()
    assert job.state == State.DONE
    assert not list((Path(settings.FILES) / "jobs").iterdir())


def test_what_a_killed_worker_left_says_nothing_of_the_next_one(handler: Any) -> None:
    first = claim_of(ask())
    note(first.pk, first.token, 3, 4, "Writing")
    expire(first)
    second = claim("w")
    assert second is not None
    look(second)
    assert (second.done, second.total, second.in_effects) == (0, 0, False)
    forget(first.pk, first.token)


def test_what_is_being_written_cannot_be_cancelled_any_more(handler: Any) -> None:
    job = claim_of(ask())
    note(job.pk, job.token, 1, 4, "Writing")
    with pytest.raises(RefusedError, match="whole or not at all"):
        cancel(job=job)
    forget(job.pk, job.token)
    assert cancel(job=Job.objects.get(pk=job.pk)).cancel_asked
