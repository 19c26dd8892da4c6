"""Keeping analyses: save, rename, duplicate, delete; each recorded, so that it can be undone."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from terrier.office.analysis.models import Analysis
from terrier.office.analysis.question import LONGEST_QUERY, Question
from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row, create_row, remove_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError, refuse_wrong
from terrier.office.people.models import Person

LONGEST_NAME = 80
MOST = 500
"""Of one person."""


@transaction.atomic
def save_analysis(*, author: Author, name: str, question: Question) -> tuple[Analysis, Act | None]:
    """Keep a question under a new name. Raises ValidationError where one has an analysis of that name already."""
    owner = _owner(author)
    if owner.analyses.filter(deleted_at__isnull=True).count() >= MOST:
        raise RefusedError(_("You have %(n)s analyses: delete some that you no longer need.") % {"n": MOST})
    row = Analysis(owner=owner, name=_named(name), query=_kept(question))
    row.full_clean()
    record = Record(author, _("Saved the analysis “%(name)s”") % {"name": row.name})
    create_row(record, row)
    return row, save_act(record)


@transaction.atomic
def change_analysis(
    *, analysis: Analysis, author: Author, name: str | None = None, question: Question | None = None
) -> Act | None:
    """Rename an analysis, let it ask something else, or both. Raises ValidationError that names what would be wrong."""
    held = Analysis.objects.select_for_update().get(pk=analysis.pk)
    values = {} if name is None else {"name": _named(name)}
    if question is not None:
        values["query"] = _kept(question)
    refuse_wrong(held, values)
    record = Record(author, _("Changed the analysis “%(name)s”") % {"name": values.get("name", held.name)})
    change_row(record, held, values)
    return save_act(record)


def duplicate_analysis(*, analysis: Analysis, author: Author) -> tuple[Analysis, Act | None]:
    """The same question as an analysis of one's own, under the next name that is free. Nothing of its sharing or sending goes along."""
    taken = set(_owner(author).analyses.filter(deleted_at__isnull=True).values_list("name", flat=True))
    name, n = analysis.name, 1
    while name in taken:
        n += 1
        name = _("%(name)s (%(n)s)") % {"name": analysis.name[: LONGEST_NAME - 6], "n": n}
    return save_analysis(author=author, name=name, question=analysis.question)


@transaction.atomic
def delete_analysis(*, analysis: Analysis, author: Author) -> Act | None:
    """Delete an analysis for all who see it; Undo brings it back with whom it is shared and to whom it is sent."""
    record = Record(author, _("Deleted the analysis “%(name)s”") % {"name": analysis.name})
    remove_row(record, analysis)
    return save_act(record)


def _owner(author: Author) -> Person:
    if author.person is None:
        raise ValueError("an analysis is somebody's")
    return author.person


def _named(name: str) -> str:
    return " ".join(name.split())


def _kept(question: Question) -> str:
    if len(question.query) > LONGEST_QUERY:
        raise ValidationError({"query": _("This asks for too many things at once: choose fewer filters.")})
    return question.query
