"""Searching what was changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.audit.models import Action, Entry, Via
from terrier.office.people.models import Person
from terrier.office.people.scope import visible_to


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; what is empty does not narrow.

    text : a part of the object's name or of the act's summary. since, until : days, the last one included.
    """

    text: str = ""
    object_type: str = ""
    object_id: int | None = None
    account_id: int | None = None
    actor_id: int | None = None
    action: str = ""
    via: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


def read_search(query: Any) -> Search:
    """A search from a page's query string. Raises ValidationError that names the field."""
    given = {name: str(query.get(name, "")).replace("\x00", "").strip() for name in ("q", *Search.__slots__)}
    return Search(
        text=given["q"][:64],
        object_type=given["object_type"][:40],
        object_id=_number("object_id", given["object_id"]),
        account_id=_number("account_id", given["account_id"]),
        actor_id=_number("actor_id", given["actor_id"]),
        action=given["action"] if given["action"] in Action.values else "",
        via=given["via"] if given["via"] in Via.values else "",
        since=_day("since", given["since"]),
        until=_day("until", given["until"]),
    )


def kinds_on_record() -> list[str]:
    """What kinds of object there is anything on record of: a token as much as an account. One look into the index for each."""
    label = Concat("app_label", Value("."), "model")
    found = ContentType.objects.annotate(label=label).filter(
        Exists(Entry.objects.filter(object_type=OuterRef("label")))
    )
    return list(found.values_list("label", flat=True))


def find_entries(person: Person, search: Search) -> QuerySet[Entry]:
    """The entries that a person may see and that a search is after, with their acts and actors."""
    rows = visible_to(person, Entry).select_related("act__actor")
    if search.text:
        rows = rows.filter(Q(object_label__icontains=search.text) | Q(act__summary__icontains=search.text))
    exact = {
        "object_type": search.object_type,
        "object_id": search.object_id,
        "account_id": search.account_id,
        "act__actor": search.actor_id,
        "action": search.action,
        "act__via": search.via,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if search.since:
        rows = rows.filter(act__at__gte=_midnight(search.since))
    if search.until:
        rows = rows.filter(act__at__lt=_midnight(search.until + dt.timedelta(days=1)))
    return rows


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _number(name: str, text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ValidationError({name: _("This must be a whole number.")})
    return int(text)


def _day(name: str, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.max
    if not dt.date(1900, 1, 1) <= day <= dt.date(2999, 1, 1):
        raise ValidationError({name: _("This must be a day such as 2026-11-22.")})
    return day
