"""Setting warnings aside and bringing them back, and saying from where on the office warns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row, create_row, erase_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.desks.models import Dismissal, Limits
from terrier.office.desks.warning import Warned
from terrier.office.errors import RefusedError, refuse_wrong

LONGEST_REASON = 200


@transaction.atomic
def dismiss_warning(*, warned: Warned, reason: str, author: Author) -> Act | None:
    """Set a warning aside until it changes. Whoever sees it from then on sees who set it aside, and why."""
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise RefusedError(_("Say why, in 1 to %(n)s characters.") % {"n": LONGEST_REASON}, "reason")
    record = Record(author, _("Set aside the warning “%(title)s”") % {"title": warned.title})
    values = {
        "figure": warned.figure,
        "reason": said,
        "title": warned.title[:160],
        "author": author.person,
    }
    held = Dismissal.objects.select_for_update().filter(key=warned.key).first()
    if held is None:
        create_row(record, Dismissal(key=warned.key, kind=warned.kind, **values))
    else:
        change_row(record, held, values)
    return save_act(record)


@transaction.atomic
def restore_warning(*, dismissal: Dismissal, author: Author) -> Act | None:
    """Bring back a warning that was set aside."""
    record = Record(author, _("Brought back the warning “%(title)s”") % {"title": dismissal.title})
    erase_row(record, dismissal)
    return save_act(record)


@transaction.atomic
def set_limits(*, values: Mapping[str, Any], author: Author) -> Act | None:
    """Say from where on the office warns. Raises ValidationError that names each value that would be wrong."""
    record = Record(author, _("Changed when the office warns"))
    held = Limits.objects.select_for_update().filter(pk=1).first()
    if held is None:
        row = Limits(pk=1, **values)
        row.full_clean()
        create_row(record, row)
    else:
        refuse_wrong(held, values)
        change_row(record, held, values)
    return save_act(record)
