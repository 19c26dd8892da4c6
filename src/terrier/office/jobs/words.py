"""What a job says of itself, kept as a key and its numbers: whoever reads it is told in their own language.

A worker says it in nobody's. ``said(gettext_noop("Edit %(n)s accounts"), n=3000)`` is kept as it is and translated when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, override

Kept = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence to translate, with the values that stand in it. many, count : its plural, and of how many it is said."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    many: str = ""
    count: int = 1

    def __str__(self) -> str:
        return told(self.kept())

    def kept(self) -> Kept:
        """As JSON. A value that is itself to be translated is kept by its own key."""
        values = {name: _kept(value) for name, value in self.values.items()}
        return {"text": self.text, "values": values, "many": self.many, "count": self.count}


def said(text: str, **values: Any) -> Said:
    return Said(text, values)


def said_of(count: int, text: str, many: str, **values: Any) -> Said:
    """Said of a number of things: the number is ``%(n)s`` in it."""
    return Said(text, {"n": count, **values}, many, count)


def kept_of(words: Said | Promise | str) -> Kept | None:
    """What is kept of some words; nothing of a text that is said in one language already."""
    if isinstance(words, Said):
        return words.kept()
    return Said(_key(words)).kept() if isinstance(words, Promise) else None


def told(kept: Any) -> str:
    """What was kept, in the language of who reads; a text as it is."""
    if not isinstance(kept, dict):
        return str(kept or "")
    text, many, values = kept["text"], kept["many"], kept["values"]
    found = ngettext(text, many, kept["count"]) if many else gettext(text)
    return found % {name: _told(value) for name, value in values.items()} if values else found


def _kept(value: Any) -> Any:
    if isinstance(value, Said):
        return value.kept()
    if isinstance(value, Promise):
        return Said(_key(value)).kept()
    return value if isinstance(value, int) else str(value)


def _told(value: Any) -> str:
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    return told(value)


def _key(words: Promise) -> str:
    """The key of a text that is translated when it is read: what it says in the language that it was written in."""
    with override(None, deactivate=True):
        return str(words)
