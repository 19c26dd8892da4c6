"""Invitations: a signed link that lets somebody set their first password. It expires, and works once."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from terrier.office.audit.rows import change_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError
from terrier.office.people.models import Person

SALT = "terrier.office.people.invitations"
LASTS = dt.timedelta(days=7)


@transaction.atomic
def invite(*, person: Person, author: Author) -> str:
    """The address at which somebody sets their first password. Any earlier invitation of theirs no longer works."""
    row = Person.objects.select_for_update().get(pk=person.pk)
    if row.has_usable_password():
        raise RefusedError(
            _("%(person)s has a password already, and can have a new one sent from the sign-in page.")
            % {"person": row}
        )
    if not row.is_active:
        raise RefusedError(_("%(person)s may not sign in. Allow that first.") % {"person": row})
    record = Record(author, _("Invited %(person)s") % {"person": row})
    change_row(record, row, {"invited_at": timezone.now()})
    save_act(record)
    token = signing.dumps({"person": row.pk, "stamp": _stamp(row)}, salt=SALT, compress=False)
    return urljoin(settings.SITE_URL, reverse("people:join", args=[token]))


def send_invitation(*, person: Person, link: str, sender: Person | None) -> None:
    """Mail somebody their invitation, in their language."""
    with override(person.language or settings.LANGUAGE_CODE):
        told = {"person": person, "link": link, "sender": sender, "days": LASTS.days}
        button = {"action_url": link, "action_label": _("Choose a password")}
        send_mail(
            subject=_("You are invited to Terrier"),
            message=render_to_string("people/mail/invitation.txt", told),
            from_email=None,
            recipient_list=[person.email],
            html_message=render_to_string("people/mail/invitation.html", {**told, **button}),
        )


def invited(token: str) -> Person | None:
    """Whom a link invites; None if it is forged, too old, used, or overtaken by a newer one."""
    return _find(token, Person.objects.all())


@transaction.atomic
def accept_invitation(*, token: str, password: str) -> Person:
    """Set the first password of somebody who was invited. Raises RefusedError, or ValidationError for a bad password."""
    person = _find(token, Person.objects.select_for_update())
    if person is None:
        raise RefusedError(_("This invitation no longer works. Ask whoever invited you for a new one."))
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    record = Record(Author(person), _("%(person)s accepted the invitation") % {"person": person})
    change_row(record, person, {"invited_at": None})
    save_act(record)
    return person


def _find(token: str, people: QuerySet[Person]) -> Person | None:
    try:
        told = signing.loads(token, salt=SALT, max_age=LASTS)
        person = people.filter(pk=int(told["person"]), is_active=True).first()
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    if person is None or person.invited_at is None or person.has_usable_password():
        return None
    return person if constant_time_compare(str(told.get("stamp")), _stamp(person)) else None


def _stamp(person: Person) -> str:
    """Changes once the password, the address or the invitation does: so a link works once, and only the newest does."""
    moment = person.invited_at.isoformat() if person.invited_at else ""
    return salted_hmac(SALT, f"{person.pk}|{person.email}|{person.password}|{moment}").hexdigest()[:32]
