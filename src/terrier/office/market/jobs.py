"""The long work with files of market potential: reading them, and letting them count. Each may be begun again after a crash."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from django.db.models import Count

from terrier.errors import InputError
from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.brought.models import State
from terrier.office.brought.services import note_loaded
from terrier.office.jobs.models import Job
from terrier.office.jobs.registry import job
from terrier.office.jobs.run import Run
from terrier.office.jobs.words import said
from terrier.office.market.models import Source
from terrier.office.market.reading import TOLD, Found, headings, read_source
from terrier.office.market.reasons import why
from terrier.office.market.services import write_figures


@job("market.check")
def check(run: Run, *, source_id: int, at_once: bool = False) -> dict[str, Any] | None:
    """Look at what a file tells, and of which areas."""
    source = Source.objects.get(pk=source_id)
    run.step(0, 3, said("Reading the file"))
    try:
        source.columns = headings(source.upload)
        run.step(1, 3, said("Finding its areas"))
        found = read_source(source.kind, source.upload, source.options)
        found = replace(found, notes=(*found.notes, *told_before(source, found.rows)))
    except InputError as error:
        named = replace(error, file=source.file_name)  # not where the server keeps it
        with run.effects() as result:
            source.state, source.problem, source.report = State.REFUSED, why(named), {}
            source.save()
            result["refused"] = source.problem
        return None
    keep(source, found)
    with run.effects() as result:
        source.state, source.report, source.problem = State.CHECKED, report_of(found), ""
        source.save()
        if at_once:
            write_figures(source, found.rows)
            note_loaded(source, _author(run, Via.JOB))
        result["n_areas"] = source.report["n_areas"]
    return None


@job("market.load")
def load(run: Run, *, source_id: int, via: str = Via.JOB) -> dict[str, Any] | None:
    """Let a file count: all of it at once, or nothing."""
    source = Source.objects.get(pk=source_id)
    run.step(0, 2, said("Loading the areas"))
    rows = pl.read_parquet(source.matched)
    with run.effects() as result:
        write_figures(source, rows)
        note_loaded(source, _author(run, via))
        result["n_areas"] = rows["area"].n_unique()
    return None


def told_before(source: Source, rows: pl.DataFrame) -> list[str]:
    """A note where a file that counts tells exactly the same: loading it once more changes nothing."""
    told = set(rows.select(TOLD.keys()).iter_rows())
    others = Source.objects.filter(state=State.LOADED, kind=source.kind).exclude(pk=source.pk)
    for other in others.annotate(n=Count("figures")).filter(n=len(rows)).order_by("-loaded_at"):
        if told == set(other.figures.values_list(*TOLD)):
            return [f"Tells the same as {other.file_name}, file {other.pk}, which counts already."]
    return []


def keep(source: Source, found: Found) -> None:
    """Keep what was found beside the file, to show it and to load it."""
    source.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    found.rows.write_parquet(source.matched)
    found.refused.write_parquet(source.refused)
    found.unmatched.write_parquet(source.unmatched)


def report_of(found: Found) -> dict[str, Any]:
    """What a file tells, in numbers that the page can show and JSON can hold."""
    rows = found.rows
    places, cents = rows["establishments"], rows["potential_cents"]
    return {
        "kind": found.kind,
        "n_codes": found.n_codes,
        "n_areas": rows["area"].n_unique(),
        "n_customers": None if places.null_count() == len(places) else int(places.sum()),
        "potential": None if cents.null_count() == len(cents) else int(cents.sum()) // 100,
        "n_unmatched": len(found.unmatched),
        "n_refused": len(found.refused),
        "notes": list(found.notes),
    }


def _author(run: Run, via: str) -> Author:
    return Author(Job.objects.get(pk=run.job_id).author, via)
