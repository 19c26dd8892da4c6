"""Undo: take an act back by its record, if what it left is still as it left it. Undoing an undo does the act again.

All or nothing: each batch is compared before it is written, and whatever has changed since rolls the whole back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models.deletion import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.errors import TerrierError
from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.rows import BATCH, told_fields, write_columns
from terrier.office.audit.services import Author, Record, begin_act, plain, undoing
from terrier.office.jobs.progress import Report, quietly
from terrier.office.jobs.words import said
from terrier.office.people.models import Person
from terrier.office.people.permissions import May, may
from terrier.office.people.scope import visible_to

MOST_TOLD = 20

BLANK: tuple[Any, ...] = (None, "", [])
"""What a field holds that nobody has filled."""

OPPOSITE = {Action.UPDATE: Action.UPDATE, Action.DELETE: Action.RESTORE, Action.RESTORE: Action.DELETE}

TAKERS: list[Callable[[Act, Author], Act | None]] = []
"""Who takes acts back otherwise than row by row: each is asked in turn, and says None of what is not its own. Apps add theirs
when Django starts."""

OF_PEOPLE = ("people.person", "people.position", "people.incumbency", "people.reportingline")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is no longer as the act left it."""

    label: str
    field: str
    left: str
    now: str

    def __str__(self) -> str:
        if not self.field:
            return f"{self.label}: {self.now}."
        return _("%(label)s, %(field)s: left as “%(left)s”, now “%(now)s”.") % {
            "label": self.label,
            "field": self.field,
            "left": self.left,
            "now": self.now,
        }


class NotUndoneError(TerrierError, ValueError):
    """An act that cannot be taken back: its text says why, ``differences`` what has changed since (the first few)."""

    def __init__(self, reason: str, differences: Sequence[Difference] = ()) -> None:
        super().__init__(reason)
        self.differences = tuple(differences)

    def told(self, most: int = 3) -> str:
        """Why, with the first few of what has changed."""
        return " ".join([str(self), *(str(one) for one in self.differences[:most])])


def may_undo(person: Person, act: Act) -> bool:
    """Whether Undo is offered: on one's own acts, and on others' to those who may search the record."""
    return act.actor_id == person.pk or may(person, May.SEE_AUDIT)


def undoable(person: Person, act: Act) -> bool:
    """Whether a person may take an act back: all that it touched must lie within their scope, but for what they did today, which
    may itself have put it outside."""
    if not may_undo(person, act):
        return False
    if Entry.objects.filter(act=act, object_type__in=OF_PEOPLE).exists() and not may(person, May.EDIT_PEOPLE):
        return False  # taking back what was done to people is to edit them
    if act.actor_id == person.pk and timezone.localdate(act.at) == timezone.localdate():
        return True
    return not Entry.objects.filter(act=act).exclude(pk__in=visible_to(person, Entry).values("pk")).exists()


@transaction.atomic
def undo_act(*, act: Act, author: Author, report: Report = quietly) -> Act:
    """Put back what an act changed, delete what it made, bring back what it deleted; recorded as an act of its own.

    Raises NotUndoneError if it was undone already or if what it left has changed since.
    """
    act = Act.objects.select_for_update().get(pk=act.pk)
    if Act.objects.filter(undoes=act).exists():
        raise NotUndoneError(_("This was undone already."))
    for take_back in TAKERS:
        if (taken_back := take_back(act, author)) is not None:
            return taken_back
    record = undoing(act, author)
    undone = begin_act(record)
    differences: list[Difference] = []
    touched: dict[type[models.Model], set[int]] = {}
    total, done = Entry.objects.filter(act=act).count(), 0
    try:
        for model, action, entries in _runs(act):
            report(done, total, said("Putting everything back"))
            done += len(entries)
            differences += _take_back(record, model, action, entries)
            if len(differences) >= MOST_TOLD:
                break
            touched.setdefault(model, set()).update(entry.object_id for entry in entries)
            Entry.objects.bulk_create(record.entries)
            record.entries.clear()
    except (IntegrityError, ProtectedError) as error:
        raise NotUndoneError(_("Other things have come to depend on this since.")) from error
    if differences:
        raise NotUndoneError(_("This has changed since, so nothing was undone."), differences[:MOST_TOLD])
    _refuse_broken(touched)
    return undone


