"""The list of areas as it is asked for: which level, what it is narrowed to, in which order, and what the map is colored by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from terrier.office.market.figures import COUNTY, STATE, TERRITORY, AreaRow, counties, states, territories
from terrier.office.people.asked import number, text
from terrier.office.people.models import Person
from terrier.office.sales.periods import Choice
from terrier.office.sales.texts import NO_FIGURE, money, percent

LEVELS: dict[str, Promise] = {
    COUNTY: _("Counties"),
    STATE: _("States"),
    TERRITORY: _("Territories"),
}

Value = Callable[[AreaRow], Any]
Shown = Callable[[Any], str]


def _whole(value: float | None) -> str:
    return NO_FIGURE if value is None else number_format(round(value), 0, force_grouping=True)


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of an area. roomy : left out of the list where the map leaves it little room."""

    name: str
    title: Promise
    value: Value
    shown: Shown
    on_map: bool = True
    short: Promise | str = ""
    roomy: bool = False

    def brief(self, row: AreaRow) -> str:
        """As it is shown where there is little room."""
        return self.briefly(self.value(row))

    def briefly(self, value: Any) -> str:
        return money(value, short=True) if self.shown is money else self.shown(value)


COLUMNS: tuple[Column, ...] = (
    Column("market_white_space", _("White space"), lambda row: row.white, money),
    Column("potential", _("Potential"), lambda row: row.potential, money, roomy=True),
    Column("sales", _("Sales"), lambda row: row.sales, money, on_map=False),
    Column("market_share", _("Share of the market"), lambda row: row.market_share, percent, short=_("Share")),
    Column("places", _("Potential customers"), lambda row: row.places, _whole),
    Column("customers", _("Customers"), lambda row: row.customers, _whole, on_map=False),
    Column("penetration", _("Penetration"), lambda row: row.penetration, percent),
)
TOTALED = tuple(column for column in COLUMNS if column.name != "places")
"""What stands above the list: customers with how many there could be."""
LISTED = tuple(column for column in COLUMNS if column.name not in ("sales", "places"))
"""What the list shows beside the map; its file has all."""
BY_NAME = {column.name: column for column in COLUMNS}
SORTS = ("name", "territory", *BY_NAME)
FIRST_SORT = "-market_white_space"
N_CLASSES = 5


@dataclass(frozen=True, slots=True)
class AreaFilter:
    """level : of `LEVELS`. state : a postal code. territory : a position; 0 for areas of none. shade : what the map is colored by."""

    level: str = COUNTY
    q: str = ""
    state: str = ""
    territory: int | None = None
    sort: str = FIRST_SORT
    shade: str = "market_white_space"

    @property
    def n_set(self) -> int:
        return sum((bool(self.q), bool(self.state), self.territory is not None))


def area_filter(request: HttpRequest) -> AreaFilter:
    """Whatever is not understood counts as not asked."""
    level, sort, shade = (text(request, name) for name in ("level", "sort", "shade"))
    return AreaFilter(
        level if level in LEVELS else COUNTY,
        text(request, "q"),
        text(request, "state").upper()[:2],
        number(request, "territory"),
        sort if sort.removeprefix("-") in SORTS else FIRST_SORT,
        shade if shade in BY_NAME and BY_NAME[shade].on_map else "market_white_space",
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """rows : as asked for, in order. every : all counties that the person sees. inside : those of them that the filter leaves."""

    rows: list[AreaRow]
    every: list[AreaRow]
    inside: list[AreaRow]


def listed(person: Person, asked: AreaFilter, choice: Choice) -> Listed:
    every = counties(person, choice.period, choice.on)
    inside = [row for row in every if _within(row, asked)]
    match asked.level:
        case "state":
            rows = states(person, inside, choice.period, alone=asked.territory is None)
            rows = [row for row in rows if not asked.state or row.state == asked.state]
        case "territory":
            rows = territories(inside)
        case _:
            rows = inside
    words = asked.q.casefold().split()
    kept = [
        row for row in rows if all(word in f"{row.name} {row.territory_name}".casefold() for word in words)
    ]
    return Listed(ordered(kept, asked.sort), every, inside)


def _within(row: AreaRow, asked: AreaFilter) -> bool:
    if asked.state and row.state != asked.state:
        return False
    return asked.territory is None or (row.territory or 0) == asked.territory


def ordered(rows: Sequence[AreaRow], sort: str) -> list[AreaRow]:
    """Areas without the figure last, either way; of equal ones by name."""
    name = sort.removeprefix("-")
    by_name = sorted(rows, key=lambda row: (row.name.casefold(), row.code))
    if name in ("name", "territory"):
        value: Value = (
            (lambda row: row.name.casefold())
            if name == "name"
            else (lambda row: row.territory_name.casefold() or None)
        )
    else:
        value = BY_NAME[name].value
    known = [row for row in by_name if value(row) is not None]
    known.sort(key=value, reverse=sort.startswith("-"))
    return known + [row for row in by_name if value(row) is None]


@dataclass(frozen=True, slots=True)
class Shades:
    """of : the shade of each area, from 0 to 4, −1 where it has no figure. key : each shade with what it stands for, in words."""

    of: list[int]
    key: list[tuple[int, str]]


def shades(values: Sequence[float | None], shown: Shown) -> Shades:
    """Areas in classes of about as many each, from least to most."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return Shades([-1] * len(values), [])
    cuts = sorted({known[len(known) * at // N_CLASSES] for at in range(1, N_CLASSES)} - {known[0]})
    depth = [
        round(at * (N_CLASSES - 1) / (len(cuts) or 1)) for at in range(len(cuts) + 1)
    ]  # few classes, far apart
    found = [-1 if value is None else depth[bisect_right(cuts, value)] for value in values]
    edges = [known[0], *cuts, known[-1]]
    told = [(shown(low), shown(high)) for low, high in pairwise(edges)]
    key = [low if low == high else f"{low} – {high}" for low, high in told]
    return Shades(found, list(zip(depth, key, strict=True)))
