"""What people do with imports: bring a file, match its columns, leave rows out, commit, undo, discard. (Mending: mending.py.)

Whatever takes longer than a moment is a job (jobs.py); a service moves the import to the state in which the job will find it.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from terrier.errors import TerrierError
from terrier.office.imports.kinds.known import CHECKERS
from terrier.office.imports.matching import missing, remember
from terrier.office.imports.models import AT_WORK, Deed, Import, Mend, Row, State
from terrier.office.imports.staging import unstage
from terrier.office.imports.uploads import keep_upload
from terrier.office.jobs.models import State as JobState
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.people.models import Person

if TYPE_CHECKING:
    from _typeshed import SupportsRead

BEFORE_WORK = {
    State.READING: State.REFUSED,
    State.CHECKING: State.MATCHING,
    State.COMMITTING: State.CHECKED,
    State.UNDOING: State.COMMITTED,
}


class ImportRefusedError(TerrierError, ValueError):
    """Something that cannot be done with an import as it stands."""


def start_import(
    *,
    stream: SupportsRead[bytes],
    name: str,
    author: Person | None,
    kind: str = "",
    options: Mapping[str, Any] | None = None,
) -> Import:
    """Keep a file and have it read. Its kind is guessed from its headings unless it is said."""
    import_ = Import(kind=kind or "accounts", file_name=Path(name).name[-200:] or "file", author=author)
    import_.options = dict(options or {}) | {"kind_said": bool(kind)}
    with keep_upload(import_, stream), transaction.atomic():
        import_.save()
        begin(import_, State.READING, "imports.read", gettext_noop("Reading %(file)s"))
    return import_


@transaction.atomic
def read_again(*, import_: Import, options: Mapping[str, Any]) -> Import:
    """Read the file anew, with another encoding, sheet, header row or decimal sign."""
    held = hold(import_, State.REFUSED, State.MATCHING, State.CHECKED)
    held.options = {
        name: value
        for name, value in (held.options | dict(options)).items()
        if value not in (None, "") and name != "suggested"
    }
    begin(held, State.READING, "imports.read", gettext_noop("Reading %(file)s"))
    return held


@transaction.atomic
def match_columns(
    *, import_: Import, kind: str, mapping: Mapping[str, str], clear_blanks: bool, options: Mapping[str, Any]
) -> Import:
    """Say which column is which field; the check follows.

    Raises ImportRefusedError where a field that the kind cannot do without has no column, or a column is used twice.
    """
    held = hold(import_, State.MATCHING, State.CHECKED)
    if kind not in CHECKERS:
        raise ImportRefusedError(_("There is no such kind of import."))
    chosen = _chosen(held, kind, mapping)
    lacking = missing(kind, chosen)
    if lacking:
        raise ImportRefusedError(" ".join(_unmatched(kind, group) for group in lacking))
    twice = {column for column in chosen.values() if list(chosen.values()).count(column) > 1}
    if twice:
        raise ImportRefusedError(
            _("The column “%(column)s” is matched to two fields.") % {"column": sorted(twice)[0]}
        )
    held.kind, held.mapping, held.clear_blanks = kind, chosen, clear_blanks
    held.options = held.options | dict(options)
    remember(held)
    begin(held, State.CHECKING, "imports.check", gettext_noop("Checking %(file)s"))
    return held


def _unmatched(kind: str, group: tuple[str, ...]) -> str:
    """That a column must be matched to a field, or to one of several."""
    fields = ", ".join(f"“{one.label}”" for one in CHECKERS[kind].FIELDS if one.name in group)
    if len(group) == 1:
        return _("Match a column to %(field)s.") % {"field": fields}
    return _("Match a column to at least one of these: %(fields)s.") % {"fields": fields}


def _chosen(import_: Import, kind: str, mapping: Mapping[str, str]) -> dict[str, str]:
    known = {one.name for one in CHECKERS[kind].FIELDS}
    for name, column in mapping.items():
        if name not in known:
            raise ImportRefusedError(_("There is no field “%(field)s”.") % {"field": name[:64]})
        if column not in import_.columns:
            raise ImportRefusedError(_("The file has no column “%(column)s”.") % {"column": column[:100]})
    return dict(mapping)


def unmatched(field: str) -> str:
    return _("No column is matched to the field “%(field)s”.") % {"field": field[:64]}


@transaction.atomic
def check_again(*, import_: Import) -> Import:
    held = hold(import_, State.CHECKED)
    begin(held, State.CHECKING, "imports.check", gettext_noop("Checking %(file)s"))
    return held


@transaction.atomic
def leave_out_errors(*, import_: Import) -> Import:
    """Leave out every row that has an error, and check the others again."""
    held = hold(import_, State.CHECKED)
    numbers = list(Row.objects.filter(of=held, deed=Deed.ERROR).values_list("number", flat=True))
    known = set(Mend.objects.filter(of=held, number__in=numbers).values_list("number", flat=True))
    Mend.objects.filter(of=held, number__in=known).update(left_out=True)
    Mend.objects.bulk_create(
        [Mend(of=held, number=number, left_out=True) for number in numbers if number not in known],
        batch_size=1000,
    )
    begin(held, State.CHECKING, "imports.check", gettext_noop("Checking %(file)s"))
    return held


@transaction.atomic
def take_back_in(*, import_: Import) -> Import:
    """Bring back every row that was left out."""
    held = hold(import_, State.CHECKED)
    Mend.objects.filter(of=held, left_out=True).update(left_out=False)
    begin(held, State.CHECKING, "imports.check", gettext_noop("Checking %(file)s"))
    return held


def bring_corrections(*, import_: Import, stream: SupportsRead[bytes], name: str) -> Import:
    """Take the file of errors back, mended: its rows replace those they are numbered as."""
    path = import_.path / f"mended{Path(name).suffix.lower()[:10]}"
    with path.open("wb") as out:
        shutil.copyfileobj(stream, out, 2**20)
    with transaction.atomic():
        held = hold(import_, State.CHECKED)
        begin(
            held,
            State.CHECKING,
            "imports.mend",
            gettext_noop("Reading %(file)s"),
            path=path.name,
            name=Path(name).name[-200:],
        )
    return held


@transaction.atomic
def commit_import(*, import_: Import) -> Import:
    """Have everything imported that was checked. All rows or none: rows with errors must be mended or left out first."""
    held = hold(import_, State.CHECKED)
    n_errors = Row.objects.filter(of=held, deed=Deed.ERROR).count()
    if n_errors:
        raise ImportRefusedError(
            ngettext(
                "%(n)s row has an error: mend it or leave it out first.",
                "%(n)s rows have errors: mend them or leave them out first.",
                n_errors,
            )
            % {"n": f"{n_errors:,}"}
        )
    begin(held, State.COMMITTING, "imports.commit", gettext_noop("Importing %(file)s"))
    return held


@transaction.atomic
def undo_import(*, import_: Import, author: Person | None) -> Import:
    """Have a whole import taken back."""
    held = hold(import_, State.COMMITTED)
    if held.act_id is None:
        raise ImportRefusedError(_("This import changed nothing, so there is nothing to undo."))
    begin(
        held,
        State.UNDOING,
        "imports.undo",
        gettext_noop("Undoing %(file)s"),
        author_id=author.pk if author else None,
    )
    return held


def discard_import(*, import_: Import, untouched_since: dt.datetime | None = None) -> None:
    """Forget an import that was not committed: its rows and its file.

    untouched_since : only if nobody has touched it since then.
    """
    with transaction.atomic():
        held = hold(import_, State.REFUSED, State.MATCHING, State.CHECKED)
        if untouched_since is not None and held.touched_at >= untouched_since:
            raise ImportRefusedError(_("Somebody has worked on this import just now."))
        if held.act_id is not None:
            raise ImportRefusedError(_("An import that was committed stays, with its record."))
        Import.objects.filter(pk=held.pk).update(state=State.REFUSED, error="")
    unstage(held)
    held.delete()
    # not before it is certain: a request with an Idempotency-Key may still be taken back
    transaction.on_commit(lambda: shutil.rmtree(held.path, ignore_errors=True))


def standing(import_: Import) -> State:
    """The state that an import is in, seeing that the job it waits for may have failed or been cancelled."""
    job = import_.job
    if import_.state in AT_WORK and job is not None and job.state in (JobState.FAILED, JobState.CANCELLED):
        return BEFORE_WORK[State(import_.state)]
    return State(import_.state)


def why_not(import_: Import) -> str:
    """What went wrong the last time, if anything did."""
    job = import_.job
    if job is not None and import_.state in AT_WORK and job.state in (JobState.FAILED, JobState.CANCELLED):
        return job.error or str(_("It was cancelled."))
    return import_.error


def hold(import_: Import, *states: State) -> Import:
    """The import, locked, if it is in one of some states."""
    held = Import.objects.select_for_update(of=("self",)).select_related("job").get(pk=import_.pk)
    now = standing(held)
    if now not in states:
        raise ImportRefusedError(cannot_be_done(now))
    held.state = now
    return held


def cannot_be_done(now: State) -> str:
    return {
        State.READING: _("The file is being read just now: wait until that is done, or cancel it."),
        State.REFUSED: _("The file could not be read: read it another way, or discard it."),
        State.MATCHING: _("The columns are not matched yet: match them first."),
        State.CHECKING: _("The rows are being checked just now: wait until that is done, or cancel it."),
        State.CHECKED: _("This has been checked and not been imported yet, so that cannot be done."),
        State.COMMITTING: _("This is being imported just now: wait until that is done, or cancel it."),
        State.COMMITTED: _("This has been imported already. It can only be undone now."),
        State.UNDOING: _("This is being undone just now: wait until that is done, or cancel it."),
        State.UNDONE: _("This import was undone. Bring the file once more to import it."),
    }[now]


def begin(import_: Import, state: State, kind: str, summary: str, **payload: Any) -> None:
    import_.state, import_.error = state, ""
    import_.job = enqueue(
        kind,
        author=import_.author,
        summary=said(summary, file=import_.file_name),
        import_id=import_.pk,
        **payload,
    )
    import_.save()
