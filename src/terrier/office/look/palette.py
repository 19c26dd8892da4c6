"""The command palette: what Ctrl-K finds beyond the pages everybody can see in the rail.

An app lends its records by a plain function and registers it once, in its ``AppConfig.ready``::

    def found_accounts(request: HttpRequest, query: str, limit: int) -> Iterable[Hit]: ...

    register(found_accounts)

A provider asks ``visible_to``, as every list does: the palette shows nobody more than their pages would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest

from terrier.office.look.navigation import places_for

LIMIT = 8
"""Hits per provider."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something to open. group : its heading in the list. note : what tells it from others of the name."""

    title: str
    url: str
    group: str
    icon: str = "arrow-right"
    note: str = ""


Provider = Callable[[HttpRequest, str, int], Iterable[Hit]]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    if provider not in _providers:
        _providers.append(provider)
    return provider


def find(request: HttpRequest, query: str) -> list[dict[str, Any]]:
    """What matches, provider by provider in the order they registered; pages come from the page itself."""
    return [asdict(hit) for provider in _providers for hit in provider(request, query, LIMIT)]


def pages(request: HttpRequest, group: str) -> list[dict[str, Any]]:
    """The pages a person can go to, for the palette to search without asking again."""
    return [
        asdict(
            Hit(title=str(place.label), url=place.url, group=group, icon=place.icon, note=place.entry.keys)
        )
        for place in places_for(request)
    ]
