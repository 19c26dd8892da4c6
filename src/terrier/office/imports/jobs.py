"""The long work of imports: reading, checking, committing, undoing. Each may be begun again after a crash."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.errors import InputError
from terrier.intake.sealed import ROW, read_sealed
from terrier.office.alignment.new_accounts import place_new_later
from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.audit.undo import NotUndoneError
from terrier.office.imports import cells, refusals
from terrier.office.imports.applying import OutdatedError, apply
from terrier.office.imports.checking import check
from terrier.office.imports.corrections import CorrectionsError, mends_in
from terrier.office.imports.days import order_of
from terrier.office.imports.kinds.known import CHECKERS
from terrier.office.imports.matching import guess, guess_kind, last_kind, missing, remembered
from terrier.office.imports.mending import keep_mends
from terrier.office.imports.models import Import, Kind, State
from terrier.office.imports.purging import put_away_old
from terrier.office.imports.taking_back import take_back
from terrier.office.jobs.registry import job
from terrier.office.jobs.run import Run
from terrier.office.jobs.words import said
from terrier.office.people.models import Person

MOST_ROWS = 1_048_575
"""A full sheet."""
DAYS_READ = 100_000
"""Rows in which it is looked for how days are written."""


@job("imports.read")
def read(run: Run, *, import_id: int) -> dict[str, Any] | None:
    """Read the upload, in a process of its own; guess what it is and which column is which."""
    import_ = Import.objects.get(pk=import_id)
    run.step(0, 0, said("Reading the file"))
    options = import_.options
    try:
        sealed = read_sealed(
            import_.upload,
            import_.texts,
            file=import_.file_name,
            max_rows=MOST_ROWS,
            sheet=options.get("sheet"),
            encoding=options.get("encoding"),
            header_row=int(options.get("header_row") or 1),
            decimal=options.get("decimal"),
        )
    except InputError as error:
        problem = refusals.told(error)
        with run.effects() as result:
            Import.objects.filter(pk=import_id).update(
                state=State.REFUSED,
                error=problem,
                options=options | {"suggested": refusals.suggested(error)},
                touched_at=timezone.now(),
            )
            result["refused"] = problem
        return None
    import_.columns, import_.n_rows = sealed.columns, sealed.n_rows
    import_.options = options | {"delimiter": sealed.delimiter, "read_decimal": sealed.decimal}
    import_.samples = _samples(import_)
    if not options.get("kind_said"):
        import_.kind = last_kind(sealed.columns) or guess_kind(sealed.columns)
    memory = remembered(import_.kind, sealed.columns)
    import_.mapping = memory.mapping if memory else guess(import_.kind, sealed.columns)
    if memory:
        import_.clear_blanks = bool(memory.options.get("clear_blanks"))
        import_.options |= {
            name: memory.options[name] for name in ("decimal", "dates") if name in memory.options
        }
    if not import_.options.get("dates"):
        import_.options |= _dates(import_)
    known = memory is not None and not missing(import_.kind, import_.mapping)
    if known:
        found = check(import_, run.step)
    with run.effects():
        import_.state, import_.error = State.MATCHING, ""
        if known:
            _checked(import_, found)
        import_.save()
    return None


@job("imports.check")
def check_rows(run: Run, *, import_id: int) -> None:
    """The dry run."""
    import_ = Import.objects.get(pk=import_id)
    found = check(import_, run.step)
    with run.effects():
        _checked(import_, found)
        import_.save()


@job("imports.mend")
def mend(run: Run, *, import_id: int, path: str, name: str) -> None:
    """Read the file of errors that somebody mended, take its cells, and check again."""
    import_ = Import.objects.get(pk=import_id)
    run.step(0, 0, said("Reading the file"))
    problem = ""
    try:
        mends = mends_in(import_, import_.path / path, name)
    except InputError as error:
        problem = refusals.told(error)
    except CorrectionsError as error:
        problem = str(error)
    else:
        with transaction.atomic():
            keep_mends(import_, mends)
    found = check(import_, run.step)
    with run.effects():
        _checked(import_, found)
        import_.error = problem
        import_.save()


@job("imports.commit")
def commit(run: Run, *, import_id: int) -> None:
    """Write what was checked, whole. Where others have worked meanwhile it is checked again instead, and shown."""
    import_ = Import.objects.get(pk=import_id)
    if import_.edited:
        found = check(import_, run.step)
        if found["counts"]["error"]:
            _leave_checked(run, import_, found, _("Some rows have errors since others were mended."))
            return
        import_.watermark, import_.counts, import_.edited = found["watermark"], found["counts"], False
        import_.save()
    run.step(0, 0, said("Writing %(n)s rows", n=import_.n_rows))
    try:
        with run.effects() as result:
            held = Import.objects.select_for_update().get(pk=import_id)
            act = apply(held, run.step)
            held.state, held.act, held.error, held.committed_at = State.COMMITTED, act, "", timezone.now()
            held.save()
            result["counts"] = held.counts
            if held.kind == Kind.ACCOUNTS:
                place_new_later(held.author)
        return
    except OutdatedError as error:
        problem = str(error)
    except IntegrityError:
        problem = _(
            "Others have changed something since the check. It was checked again: look at what it would do now."
        )
    _leave_checked(run, import_, check(import_, run.step), problem)


@job("imports.undo")
def undo(run: Run, *, import_id: int, author_id: int | None) -> None:
    """Take a whole import back, through the audit."""
    import_ = Import.objects.select_related("act").get(pk=import_id)
    assert import_.act is not None
    author = Author(Person.objects.filter(pk=author_id or 0).first(), Via.IMPORT)
    run.step(0, 0, said("Taking %(n)s rows back", n=import_.n_rows))
    try:
        with run.effects():
            take_back(import_, author, run.step)
            import_.state, import_.error, import_.undone_at = State.UNDONE, "", timezone.now()
            import_.save()
    except NotUndoneError as error:
        with run.effects():
            import_.state, import_.error = State.COMMITTED, told(error)
            import_.save()


@job("imports.purge", daily=gettext_lazy("Put away the rows of old imports"))
def purge(run: Run) -> dict[str, Any]:
    """Put away the rows and files of imports that nobody has touched for a while."""
    put_away = 0
    for done, total in put_away_old():
        put_away += 1
        run.step(done, total, said("Putting old imports away"))
    return {"put_away": put_away}


def told(error: NotUndoneError) -> str:
    lines = [
        _("%(what)s, %(field)s: the import left “%(left)s”, now it is “%(now)s”.")
        % {"what": one.label, "field": one.field, "left": one.left, "now": one.now}
        if one.field
        else _("%(what)s: %(now)s.") % {"what": one.label, "now": one.now}
        for one in error.differences
    ]
    return "\n".join([str(error), *lines])


def _leave_checked(run: Run, import_: Import, found: dict[str, Any], problem: str) -> None:
    with run.effects():
        _checked(import_, found)
        import_.error = problem
        import_.save()


def _checked(import_: Import, found: dict[str, Any]) -> None:
    import_.state, import_.error, import_.edited = State.CHECKED, "", False
    import_.counts, import_.watermark = found["counts"], found["watermark"]


def _dates(import_: Import) -> dict[str, str]:
    """In which order the file writes days, where its columns of days tell."""
    import polars as pl  # noqa: PLC0415 - heavy, and only a worker needs it

    columns = [
        import_.mapping[one.name]
        for one in CHECKERS[import_.kind].FIELDS
        if one.read is cells.date and one.name in import_.mapping
    ]
    if not columns:
        return {}
    texts = pl.scan_parquet(import_.texts).select(columns).head(DAYS_READ).collect()
    order = order_of({text for name in columns for text in texts[name].drop_nulls()})
    return {"dates": order} if order else {}


def _samples(import_: Import) -> dict[str, list[str]]:
    """The first few different texts of each column, to recognize it by."""
    import polars as pl  # noqa: PLC0415 - heavy, and only a worker needs it

    head = pl.scan_parquet(import_.texts).head(200).collect()
    return {
        name: [str(text)[:60] for text in head[name].drop_nulls().unique(maintain_order=True).head(3)]
        for name in head.columns
        if name != ROW
    }