def _runs(act: Act) -> Iterator[tuple[type[models.Model], str, list[Entry]]]:
    """An act's entries from the last to the first, in runs of one model and one action that name no object twice."""
    last: int | None = None
    while True:
        rows = Entry.objects.filter(act=act).order_by("-id")
        batch = list(rows[:BATCH] if last is None else rows.filter(id__lt=last)[:BATCH])
        if not batch:
            return
        last = batch[-1].pk
        for (label, action), run in groupby(batch, key=lambda entry: (entry.object_type, entry.action)):
            seen: dict[int, Entry] = {}
            for entry in run:
                if entry.object_id in seen:
                    yield apps.get_model(label), action, list(seen.values())
                    seen = {}
                seen[entry.object_id] = entry
            yield apps.get_model(label), action, list(seen.values())


def _take_back(
    record: Record, model: type[models.Model], action: str, entries: list[Entry]
) -> list[Difference]:
    removable = is_removable(model)
    if action == Action.DELETE and not removable:
        return _make_again(record, model, entries)
    rows = model._base_manager.select_for_update().in_bulk([entry.object_id for entry in entries])
    differences = [one for entry in entries for one in differences_of(rows.get(entry.object_id), entry)]
    if differences:
        return differences
    if action != Action.CREATE:
        _put_back(record, model, OPPOSITE[Action(action)], rows, entries)
    elif removable:
        leaning = _leaning_on(model, list(rows))
        if leaning:
            return leaning
        _delete_softly(record, model, rows, entries)
    else:
        _delete(record, model, rows, entries)
    return []


def _leaning_on(model: type[models.Model], ids: Sequence[Any]) -> list[Difference]:
    """What has come to belong to objects since they were made, and would vanish from sight with them: the first few. What
    the same act made beside them is gone by now."""
    found: list[Difference] = []
    for relation in model._meta.related_objects:
        other: Any = relation.related_model
        if relation.on_delete is not models.CASCADE or not relation.one_to_many:
            continue
        rows = other._base_manager.filter(**{f"{relation.field.name}__in": ids})
        if is_removable(other):
            rows = rows.filter(deleted_at__isnull=True)
        for row in rows.select_related(relation.field.name)[:MOST_TOLD]:
            said = _("%(kind)s “%(row)s” was added since") % {"kind": other._meta.verbose_name, "row": row}
            found.append(Difference(str(getattr(row, relation.field.name)), "", "", said))
    return found[:MOST_TOLD]


def is_removable(model: type[models.Model]) -> bool:
    """Whether rows are deleted softly: they stay, with the time."""
    return any(field.name == "deleted_at" for field in model._meta.concrete_fields)


def differences_of(row: models.Model | None, entry: Entry) -> list[Difference]:
    """Where an object is no longer as the entry's act left it. What was made is compared whole: its entry leaves out what
    it started without."""
    if row is None:
        return [Difference(entry.object_label, "", "", _("no longer there"))]
    compared = {name: _value(row, name, after) for name, (_before, after) in entry.changes.items()}
    if entry.action == Action.CREATE:
        compared = {name: _start(row, name) for name in fillable(type(row))} | compared
    found = []
    for name, left in compared.items():
        now = _now(row, name)
        if now != left and not (now in BLANK and (left in BLANK or name not in entry.changes)):
            label = str(getattr(row._meta.get_field(name), "verbose_name", name))
            found.append(Difference(entry.object_label, label, _shown(left), _shown(now)))
    if entry.action == Action.CREATE and getattr(row, "deleted_at", None) is not None:
        found.append(Difference(entry.object_label, "", "", _("deleted since")))
    return found


