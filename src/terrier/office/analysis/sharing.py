"""With whom an analysis is shared. What is shared is the question: each who opens it is answered from their own scope."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from terrier.office.analysis.models import Analysis, Share
from terrier.office.audit.models import Act
from terrier.office.audit.rows import create_row, erase_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError
from terrier.office.people.models import Person, Position

MOST_SHARES = 200


@transaction.atomic
def share_with_person(*, analysis: Analysis, person: Person, author: Author) -> Act | None:
    """Raises RefusedError where it is theirs, or shared with them already."""
    if person.pk == analysis.owner_id:
        raise RefusedError(_("It is %(person)s's own.") % {"person": person}, "person")
    return _share(analysis, Share(analysis=analysis, person=person), str(person), "person", author)


@transaction.atomic
def share_below(*, analysis: Analysis, position: Position, author: Author) -> Act | None:
    """Share it with whoever holds a position, and everybody below, whoever that will be. Raises RefusedError where it is already."""
    return _share(analysis, Share(analysis=analysis, position=position), position.name, "position", author)


@transaction.atomic
def unshare(*, share: Share, author: Author) -> Act | None:
    record = Record(
        author,
        _("No longer shares the analysis “%(name)s” with %(whom)s")
        % {"name": share.analysis.name, "whom": share.person or share.position},
    )
    erase_row(record, share)
    return save_act(record)


def _share(analysis: Analysis, row: Share, whom: str, field: str, author: Author) -> Act | None:
    Analysis.objects.select_for_update().get(pk=analysis.pk)
    shares = Share.objects.filter(analysis=analysis)
    if shares.filter(person=row.person, position=row.position).exists():
        raise RefusedError(_("It is shared with %(whom)s already.") % {"whom": whom}, field)
    if shares.count() >= MOST_SHARES:
        raise RefusedError(_("It is shared %(n)s times: share it below a position instead.") % {"n": MOST_SHARES}, field)  # fmt: skip
    told = {"name": analysis.name, "whom": whom}
    record = Record(author, _("Shared the analysis “%(name)s” with %(whom)s") % told)
    create_row(record, row)
    return save_act(record)
