"""The long work with files of invoices. Each may be begun again after a crash: the ledger knows a file by its contents."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from terrier.errors import InputError
from terrier.ledger import WriterBusyError
from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.brought.models import State
from terrier.office.jobs.models import Job
from terrier.office.jobs.registry import job
from terrier.office.jobs.run import Run
from terrier.office.jobs.words import said
from terrier.office.sales import gateway, sample_lines, services, warming
from terrier.office.sales.models import Load, LoadKind
from terrier.office.sales.reasons import why
from terrier.office.sales.reporting import keep_refused, money_of, n_refused, report_of

__all__ = ["sample_lines"]  # its job is found by this module

WAIT_SECONDS = 0.5

Answer = TypeVar("Answer")


@job("sales.check")
def check(run: Run, *, load_id: int) -> dict[str, Any] | None:
    """Look at what would become of every row."""
    load = Load.objects.get(pk=load_id)
    run.step(0, 0, said("Checking the rows"))
    try:
        load.columns = gateway.headings(load.upload)
        found = _patiently(
            run, lambda: gateway.take(load.kind, load.upload, load.options, name=load.file_name, dry=True)
        )
    except InputError as error:
        _refuse(run, load, error)
        return None
    keep_refused(load, found)
    with run.effects():
        load.state, load.report, load.problem = State.CHECKED, report_of(found), ""
        load.save()
    return None


@job("sales.load")
def take_in(run: Run, *, load_id: int) -> dict[str, Any] | None:
    """Take a file into the ledger: all its good rows, at once. What happened is noted after, and again if that was cut off."""
    load = Load.objects.get(pk=load_id)
    run.step(0, 0, said("Loading the rows"))
    try:
        found = _patiently(
            run, lambda: gateway.take(load.kind, load.upload, load.options, name=load.file_name)
        )
    except InputError as error:
        _refuse(run, load, error)
        return None
    report = report_of(found)
    landed = found.load
    if landed is None and load.kind == LoadKind.LINES:
        landed = gateway.load_of(load.upload)
        if landed is not None and Load.objects.filter(ledger_id=landed.id).exclude(pk=load.pk).exists():
            landed = None  # the same file, brought before
        elif landed is not None:
            report |= {"n_new": landed.n_lines, "net": money_of(landed.net_cents), "n_known": 0}
            report["notes"] = load.report.get("notes", [])  # that it was loaded before is told of others
    if len(found.refused) or not load.refused.exists():
        keep_refused(load, found)
    else:  # those that were found when it was looked at
        report["n_refused"] = n_refused(load)
    with run.effects() as result:
        author = Author(Job.objects.get(pk=run.job_id).author, Via.JOB)
        services.mark_loaded(load=load, report=report, ledger_id=landed.id if landed else "", author=author)
        result["n_new"] = report["n_new"]
    return None


@job("sales.withdraw")
def withdraw(run: Run, *, load_id: int) -> None:
    load = Load.objects.get(pk=load_id)
    run.step(0, 0, said("Withdrawing the load"))
    _patiently(run, lambda: gateway.take_out(load.ledger_id))
    with run.effects():
        services.mark_withdrawn(load=load, author=Author(Job.objects.get(pk=run.job_id).author, Via.JOB))


@job("sales.warm", after=warming.version, called=said("Reckon figures ahead"))
def warm(run: Run) -> None:
    """Reckon what desks open with, after lines or coverage changed. Jobs that people wait for go first."""

    def between(done: int, total: int) -> None:
        run.step(done, total, said("Reckoning figures ahead"))
        if done:
            run.give_way()

    warming.warm(between)


def _refuse(run: Run, load: Load, error: InputError) -> None:
    named = replace(error, file=load.file_name)  # not where the server keeps it
    with run.effects() as result:
        load.state, load.problem = State.REFUSED, why(named)
        load.save()
        result["refused"] = load.problem


def _patiently(run: Run, do: Callable[[], Answer]) -> Answer:
    """Wait while another process writes to the ledger."""
    while True:
        try:
            return do()
        except WriterBusyError:
            run.step(0, 0, said("Another load is under way"))
            time.sleep(WAIT_SECONDS)
