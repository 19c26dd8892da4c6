"""The pages one can go to: the rail, the phone's dock, the palette and the shortcuts all come from this one list.

A page that belongs there gets a line in ENTRIES; ``keys`` are pressed one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from terrier.office.people.permissions import May, may, signed_in

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """A page. group : its heading in the rail. needs : what one must be allowed to do to be shown it."""

    label: Text
    url_name: str
    icon: str
    group: Text = ""
    keys: str = ""
    needs: May | None = None
    in_dock: bool = False
    in_user_menu: bool = False


ENTRIES: tuple[Entry, ...] = (
    Entry(_("Home"), "desks:home", "house", keys="g h", in_dock=True),
    Entry(_("Accounts"), "accounts:list", "store", keys="g a", in_dock=True),
    Entry(_("Sales"), "sales:breakdown", "chart-column", keys="g e"),
    Entry(_("Market"), "market:areas", "target", keys="g k"),
    Entry(_("Analysis"), "analysis:page", "columns-3", keys="g y"),
    Entry(_("Warnings"), "desks:warnings", "triangle-alert", keys="g w", needs=May.PLAN),
    Entry(_("Plans"), "plans:list", "map", _("Planning"), "g l"),
    Entry(_("Head count"), "headcount:list", "users-round", _("Planning"), "g n", May.PLAN),
    Entry(_("People"), "people:people", "users", _("Team"), "g p", in_dock=True),
    Entry(_("Positions"), "people:positions", "contact", _("Team"), "g s"),
    Entry(_("Org chart"), "people:chart", "network", _("Team"), "g o", in_dock=True),
    Entry(_("Security"), "mfa_index", "shield", in_user_menu=True),
    Entry(_("Imports"), "imports:list", "import", _("Administration"), "g i", May.IMPORT),
    Entry(_("Invoices"), "sales:loads", "receipt-text", _("Administration"), "g v", May.IMPORT),
    Entry(_("Market potential"), "market:sources", "map-pin", _("Administration"), "g x", May.IMPORT),
    Entry(_("Changes"), "audit:search", "history", _("Administration"), "g c", May.SEE_AUDIT),
    Entry(_("Jobs"), "jobs:list", "list-checks", _("Administration"), "g j"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """An entry for one request: with its address, and whether one is there."""

    entry: Entry
    url: str
    here: bool

    @property
    def label(self) -> Text:
        return self.entry.label

    @property
    def icon(self) -> str:
        return self.entry.icon


@dataclass(frozen=True, slots=True)
class Group:
    label: Text
    entries: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Shortcut:
    label: Text
    keys: str
    url: str = ""

    @property
    def parts(self) -> list[str]:
        return self.keys.split(" ")


@dataclass(frozen=True, slots=True)
class Navigation:
    groups: tuple[Group, ...]
    dock: tuple[Place, ...]
    person: tuple[Place, ...]
    more: bool
    shortcuts: tuple[Shortcut, ...]


GENERAL = (
    Shortcut(_("Search or go to a page"), "Ctrl K"),
    Shortcut(_("Search in this page"), "/"),
    Shortcut(_("Next row"), "j"),
    Shortcut(_("Previous row"), "k"),
    Shortcut(_("Open the row"), "o"),
    Shortcut(_("Tick the row"), "x"),
    Shortcut(_("Edit"), "e"),
    Shortcut(_("Create"), "c"),
    Shortcut(_("This list of shortcuts"), "?"),
)


def places_for(request: HttpRequest) -> tuple[Place, ...]:
    """The entries that the signed-in person is shown."""
    person = signed_in(request)
    shown = [entry for entry in ENTRIES if entry.needs is None or may(person, entry.needs)]
    urls = [reverse(entry.url_name) for entry in shown]
    here = max((url for url in urls if _is_within(request.path, url)), key=len, default="")
    return tuple(Place(entry, url, url == here) for entry, url in zip(shown, urls, strict=True))


def navigation_for(request: HttpRequest) -> Navigation:
    if not request.user.is_authenticated:
        return Navigation((), (), (), False, ())
    places = places_for(request)
    rail = [place for place in places if not place.entry.in_user_menu]
    dock = tuple(place for place in rail if place.entry.in_dock)
    return Navigation(
        groups=tuple(_grouped(rail)),
        dock=dock,
        person=tuple(place for place in places if place.entry.in_user_menu),
        more=len(rail) > len(dock),
        shortcuts=GENERAL + tuple(_shortcut(place) for place in places if place.entry.keys),
    )


def _is_within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def _grouped(places: Iterable[Place]) -> Iterable[Group]:
    for label, entries in groupby(places, key=lambda place: place.entry.group):
        yield Group(label, tuple(entries))


def _shortcut(place: Place) -> Shortcut:
    label = _("Go to: %(page)s") % {"page": place.label}
    return Shortcut(label, place.entry.keys, place.url)
