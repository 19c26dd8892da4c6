"""The sample company's invoices: made up and loaded by a worker, so that its office opens at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.brought.models import State
from terrier.office.jobs.models import Job
from terrier.office.jobs.registry import job
from terrier.office.jobs.run import Run
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.sales import gateway
from terrier.office.sales.models import Load, LoadKind
from terrier.office.sales.reporting import report_of
from terrier.office.sales.services import mark_loaded
from terrier.sample import draw_sales, generate

KIND = "sales.sample"


def ask_for_lines(n_accounts: int, n_territories: int, seed: int) -> Job:
    """Have the invoices of the sample company made up to today, and loaded."""
    return enqueue(
        KIND,
        author=None,
        summary=said("Making up three years of invoices"),
        key=f"{KIND} {n_accounts} {n_territories} {seed}",
        n_accounts=n_accounts,
        n_territories=n_territories,
        seed=seed,
        until=timezone.localdate().isoformat(),
    )


@job(KIND)
def load_sample(run: Run, *, n_accounts: int, n_territories: int, seed: int, until: str) -> dict[str, Any]:
    """The same lines whenever it is begun again: what has landed stays, the rest follows."""
    run.beat(done=1, total=10, message=_("Making up three years of invoices"))
    accounts = generate(n_accounts, n_territories, seed).accounts
    # Up to and with the day: the office asks what was sold until today.
    sales = draw_sales(accounts, dt.date.fromisoformat(until) + dt.timedelta(days=1), seed)
    run.beat(done=3, total=10, message=_("Loading %(n)s invoice lines") % {"n": f"{len(sales.lines):,}"})
    _land(run, LoadKind.PRODUCTS, "products.parquet", sales.products)
    _land(run, LoadKind.LINES, "lines.parquet", sales.lines)
    return {"n_lines": len(sales.lines)}


def _land(run: Run, kind: LoadKind, name: str, table: pl.DataFrame) -> None:
    load, _made = Load.objects.get_or_create(kind=kind, file_name=name, author=None)
    if load.state == State.LOADED:
        return
    load.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path: Path = load.upload
    table.write_parquet(path)
    load.n_bytes = path.stat().st_size
    found = gateway.take(kind, path, {}, name=name)
    landed = found.load or (gateway.load_of(path) if kind == LoadKind.LINES else None)
    report = report_of(found)
    if landed is not None:
        report |= {"n_new": landed.n_lines}
    mark_loaded(load=load, report=report, ledger_id=landed.id if landed else "", author=Author(None, Via.JOB))
