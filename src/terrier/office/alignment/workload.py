"""What an account asks for in a year: calls × (call + travel time), as the database reckons it over many accounts at once.

An account's own service hours say it, calls and their travel together, where they are known. Where they are not, its class
does, by a table of calls a year and minutes of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Case, F, FloatField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

CLASSES = ("A", "B", "C", "D", "")
"""Of accounts; the last is those without one."""


@dataclass(frozen=True, slots=True)
class CallTable:
    """calls : a year. minutes : of each call. travel_minutes : of the way to each, there and from there."""

    calls: dict[str, float] = field(
        default_factory=lambda: dict(zip(CLASSES, (24.0, 12.0, 6.0, 2.0, 6.0), strict=True))
    )
    minutes: dict[str, float] = field(
        default_factory=lambda: dict(zip(CLASSES, (60.0, 45.0, 40.0, 30.0, 40.0), strict=True))
    )
    travel_minutes: float = 20.0

    def hours_of(self, account_class: str) -> float:
        """Hours a year of an account of a class."""
        return self.calls[account_class] * (self.minutes[account_class] + self.travel_minutes) / 60


def workload_hours(table: CallTable | None = None, path: str = "") -> Combinable:
    """Hours a year of an account, as an expression. path : to the account, such as ``account__``."""
    told = table or CallTable()
    known = Cast(F(f"{path}service_hours"), FloatField())
    by_class = [
        When(**{f"{path}account_class": one}, then=Value(told.hours_of(one), output_field=FloatField()))
        for one in CLASSES
    ]
    return Case(
        When(**{f"{path}service_hours__gt": 0}, then=known),
        *by_class,
        default=Value(0.0),
        output_field=FloatField(),
    )
