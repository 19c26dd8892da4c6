"""What somebody has besides a password: an authenticator app, passkeys, recovery codes."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from terrier.office.audit.models import Act, Action
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError
from terrier.office.people.models import Person


@dataclass(frozen=True, slots=True)
class Factors:
    has_app: bool
    passkeys: tuple[Authenticator, ...]
    n_codes_left: int | None

    @property
    def any(self) -> bool:
        return self.has_app or bool(self.passkeys)


def factors_of(person: Person) -> Factors:
    rows = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return Factors(
        has_app=any(row.type == Authenticator.Type.TOTP for row in rows),
        passkeys=tuple(row for row in rows if row.type == Authenticator.Type.WEBAUTHN),
        n_codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
    )


@transaction.atomic
def remove_second_factors(*, person: Person, author: Author) -> Act | None:
    """For somebody who lost their phone and their codes: the password alone is asked for again. Cannot be undone."""
    rows = list(Authenticator.objects.filter(user=person))
    if not rows:
        raise RefusedError(_("%(person)s has no second factor.") % {"person": person})
    record = Record(author, _("Removed the second factors of %(person)s") % {"person": person})
    for row in rows:
        record.add(Action.DELETE, row, {"type": (row.type, None)})  # what it held is a secret, and not told
        row.delete()
    return save_act(record)
