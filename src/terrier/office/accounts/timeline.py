"""All that happened with an account, newest first: events, notes, changes, and who came to cover it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from terrier.office.accounts.models import (
    Account,
    Channel,
    ContactRole,
    Event,
    EventKind,
    Note,
    Stance,
    Status,
)
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.undo import may_undo
from terrier.office.people.models import Person
from terrier.office.people.scope import visible_to

SIZE = 20

TOLD_ELSEWHERE = ("accounts.event", "accounts.note", "alignment.coverage")
"""Kinds of objects that stand in the timeline themselves; of their entries only changes are shown."""

ICONS = {
    EventKind.CALL: "phone",
    EventKind.VISIT: "map-pin",
    EventKind.EMAIL: "mail",
    EventKind.ORDER: "package",
    EventKind.COMPLAINT: "flag",
    EventKind.OTHER: "message-square",
}
CHOICES = {
    str(value): label
    for choices in (Status, Channel, ContactRole, Stance)
    for value, label in choices.choices
}


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened. kind and pk : what to edit, if it can be; act : what Undo would take back."""

    at: dt.datetime
    icon: str
    title: str
    text: str = ""
    who: str = ""
    kind: str = ""
    pk: int = 0
    act: Act | None = None
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    items: list[Item]
    before: str


def story_of(person: Person, account: Account, before: dt.datetime | None = None, size: int = SIZE) -> Story:
    """The latest ``size`` items before a moment. Each source is read only as far as a page can need."""
    until = before or timezone.now() + dt.timedelta(days=36500)
    found = [
        *_events(person, account, until, size),
        *_notes(person, account, until, size),
        *_coverage(person, account, until, size),
        *_changes(person, account, until, size),
    ]
    found.sort(key=lambda item: item.at, reverse=True)
    return Story(found[:size], found[size - 1].at.isoformat() if len(found) > size else "")


def _events(person: Person, account: Account, until: dt.datetime, size: int) -> Iterable[Item]:
    rows = visible_to(person, Event).filter(account=account, deleted_at__isnull=True, happened_at__lt=until)
    for row in rows.select_related("author", "contact").order_by("-happened_at", "-id")[: size + 1]:
        label = row.get_kind_display()
        title = f"{label}: {row.contact}" if row.contact else str(label)
        if row.amount is not None:
            title = f"{title}, ${localize(row.amount)}"
        text = "" if row.summary == str(label) else row.summary
        yield Item(
            row.happened_at, ICONS[EventKind(row.kind)], title, text, _name(row.author), "event", row.pk
        )


def _notes(person: Person, account: Account, until: dt.datetime, size: int) -> Iterable[Item]:
    rows = visible_to(person, Note).filter(account=account, deleted_at__isnull=True, created_at__lt=until)
    for row in rows.select_related("author").order_by("-created_at", "-id")[: size + 1]:
        yield Item(row.created_at, "file-text", _("Note"), row.text, _name(row.author), "note", row.pk)


def _coverage(person: Person, account: Account, until: dt.datetime, size: int) -> Iterable[Item]:
    rows = visible_to(person, Coverage).filter(account=account, starts_on__lt=timezone.localdate(until))
    for row in rows.select_related("position", "author").order_by("-starts_on", "-id")[: size + 1]:
        at = timezone.make_aware(dt.datetime.combine(row.starts_on, dt.time()))
        if at >= until:
            continue
        told = {"position": row.position, "share": f"{row.split:.0%}"}
        title = (
            _("%(position)s holds it") % told
            if row.kind == CoverageKind.PRIMARY
            else _("%(position)s shares %(share)s of the credit") % told
        )
        yield Item(at, "user-plus", title, row.reason, _name(row.author))


def _changes(person: Person, account: Account, until: dt.datetime, size: int) -> Iterable[Item]:
    rows = (
        visible_to(person, Entry)
        .filter(account_id=account.pk, act__at__lt=until)
        .exclude(object_type__in=TOLD_ELSEWHERE, action=Action.CREATE)
        .select_related("act__actor", "act__undone_by")
        .order_by("-id")[: size + 1]
    )
    seen: dict[Any, Item] = {}
    for row in rows:
        item = seen.get(row.act_id)
        if item is None:
            undone = getattr(row.act, "undone_by", None) is not None
            item = seen[row.act_id] = Item(
                at=row.act.at,
                icon="undo-2"
                if row.act.undoes_id
                else ("trash-2" if row.action == Action.DELETE else "pencil"),
                title=_("%(act)s (undone since)") % {"act": row.act.summary} if undone else row.act.summary,
                who=_name(row.act.actor),
                act=None if undone or not may_undo(person, row.act) else row.act,
            )
        if row.action == Action.UPDATE:
            item.changes.extend(_told(row))
    return seen.values()


def _told(entry: Entry) -> Iterable[Change]:
    from django.apps import apps  # noqa: PLC0415 - models are read by then

    model = apps.get_model(entry.object_type)
    for name, (before, after) in entry.changes.items():
        if name in ("chain", "parent"):
            continue
        label = str(getattr(model._meta.get_field(name), "verbose_name", name))
        yield Change(label, _shown(before), _shown(after))


def _shown(value: Any) -> str:
    if value in (None, "", []):
        return "–"
    return str(CHOICES.get(value, value)) if isinstance(value, str) else str(value)


def _name(person: Person | None) -> str:
    return person.name if person else ""
