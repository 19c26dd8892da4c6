"""Nobody locks the whole company out: somebody who may edit people must be able to sign in after every change."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.errors import RefusedError
from terrier.office.people.models import Incumbency, Person
from terrier.office.people.permissions import ALLOWED, May

KEEPERS = frozenset(role for role, deeds in ALLOWED.items() if May.EDIT_PEOPLE in deeds)


def refuse_lockout(author: Person | None) -> None:
    """To be asked after a change, in its transaction: is anybody left today who could take it back?

    Commands and imports, which have no author, may do what they like: they come from whoever runs the machine.
    """
    if author is None:
        return
    left = Incumbency.objects.on(timezone.localdate()).filter(
        position__role__in=KEEPERS, person__is_active=True
    )
    if not left.exists():
        raise RefusedError(
            _("Nobody would be left who may edit people. Make somebody else an administrator first.")
        )
