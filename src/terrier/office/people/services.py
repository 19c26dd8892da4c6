"""Making and changing people, and whether they may sign in. Each is one act that Undo can take back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row, create_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError, refuse_wrong
from terrier.office.people.lockout import refuse_lockout
from terrier.office.people.models import Person
from terrier.office.people.sessions import end_sessions

EDITABLE = ("name", "email", "phone", "external_id", "language")


@transaction.atomic
def create_person(*, values: Mapping[str, Any], author: Author) -> tuple[Person, Act | None]:
    """Somebody new, who cannot sign in before accepting an invitation."""
    person = Person(**_clean(values))
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    record = Record(author, _("Added %(person)s") % {"person": person})
    create_row(record, person)
    return person, save_act(record)


@transaction.atomic
def edit_person(*, person: Person, values: Mapping[str, Any], author: Author) -> Act | None:
    row = Person.objects.select_for_update().get(pk=person.pk)
    record = Record(author, _("Changed %(person)s") % {"person": row})
    wanted = _clean(values)
    refuse_wrong(row, wanted)
    change_row(record, row, wanted)
    return save_act(record)


@transaction.atomic
def allow_sign_in(*, person: Person, allowed: bool, author: Author) -> Act | None:
    """Let somebody in, or out for good: their sessions end and their API tokens no longer count."""
    row = Person.objects.select_for_update().get(pk=person.pk)
    if not allowed and author.person is not None and author.person.pk == row.pk:
        raise RefusedError(_("You cannot bar yourself. Ask another administrator."))
    told = {"person": row}
    record = Record(
        author,
        _("%(person)s may sign in") % told if allowed else _("%(person)s may no longer sign in") % told,
    )
    change_row(record, row, {"is_active": allowed})
    if not allowed:
        end_sessions(person=row)
        refuse_lockout(author.person)
    return save_act(record)


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that may be set by hand, e-mail in small letters and an empty external id as none."""
    clean = {name: values[name] for name in EDITABLE if name in values}
    if "email" in clean:
        clean["email"] = Person.objects.normalize_email(clean["email"]).lower()
    if "external_id" in clean:
        clean["external_id"] = clean["external_id"] or None
    return clean
