"""Where accounts lie, for the map beside the list."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from terrier.office.accounts.filters import matching
from terrier.office.accounts.listing import ListQuery, ordered
from terrier.office.accounts.models import Status
from terrier.office.people.models import Person

MOST = 20_000


def points_of(person: Person, query: ListQuery) -> dict[str, Any]:
    """The places of the first accounts in the list's order, by columns; how many were left out, and how many have no place."""
    rows = matching(person, query.asked)
    placed = rows.filter(latitude__isnull=False)
    found: list[tuple[Any, ...]] = list(
        ordered(placed, query, timezone.localdate()).values_list(
            "pk", "longitude", "latitude", "name", "status"
        )[:MOST]
    )
    n_placed = len(found) if len(found) < MOST else placed.count()
    statuses = list(Status.values)
    return {
        "ids": [row[0] for row in found],
        "longitude": [round(row[1], 4) for row in found],
        "latitude": [round(row[2], 4) for row in found],
        "names": [row[3] for row in found],
        "status": [statuses.index(row[4]) for row in found],
        "left_out": n_placed - len(found),
        "placeless": rows.count() - n_placed,
        "address": reverse("accounts:list"),
    }