def fillable(model: type[models.Model]) -> list[str]:
    """The fields that people fill; what Terrier itself notes in a row is nobody's work."""
    plain_ones = [name for name in told_fields(model) if getattr(model._meta.get_field(name), "editable", 0)]
    return [*plain_ones, *(field.name for field in model._meta.many_to_many)]


def _start(row: models.Model, name: str) -> Any:
    """What a field holds that a making does not tell of."""
    field: Any = row._meta.get_field(name)
    return [] if field.many_to_many else field.to_python(field.get_default())


def _shown(value: Any) -> str:
    return _("nothing") if value in BLANK else str(plain(value))


def _now(row: models.Model, name: str) -> Any:
    field: Any = row._meta.get_field(name)
    if field.many_to_many:
        return sorted(getattr(row, name).values_list("pk", flat=True))
    return field.to_python(getattr(row, field.attname))


def _value(row: models.Model, name: str, stored: Any) -> Any:
    field: Any = row._meta.get_field(name)
    if field.many_to_many:
        return sorted(stored or [])
    return None if stored is None else field.to_python(stored)


def _put_back(
    record: Record,
    model: type[models.Model],
    action: str,
    rows: dict[Any, models.Model],
    entries: list[Entry],
) -> None:
    by_fields: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for entry in entries:
        row = rows[entry.object_id]
        columns = []
        for name, (before, _after) in entry.changes.items():
            field: Any = model._meta.get_field(name)
            value = _value(row, name, before)
            if field.many_to_many:
                getattr(row, name).set(value)
                continue
            columns.append(name)
            setattr(row, field.attname, _blank(field) if value is None else value)
        by_fields.setdefault(tuple(columns), []).append(
            (row.pk, *(getattr(row, _column(model, name)) for name in columns))
        )
        record.add(action, row, {name: (after, before) for name, (before, after) in entry.changes.items()})
    make_way: Any = getattr(model, "make_way", None)
    if make_way is not None:
        make_way(list(rows))
    for names, values in by_fields.items():
        if names:
            write_columns(model, names, values)


def _column(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "attname"))  # noqa: B009 - relations of the other side have none


def _blank(field: Any) -> Any:
    """Nothing, as a field holds it: texts are never null unless they say so."""
    return None if field.null else ""


def _delete_softly(
    record: Record, model: type[models.Model], rows: dict[Any, models.Model], entries: list[Entry]
) -> None:
    now = timezone.now()
    write_columns(model, ["deleted_at"], [(entry.object_id, now) for entry in entries])
    for entry in entries:
        record.add(Action.DELETE, rows[entry.object_id], {"deleted_at": (None, now)})


def _delete(
    record: Record, model: type[models.Model], rows: dict[Any, models.Model], entries: list[Entry]
) -> None:
    for entry in entries:
        record.add(
            Action.DELETE,
            rows[entry.object_id],
            {name: (after, None) for name, (_, after) in entry.changes.items()},
        )
    model._base_manager.filter(pk__in=list(rows)).delete()


def _make_again(record: Record, model: type[models.Model], entries: list[Entry]) -> list[Difference]:
    """Rows that were deleted for good come back under their old numbers."""
    ids = [entry.object_id for entry in entries]
    if model._base_manager.filter(pk__in=ids).exists():
        return [Difference(entries[0].object_label, "", "", _("there again already"))]
    rows = []
    for entry in entries:
        row = model(pk=entry.object_id)
        for name, (before, _after) in entry.changes.items():
            setattr(row, _column(model, name), _value(row, name, before))
        rows.append(row)
    model._base_manager.bulk_create(rows)
    for row, entry in zip(rows, entries, strict=True):
        record.add(Action.CREATE, row, {name: (None, before) for name, (before, _) in entry.changes.items()})
    return []


def _refuse_broken(touched: dict[type[models.Model], set[int]]) -> None:
    """What holds between rows, and no constraint can say, is asked of the models that know: ``broken(ids)``."""
    for model, ids in touched.items():
        broken = getattr(model, "broken", None)
        reasons: list[str] = broken(sorted(ids)) if broken else []
        if reasons:
            raise NotUndoneError(" ".join(reasons[:3]))
