"""Every service that writes opens an act and records what it did to each object; Undo takes an act back by its record."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.audit.models import Act, Action, Entry, Via
from terrier.office.people.models import Person

Changes = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts, and by which door."""

    person: Person | None
    via: str = Via.WEB


@dataclass(slots=True)
class Record:
    """An act being written: collects entries, and saves them all at once with ``save_act``."""

    author: Author
    summary: str
    undoes: Act | None = None
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    entries: list[Entry] = field(default_factory=list)

    def add(self, action: str, row: models.Model, changes: Changes) -> None:
        """One object's entry; an update that changed nothing leaves none."""
        if action == Action.UPDATE and not changes:
            return
        self.entries.append(
            Entry(
                act_id=self.id,
                action=action,
                object_type=row._meta.label_lower,
                object_id=row.pk,
                object_label=str(row)[:160],
                account_id=account_of(row),
                changes={name: [plain(before), plain(after)] for name, (before, after) in changes.items()},
            )
        )


def begin_act(record: Record) -> Act:
    """Write an act before its entries are known: where they are written set by set, and not by `save_act`."""
    return Act.objects.create(
        id=record.id,
        at=timezone.now(),
        actor=record.author.person,
        via=record.author.via,
        summary=record.summary[:200],
        undoes=record.undoes,
    )


def undoing(act: Act, author: Author) -> Record:
    """The record of an act that takes another one back."""
    return Record(author, _("Undone: %(act)s") % {"act": act.summary}, undoes=act)


def save_act(record: Record) -> Act | None:
    """Write an act and its entries, in the transaction of what it did. None if nothing was changed."""
    if not record.entries:
        return None
    act = begin_act(record)
    Entry.objects.bulk_create(record.entries, batch_size=1000)
    return act


def state_of(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The values of some fields, foreign keys as their numbers: what to compare before and after."""
    return {name: getattr(row, row._meta.get_field(name).attname) for name in names}  # type: ignore[union-attr]


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def account_of(row: models.Model) -> int | None:
    """The account an object belongs to, which decides who may see its history."""
    if row._meta.label_lower == "accounts.account":
        return int(row.pk)
    return getattr(row, "account_id", None)


def plain(value: Any) -> Any:
    """A value as JSON can hold it and ``Field.to_python`` can read it back."""
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)
