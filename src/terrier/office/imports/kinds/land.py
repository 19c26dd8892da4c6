"""The company's land: where a place can be believed to lie, so that a latitude and a longitude that changed places are seen.

By country: the United States by what is known of them, every country by where the company's own customers are.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from terrier.office.accounts.models import NO_PLACE, Account
from terrier.office.imports.kinds.base import Outcome

FEWEST = 20
"""So many customers with a place tell where a country's customers are."""
AROUND = 1.5
"""Degrees around them."""


@dataclass(frozen=True, slots=True)
class Box:
    south: float
    north: float
    west: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


UNITED_STATES = (Box(17.5, 71.6, -180, -64), Box(13, 21, 144, 146.5))
"""From Hawaii and Alaska to Puerto Rico; Guam and the Marianas."""


class Land:
    """Where the company is at home, country by country."""

    def __init__(self) -> None:
        self.boxes: dict[str, tuple[Box, ...]] = {"US": UNITED_STATES}
        known = Account.objects.filter(latitude__isnull=False, longitude__isnull=False, deleted_at=None)
        ends = (
            known.order_by()
            .values("country")
            .annotate(
                n=Count("pk"),
                south=Min("latitude"),
                north=Max("latitude"),
                west=Min("longitude"),
                east=Max("longitude"),
            )
        )
        for end in ends:
            if end["n"] >= FEWEST:
                around = Box(
                    end["south"] - AROUND, end["north"] + AROUND, end["west"] - AROUND, end["east"] + AROUND
                )
                self.boxes[end["country"]] = (*self.boxes.get(end["country"], ()), around)

    def swapped(self, latitude: float, longitude: float, country: str | None = None) -> bool:
        """Whether a place lies where nobody is, and would lie at home with its numbers the other way round."""
        boxes = self._of(country)
        for box in boxes:
            if box.holds(latitude, longitude):
                return False
        return any(box.holds(longitude, latitude) for box in boxes)

    def _of(self, country: str | None) -> tuple[Box, ...]:
        if country is not None:
            return self.boxes.get(country, ())
        return tuple(box for boxes in self.boxes.values() for box in boxes)

    def refuse_misplaced(
        self, row: Outcome, latitude: str, longitude: str, country: str | None = None
    ) -> None:
        """Refuse a row whose latitude and longitude changed places (better than that one of them is out of range), or are 0 both."""
        north, east = row.values.get(latitude), row.values.get(longitude)
        if north is None or east is None:  # out of range, it may be
            north, east = _number(row.cells.get(latitude)), _number(row.cells.get(longitude))
        if north == east == 0:
            row.refuse(latitude, "")
            row.errors[latitude] = str(NO_PLACE)
        if north is None or east is None or not self.swapped(north, east, country):
            return
        row.refuse(latitude, "")
        row.errors[latitude] = _(
            "Latitude and longitude look swapped: the other way round, %(latitude)s, %(longitude)s lies where your"
            " customers are. If it is so in the whole file, match the two columns the other way round."
        ) % {"latitude": f"{east:g}", "longitude": f"{north:g}"}


def _number(cell: str | None) -> float | None:
    try:
        return float(str(cell).replace(",", "."))
    except ValueError:
        return None
