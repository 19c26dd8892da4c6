"""What the pages of imports show: the imports one may see, and rows with what each would change, told in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from terrier.office.imports.kinds.known import CHECKERS
from terrier.office.imports.models import Deed, Import, Row, Write
from terrier.office.people.models import Person
from terrier.office.people.scope import visible_to

A_PAGE = 50
UNTOLD = frozenset({"chain", "author", "cause", "account", "is_active", "external_id", "reason"})
"""Fields that follow from others, or that the row shows anyway."""
MOST_TOLD = 24
SHARES = frozenset({"split", "employment_share", "share"})


@dataclass(frozen=True, slots=True)
class Change:
    """A field of an object: ``before`` is empty where there was nothing. assumed : whether the file says nothing of it, so
    that what is new starts with what everything new starts with.
    """

    label: str
    before: str
    after: str
    assumed: bool = False


@dataclass(slots=True)
class Cell:
    """A matched field of a row: its text, and what is wrong with it."""

    name: str
    label: str
    text: str
    error: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Shown:
    """A row as the grid shows it. alike : whether what is wrong with it may be so in other rows."""

    row: Row
    title: str
    changes: list[Change]
    wrong: list[Cell]
    alike: bool = False
    elsewhere: list[Change] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.row.number


def imports_visible_to(person: Person) -> QuerySet[Import]:
    return visible_to(person, Import).select_related("author", "job", "act")


def rows_of(import_: Import, *, deed: str, search: str) -> QuerySet[Row]:
    rows = Row.objects.filter(of=import_)
    if deed in Deed.values:
        rows = rows.filter(deed=deed)
    if search:
        rows = (
            rows.filter(number=int(search))
            if search.isdecimal() and len(search) < 8
            else rows.filter(key__istartswith=search)
        )
    return rows


def writes_of(import_: Import, numbers: Sequence[int]) -> Mapping[int, list[Write]]:
    """What some rows would write, by their numbers."""
    writes: dict[int, list[Write]] = defaultdict(list)
    for write in Write.objects.filter(of=import_, number__in=numbers).order_by("id"):
        writes[write.number].append(write)
    return writes


def shown_rows(import_: Import, rows: Iterable[Row]) -> list[Shown]:
    """Rows with what they would change. The number of queries does not grow with the number of rows."""
    listed = list(rows)
    writes = writes_of(import_, [row.number for row in listed])
    names = _names(import_, [write for own in writes.values() for write in own])
    return [
        Shown(
            row,
            _title(import_, row, writes[row.number]),
            [change for write in writes[row.number] for change in _changes(import_, row, write, names)][
                :MOST_TOLD
            ],
            cells_of(import_, row, only_wrong=True),
            _may_be_alike(import_, row),
            unmatched_errors(import_, row),
        )
        for row in listed
    ]


def cells_of(import_: Import, row: Row, *, only_wrong: bool = False) -> list[Cell]:
    """The matched fields of a row, and those that are missing."""
    found = []
    for one in CHECKERS[import_.kind].FIELDS:
        error = row.errors.get(one.name, "")
        if one.name not in import_.mapping or (only_wrong and not error):
            continue
        text = row.values.get(one.name) or ""
        words = [(str(label), str(label)) for label in one.choices.values()]
        if words and text and text not in dict(words):
            words.insert(0, (text, text))
        found.append(Cell(one.name, str(one.label), text, error, words))
    return found


def _may_be_alike(import_: Import, row: Row) -> bool:
    """Whether other rows may be wrong in the same way: in what they say, not in what they are known by."""
    several = import_.counts.get(Deed.ERROR, 0) > 1
    return several and any(
        name in import_.mapping and name not in CHECKERS[import_.kind].KNOWN_BY for name in row.errors
    )


def unmatched_errors(import_: Import, row: Row) -> list[Change]:
    """What is wrong with fields that no column of the file is matched to."""
    labels = {one.name: str(one.label) for one in CHECKERS[import_.kind].FIELDS}
    return [
        Change(labels.get(name, name), "", error)
        for name, error in row.errors.items()
        if name not in import_.mapping
    ]


def _title(import_: Import, row: Row, writes: list[Write]) -> str:
    if writes:
        return writes[0].object_label
    for name in ("name", "position", "account", "email"):
        if row.values.get(name):
            return str(row.values[name])
    return row.key.split("\x1f")[0]


def _changes(import_: Import, row: Row, write: Write, names: dict[tuple[str, int], str]) -> list[Change]:
    model = apps.get_model(write.object_type)
    told = {"what": model._meta.verbose_name}
    own = write.object_type.split(".")[1] in import_.kind
    unsaid = (
        {one.name for one in CHECKERS[import_.kind].FIELDS if not row.values.get(one.name)} if own else set()
    )
    found = []
    for name, (before, after) in write.changes.items():
        if name in UNTOLD or (name == "deleted_at"):
            continue
        one: Any = model._meta.get_field(name)
        if write.action == "create" and not _telling(one, after):
            continue
        told["field"] = one.verbose_name
        label = (
            _("Brought back: %(field)s") % told
            if write.action == "restore"
            else str(one.verbose_name)
            if own
            else _("%(what)s: %(field)s") % told
        )
        label = label[:1].upper() + label[1:]
        assumed = write.action == "create" and name in unsaid
        found.append(Change(label, _shown(one, before, names), _shown(one, after, names), assumed))
    return found


def _telling(one: Any, value: Any) -> bool:
    """Whether something new says more than what everything new starts with."""
    return str(value) not in {"0.00", "0"} and (
        str(value) != str(one.get_default()) or one.choices is not None
    )


def _shown(one: Any, value: Any, names: dict[tuple[str, int], str]) -> str:
    if value in (None, ""):
        return ""
    if one.is_relation:
        return names.get((one.related_model._meta.label_lower, int(value)), f"#{value}")
    if one.choices:
        return str(dict(one.flatchoices).get(value, value))
    if isinstance(one, models.DecimalField):
        if one.name in SHARES:
            return f"{number_format((Decimal(value) * 100).normalize())}%"
        return number_format(Decimal(value), force_grouping=True)
    if isinstance(one, models.DateField):
        return date_format(one.to_python(value))
    return str(value)


def _names(import_: Import, writes: list[Write]) -> dict[tuple[str, int], str]:
    """What the objects are called that changes point to; those that the import itself makes among them."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for write in writes:
        model = apps.get_model(write.object_type)
        for name, values in write.changes.items():
            one: Any = model._meta.get_field(name)
            if one.is_relation and name not in UNTOLD:
                wanted[one.related_model._meta.label_lower].update(int(v) for v in values if v is not None)
    names: dict[tuple[str, int], str] = {}
    for label, ids in wanted.items():
        rows = apps.get_model(label)._base_manager.filter(pk__in=ids)
        names |= {(label, row.pk): str(row) for row in rows}
        missing = [number for number in ids if (label, number) not in names]
        if missing:
            made = Write.objects.filter(of=import_, action="create", object_type=label, object_id__in=missing)
            names |= {(label, number): name for number, name in made.values_list("object_id", "object_label")}
    return names
