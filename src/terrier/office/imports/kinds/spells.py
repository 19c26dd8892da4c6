"""Spells of time on one thing: who covers an account, who holds a position, whom a position reports to.

Days are texts such as 2026-01-31, which compare as days do; a spell ends before ``ends``, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

FOREVER = "9999-12-31"


@dataclass(slots=True)
class Spell:
    """id : its number, None until it is known. holder : position or person. before : its values as they are stored."""

    holder: int
    starts: str
    ends: str | None = None
    kind: str = ""
    split: str = ""
    reason: str = ""
    id: int | None = None
    before: dict[str, Any] = field(default_factory=dict)

    def holds_on(self, day: str) -> bool:
        return self.starts <= day < (self.ends or FOREVER)

    def meets(self, other: Spell) -> bool:
        return self.starts < (other.ends or FOREVER) and other.starts < (self.ends or FOREVER)


class SpellError(ValueError):
    """A spell that does not fit among the others, as a sentence."""


def take_over(spells: list[Spell], new: Spell) -> list[Spell]:
    """Let a new spell begin among those of which only one counts a day; whoever held before ends where it starts.

    Returns the spells that are new or were changed. The same holder going on is no change.
    """
    current = next((one for one in spells if one.holds_on(new.starts)), None)
    if current is not None and current.holder == new.holder and new.ends in (None, current.ends):
        return []
    touched: list[Spell] = []
    for one in spells:
        if not one.meets(new):
            continue
        if one.starts > new.starts:
            raise SpellError(_("Another one begins on %(day)s: end this one by then.") % {"day": one.starts})
        if one.starts == new.starts:
            one.holder, one.ends = new.holder, new.ends
            return [one]
        if one.ends is not None and new.ends is not None and new.ends < one.ends:
            raise SpellError(_("Lies within another one, which ends on %(day)s.") % {"day": one.ends})
        one.ends = new.starts
        touched.append(one)
    spells.append(new)
    return [*touched, new]


def total_too_large(spells: Iterable[Spell]) -> str | None:
    """The first day on which splits add up to more than the whole."""
    listed = list(spells)
    for day in sorted({one.starts for one in listed}):
        if sum((Decimal(one.split) for one in listed if one.holds_on(day)), Decimal(0)) > 1:
            return day
    return None
