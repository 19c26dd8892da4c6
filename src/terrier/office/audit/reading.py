"""Entries in words: fields by their names, choices by their labels, foreign keys by what they point to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, get_format, number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.office.audit.models import Entry

Text = str | Promise

SHARE = "split"

NOTHING = gettext_lazy("nothing")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one entry: its name, and its value before and after, as people say them."""

    field: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class Told:
    """An entry and its changes in words. ``kind`` is what the object is: account, contact, position."""

    entry: Entry
    kind: Text
    changes: tuple[Change, ...]


def tell(entries: Iterable[Entry]) -> list[Told]:
    """Entries in words, with one query for each model that their foreign keys point to."""
    told = list(entries)
    labels = _labels(told)
    return [
        Told(
            entry,
            kind_of(entry.object_type),
            tuple(
                Change(
                    _name(entry, name), _say(entry, name, before, labels), _say(entry, name, after, labels)
                )
                for name, (before, after) in sorted(
                    entry.changes.items(), key=lambda change: _place(entry, change[0])
                )
            ),
        )
        for entry in told
    ]


def kind_of(object_type: str) -> Text:
    model = _model(object_type)
    return capfirst(model._meta.verbose_name) or object_type if model else object_type


def _model(object_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(object_type)
    except (LookupError, ValueError):
        return None  # of a version of Terrier that had such a thing


def _field(entry: Entry, name: str) -> Any:
    model = _model(entry.object_type)
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _place(entry: Entry, name: str) -> tuple[int, str]:
    """Fields come as their model names them: PostgreSQL keeps no order within JSON."""
    return getattr(_field(entry, name), "creation_counter", 2**31), name


def _name(entry: Entry, name: str) -> Text:
    field = _field(entry, name)
    return capfirst(getattr(field, "verbose_name", name)) if field else name


def _labels(entries: Iterable[Entry]) -> dict[tuple[type[models.Model], str], str]:
    wanted: dict[type[models.Model], set[Any]] = {}
    for entry in entries:
        for name, values in entry.changes.items():
            field = _field(entry, name)
            if isinstance(field, models.ForeignKey):
                wanted.setdefault(field.related_model, set()).update(v for v in values if v is not None)
            elif isinstance(field, models.ManyToManyField):
                keys = [key for value in values for key in value or ()]
                wanted.setdefault(field.related_model, set()).update(keys)
    return {
        (model, str(key)): str(row)
        for model, keys in wanted.items()
        for key, row in model._default_manager.in_bulk(list(keys)).items()
    }


def _say(entry: Entry, name: str, value: Any, labels: dict[tuple[type[models.Model], str], str]) -> Text:
    field = _field(entry, name)
    if value is None or value == "":
        return NOTHING
    if isinstance(field, models.ForeignKey):
        return labels.get((field.related_model, str(value)), f"#{value}")
    if isinstance(field, models.ManyToManyField):
        names = [labels.get((field.related_model, str(key)), f"#{key}") for key in value]
        return ", ".join(names) or NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field is not None and getattr(field, "choices", None):
        said: Text = dict(field.flatchoices).get(value, str(value))
        return said
    return _say_plain(field, value)


def _say_plain(field: Any, value: Any) -> str:
    """Days, moments and amounts as the reader writes them; the rest as it is kept."""
    try:
        if isinstance(field, models.DateTimeField):
            return _moment(timezone.localtime(field.to_python(value)))
        if isinstance(field, models.DateField):
            return _day(field.to_python(value))
    except (ValidationError, ValueError):
        return str(value)  # kept by a version of Terrier whose field was of another kind
    if isinstance(field, models.DecimalField):
        return _share(value) if field.name == SHARE else intcomma(value)
    if isinstance(value, dict) and set(value) == {"pairs"}:  # a kept question: its query string
        return ", ".join(f"{name}: {one}" for name, one in value["pairs"]) or str(NOTHING)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_say_plain(None, one)}" for name, one in value.items() if one) or str(
            NOTHING
        )
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _share(value: Any) -> str:
    """0.7000 of the credit is 70%."""
    percent = (100 * Decimal(str(value))).normalize()
    return f"{number_format(f'{percent:f}')}%"


def _day(day: dt.date) -> str:
    """With its year: what is recorded is read for years."""
    return date_format(day, get_format("DATE_FORMAT").replace("F", "M").replace("N", "M"))


def _moment(moment: dt.datetime) -> str:
    return f"{_day(moment)}, {date_format(moment, 'TIME_FORMAT')}"
