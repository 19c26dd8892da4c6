"""API tokens: keys with which programs act as a person. The key is shown once; only its hash is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from functools import cache

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.audit.models import Act, Action
from terrier.office.audit.rows import change_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError
from terrier.office.people.models import ApiToken, Person
from terrier.office.statements import as_read, asked, columns

MARK = "terrier_"
SHOWN = 12
LONGEST = 200
MOST_DAYS = 366
MOST_TOKENS = 20
USE_IS_NOTED_EVERY = dt.timedelta(minutes=10)

PERSON = tuple(field.attname for field in Person._meta.concrete_fields)


@cache
def _of_token() -> str:
    return (
        f"SELECT {columns(Person, 'person', PERSON)}, token.id, token.last_used_at >= %s"
        f" FROM {ApiToken._meta.db_table} token JOIN {Person._meta.db_table} person ON person.id = token.person_id"
        " WHERE token.digest = %s AND token.revoked_at IS NULL AND token.expires_at > %s AND person.is_active"
    )


@transaction.atomic
def create_token(*, person: Person, name: str, days: int, author: Author) -> tuple[ApiToken, str]:
    """A new token, and its key: show it now, since nobody can find it again."""
    if not 1 <= days <= MOST_DAYS:
        raise RefusedError(
            _("A token lasts between 1 and %(most)d days (found %(days)d).")
            % {"most": MOST_DAYS, "days": days},
            "days",
        )
    if valid_tokens(person).count() >= MOST_TOKENS:
        raise RefusedError(
            _("%(most)d tokens are the most one can have. Revoke one first.") % {"most": MOST_TOKENS}
        )
    raw = MARK + secrets.token_urlsafe(32)
    token = ApiToken(
        person=person,
        name=name.strip(),
        prefix=raw[:SHOWN],
        digest=_digest(raw),
        expires_at=timezone.now() + dt.timedelta(days=days),
    )
    token.full_clean()
    token.save()
    record = Record(author, _("Made the API token %(token)s") % {"token": token})
    told = {"person": person.pk, "name": token.name, "expires_at": token.expires_at}
    record.add(Action.CREATE, token, {field: (None, value) for field, value in told.items()})
    save_act(record)
    return token, raw


@transaction.atomic
def revoke_token(*, token: ApiToken, author: Author) -> Act | None:
    """End a token now. It cannot be brought back."""
    row = ApiToken.objects.select_for_update().get(pk=token.pk)
    if row.revoked_at is not None:
        return None
    record = Record(author, _("Revoked the API token %(token)s") % {"token": row})
    change_row(record, row, {"revoked_at": timezone.now()})
    return save_act(record)


def person_of_token(raw: str) -> Person | None:
    """Whom a key stands for; None if it is unknown, expired or revoked, or if that person may not sign in."""
    if not raw.startswith(MARK) or len(raw) > LONGEST:
        return None
    now = timezone.now()
    moment = connection.ops.adapt_datetimefield_value
    found = asked(_of_token(), [moment(now - USE_IS_NOTED_EVERY), _digest(raw), moment(now)])
    for *told, token, use_is_noted in as_read(Person, PERSON, found):
        if not use_is_noted:
            ApiToken.objects.filter(pk=token).update(last_used_at=now)
        return Person.from_db(connection.alias, PERSON, told)
    return None


def valid_tokens(person: Person) -> QuerySet[ApiToken]:
    """The tokens of a person that count today."""
    return ApiToken.objects.filter(person=person, revoked_at=None, expires_at__gt=timezone.now())


def _digest(raw: str) -> str:
    """A key is long and random, so that a quick hash is as good as a slow one."""
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
