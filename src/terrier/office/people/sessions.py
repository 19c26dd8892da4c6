"""Where a person is signed in, and signing out of there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from terrier.office.people.models import Person

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which somebody is signed in."""

    session: UserSession
    name: str
    here: bool


def devices_of(person: Person, session_key: str | None) -> list[Device]:
    """The browsers a person is signed in with, this one first."""
    rows = UserSession.objects.filter(user=person).order_by("-last_seen_at")
    alive = [row for row in rows if not row.purge()]
    devices = [Device(row, named(row.user_agent), row.session_key == session_key) for row in alive]
    return sorted(devices, key=lambda device: not device.here)


def end_sessions(*, person: Person, besides: str | None = None) -> int:
    """Sign a person out everywhere, but in the session of one key. How many sessions ended."""
    rows = UserSession.objects.filter(user=person).exclude(session_key=besides or "")
    for row in rows:
        row.end()
    return len(rows)


def named(user_agent: str) -> str:
    """A browser and its system, as far as it says: “Firefox on Windows”."""
    browser = next((name for mark, name in BROWSERS if re.search(rf"\b{mark}", user_agent)), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")
