"""Tags of the design system that are no components: icons, addresses of built files, controls of forms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from terrier.office.look.toasts import undo_address as _undo_address

register = template.Library()

PAGING = ("cursor", "after", "before", "page")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; without a label it is decoration, and not read out."""
    url = asset("office/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, url, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', url, name)


@register.simple_tag
def asset(path: str) -> str:
    """The address of a built file with a mark of its content, so that browsers may keep it and still see a new one."""
    mark = _mark(path) if settings.DEBUG else _mark_once(path)
    return f"{static(path)}?{mark}" if mark else static(path)


def _mark(path: str) -> str:
    found = finders.find(path)
    return sha256(Path(str(found)).read_bytes()).hexdigest()[:8] if found else ""


_mark_once = cache(_mark)


@register.filter
def undo_address(extra_tags: str | None) -> str:
    return _undo_address(extra_tags)


@register.filter
def initials(name: str | None) -> str:
    """The first letters of the first and the last word."""
    words = (name or "").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def tint(name: object) -> str:
    """One of eight hues, always the same for a name."""
    return f"tint-{crc32(str(name).encode()) % 8}"


@register.filter
def short_day(day: dt.date | None) -> str:
    """A day as one says it: with its year only if that is not this one."""
    if day is None:
        return ""
    day = timezone.localdate(day) if isinstance(day, dt.datetime) else day
    this_year = day.year == timezone.localdate().year
    pattern: str = get_format("MONTH_DAY_FORMAT" if this_year else "DATE_FORMAT")
    return date_format(day, pattern.replace("F", "M").replace("N", "M"))


@register.filter
def short_moment(moment: dt.datetime | None) -> str:
    """A day and its time, as every list tells them: Nov 22, 2:05 p.m."""
    if moment is None:
        return ""
    return f"{short_day(moment)}, {date_format(timezone.localtime(moment), 'TIME_FORMAT')}"


@register.filter
def ago(moment: dt.datetime | None) -> str:
    """How long ago something was, in one unit: today, yesterday, 3 weeks ago."""
    if moment is None:
        return ""
    days = (timezone.localdate() - timezone.localdate(moment)).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    if days < 14:
        return gettext("%(n)s days ago") % {"n": days}
    if days < 60:
        return gettext("%(n)s weeks ago") % {"n": days // 7}
    if days < 730:
        return gettext("%(n)s months ago") % {"n": round(days / 30.4)}
    return gettext("%(n)s years ago") % {"n": days // 365}


CONTROLS: tuple[tuple[type, str], ...] = (
    (CheckboxSelectMultiple, ""),
    (RadioSelect, ""),
    (CheckboxInput, "checkbox checkbox-primary checkbox-sm"),
    (Select, "select"),
    (Textarea, "textarea"),
    (FileInput, "file-input"),
)


@register.simple_tag
def control(field: BoundField, **attributes: Any) -> SafeString:
    """The control of a form's field, in the clothes of the design system."""
    widget = field.field.widget
    clothes = next((names for kind, names in CONTROLS if isinstance(widget, kind)), "input")
    own = str(widget.attrs.get("class", ""))
    named = {name.replace("_", "-"): value for name, value in attributes.items() if value not in ("", None)}
    shown = field.as_widget(attrs={"class": f"{clothes} {own}".strip(), **named})
    seen = field.as_hidden(only_initial=True) if field.field.show_hidden_initial else ""
    return format_html("{}{}", shown, seen)


@register.filter
def is_ticked_one_by_one(field: BoundField) -> bool:
    """A single checkbox stands before its label."""
    return isinstance(field.field.widget, CheckboxInput)


@dataclass(frozen=True, slots=True)
class SortState:
    """direction : as aria-sort says it, empty if the list is not sorted by this. next : the sort after a click."""

    direction: str
    next: str


@register.simple_tag
def sort_state(key: str, sort: str) -> SortState:
    """How a list that is sorted by ``sort`` (``-name`` is falling) stands to a column."""
    if sort == key:
        return SortState("ascending", f"-{key}")
    return SortState("descending" if sort == f"-{key}" else "", key)


@register.simple_tag(takes_context=True)
def sort_address(context: Context, param: str, value: str) -> str:
    """This page sorted otherwise: the filters stay, the paging begins anew."""
    query = context["request"].GET.copy()
    for name in PAGING:
        query.pop(name, None)
    query[param] = value
    return f"?{query.urlencode()}"
