"""Which accounts of a plan lie in the ZIP code, the hexagon or the own area at a point of the map. Counties the browser knows itself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import shapely
from django.db.models import QuerySet
from pydantic import BaseModel, ConfigDict, Field
from shapely.geometry import mapping, shape

from terrier.office.accounts.models import Account
from terrier.office.alignment.areas import accounts_in
from terrier.office.alignment.models import Area, AreaKind, Plan

ZIP_DIGITS = 5


class AskedArea(BaseModel):
    """A point of the map. account : the nearest one, whose ZIP code is meant. resolution : of hexagons."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["zip", "hexagon", "polygon"]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    account: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    resolution: Annotated[int, Field(ge=2, le=8)] = 4


def area_at(plan: Plan, asked: AskedArea) -> dict[str, Any] | None:
    """The area's name and its accounts, by number; None where there is none."""
    accounts = Account.objects.filter(placements__plan=plan)
    match asked.kind:
        case "zip":
            return _zip(accounts, asked)
        case "hexagon":
            return _told(_hexagon(asked), accounts)
    area = _own(asked)
    return None if area is None else _told(area, accounts)


def _zip(accounts: QuerySet[Account], asked: AskedArea) -> dict[str, Any] | None:
    if asked.account is None:
        return None
    code = accounts.filter(pk=asked.account).values_list("postal_code", flat=True).first()
    if not code:
        return None
    found = accounts.filter(postal_code__startswith=code[:ZIP_DIGITS]).order_by("pk")
    return {"name": code[:ZIP_DIGITS], "accounts": list(found.values_list("pk", flat=True))}


def _hexagon(asked: AskedArea) -> Area:
    import h3  # noqa: PLC0415 - only hexagons need it

    cell = h3.latlng_to_cell(asked.latitude, asked.longitude, asked.resolution)
    outline = shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(cell)])
    return Area(kind=AreaKind.HEXAGON, code=cell, name=cell, geometry=mapping(outline))


def _own(asked: AskedArea) -> Area | None:
    """Of the areas of one's own around a point the smallest."""
    x, y = asked.longitude, asked.latitude
    around = Area.objects.filter(
        kind=AreaKind.POLYGON, west__lte=x, east__gte=x, south__lte=y, north__gte=y
    ).order_by("pk")
    outlines = [(shape(area.geometry), area) for area in around if area.geometry]
    within = [
        (outline.area, at) for at, (outline, _) in enumerate(outlines) if shapely.intersects_xy(outline, x, y)
    ]
    return outlines[min(within)[1]][1] if within else None


def _told(area: Area, accounts: QuerySet[Account]) -> dict[str, Any]:
    west, south, east, north = shape(area.geometry or {}).bounds
    near = accounts.filter(longitude__range=(west, east), latitude__range=(south, north))
    return {"name": area.name, "accounts": accounts_in([area], near)}
