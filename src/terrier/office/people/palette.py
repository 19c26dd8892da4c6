"""People and positions in the command palette."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.look.palette import Hit
from terrier.office.people.permissions import signed_in
from terrier.office.people.selectors import PersonFilter, PositionFilter, people_listed, positions_listed


def found_people(request: HttpRequest, query: str, limit: int) -> Iterable[Hit]:
    """People by name or e-mail, with the chair they hold."""
    person = signed_in(request)
    for one in people_listed(person, PersonFilter(text=query), timezone.localdate())[:limit]:
        held: list[Any] = getattr(one, "held", [])
        note = held[0].position.name if held else one.email
        yield Hit(one.name, reverse("people:person", args=[one.pk]), _("People"), "user-round", note)


def found_positions(request: HttpRequest, query: str, limit: int) -> Iterable[Hit]:
    """Positions by name, base or holder."""
    person = signed_in(request)
    for position in positions_listed(person, PositionFilter(text=query), timezone.localdate())[:limit]:
        address = reverse("people:position", args=[position.pk])
        yield Hit(position.name, address, _("Positions"), "contact", position.get_role_display())
