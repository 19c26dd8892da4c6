"""Asking how many people a region needs, and forgetting an answer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.audit.models import Act
from terrier.office.audit.rows import erase_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError
from terrier.office.headcount.choices import SizeChoices
from terrier.office.headcount.field import field_accounts
from terrier.office.headcount.models import HeadCount
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.people.models import Position

KIND = "headcount.size"


@transaction.atomic
def ask_head_count(*, root: Position, choices: SizeChoices, author: Author, note: str = "") -> HeadCount:
    """Ask how many people the field below a position needs; a job answers.

    Raises RefusedError if the field holds no more accounts than the fewest people to look at.
    """
    n_accounts = field_accounts(root, timezone.localdate()).count()
    if n_accounts <= choices.fewest:
        raise RefusedError(
            _("The field below %(root)s holds %(n)s accounts: too few for %(fewest)s people.")
            % {"root": root.name, "n": n_accounts, "fewest": choices.fewest},
            "fewest",
        )
    asked = HeadCount.objects.create(
        root=root, choices=choices.model_dump(mode="json"), note=note[:200], author=author.person
    )
    asked.job = enqueue(
        KIND,
        author=author.person,
        summary=said("How many people for %(root)s", root=root.name),
        head_count_id=asked.pk,
    )
    asked.save(update_fields=["job"])
    return asked


@transaction.atomic
def forget_head_count(*, head_count: HeadCount, author: Author) -> Act | None:
    """Delete a head count. Its record stays, so that it can be brought back."""
    if head_count.job is not None and not head_count.job.ended:
        raise RefusedError(_("It is still being worked on: cancel it first."))
    record = Record(author, _("Deleted a head count of %(root)s") % {"root": head_count.root.name})
    erase_row(record, head_count)
    return save_act(record)
