"""All that somebody is to be warned of today, within their scope; filtered and sorted as asked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from terrier.office.desks.finding import OF_LOADS
from terrier.office.desks.loads import loads_of
from terrier.office.desks.models import Dismissal, Limits, WarningKind
from terrier.office.desks.uncovered import held_by_nobody, without_key_account_manager
from terrier.office.desks.warning import Warned, still_aside
from terrier.office.people.models import Person
from terrier.office.people.scope import with_those_below


def worst_last(one: Warned) -> tuple[int, int, float]:
    """The most serious last; of equal ones, people before places before money."""
    return one.severity, -list(WarningKind).index(one.kind), one.figure


STATES = ("open", "dismissed", "all")
SORTS = {
    "severity": worst_last,
    "kind": lambda one: str(one.kind.label),
    "title": lambda one: one.title.casefold(),
}


@dataclass(frozen=True, slots=True)
class WarningFilter:
    """What the list is narrowed to. region : a position; what is about it or those below it."""

    text: str = ""
    kind: str = ""
    severity: int | None = None
    region: int | None = None
    state: str = "open"
    sort: str = "-severity"

    @property
    def n_set(self) -> int:
        return sum(map(bool, (self.text, self.kind, self.severity, self.region, self.state != "open")))


def limits_now() -> Limits:
    """The company's limits, the defaults until somebody set them."""
    return Limits.objects.filter(pk=1).first() or Limits(pk=1)


def all_warnings(person: Person, on: dt.date | None = None) -> list[Warned]:
    """Every warning within a person's scope, those set aside too, the worst first. A fixed number of queries."""
    day = on or timezone.localdate()
    limits = limits_now()
    aside = {row.key: row for row in Dismissal.objects.select_related("author")}
    found = [
        replace(one, dismissal=still_aside(aside.get(one.key), one.figure))
        for one in _found(person, limits, day)
    ]
    return sorted(found, key=worst_last, reverse=True)


def _found(person: Person, limits: Limits, day: dt.date) -> Iterator[Warned]:
    loads = loads_of(person, day)
    for find in OF_LOADS:
        yield from find(loads, limits)
    yield from held_by_nobody(person, day)
    yield from without_key_account_manager(person, limits, day)


def narrowed(found: Sequence[Warned], asked: WarningFilter, on: dt.date | None = None) -> list[Warned]:
    """Those of the warnings that a filter asks for, in its order."""
    below = with_those_below(frozenset({asked.region}), on or timezone.localdate()) if asked.region else None
    rows = [one for one in found if _fits(one, asked, below)]
    key = SORTS[asked.sort.removeprefix("-")]
    return sorted(rows, key=key, reverse=asked.sort.startswith("-"))


def _fits(one: Warned, asked: WarningFilter, below: frozenset[int] | None) -> bool:
    if asked.state != "all" and one.is_dismissed != (asked.state == "dismissed"):
        return False
    if asked.kind and one.kind != asked.kind:
        return False
    if asked.severity and one.severity != asked.severity:
        return False
    if below is not None and not below & set(one.position_ids):
        return False
    words = asked.text.casefold().split()
    return all(word in f"{one.title} {one.sentence}".casefold() for word in words)


def counted_by_kind(found: Sequence[Warned]) -> list[tuple[WarningKind, int]]:
    """How many there are of each kind, the most first."""
    counted = Counter(one.kind for one in found)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
