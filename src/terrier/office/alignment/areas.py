"""Areas: counties from the packaged outlines, hexagons, ZIP codes, own polygons from GeoJSON; and which accounts lie in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from shapely.geometry import mapping, shape

from terrier.office.alignment.area_files import alike, read_areas
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Area, AreaKind
from terrier.office.audit.rows import change_row, create_row
from terrier.office.audit.services import Author, Record, save_act

HEXAGON_RESOLUTIONS = range(2, 9)


@transaction.atomic
def import_areas(*, content: bytes, name: str, author: Author) -> list[Area]:
    """Own polygons from GeoJSON: one area a feature, named by its “name”. All or none; a repeat of a code replaces its outline.

    Of a plan's own export each territory that has land becomes an area, the accounts are passed over.
    Raises PlanError that names the feature, and what would be right.
    """
    drawn = read_areas(content)
    record = Record(author, _("Imported areas from %(file)s") % {"file": name[:120]})
    rows = {area.code: area for area in Area.objects.filter(kind=AreaKind.POLYGON)}
    namesakes = {alike(area.name): area for area in rows.values()}
    made: dict[str, Area] = {}
    for one in drawn:
        if one.code in made:
            raise PlanError(
                _(
                    "Feature %(number)s is “%(code)s” like one before it: give each an “id” or name of its own."
                )
                % {"number": one.number, "code": one.code}
            )
        other = namesakes.get(alike(one.name))
        if other is not None and other.code != one.code:
            raise PlanError(
                _(
                    "Feature %(number)s is called “%(name)s” like the area with the id “%(code)s”: give it a name of its own, or that id to replace it."
                )
                % {"number": one.number, "name": one.name, "code": other.code}
            )
        values = {"name": one.name, "state": one.state, **_drawn(one.outline)}
        area = rows.get(one.code)
        if area is None:
            area = create_row(record, Area(kind=AreaKind.POLYGON, code=one.code, **values))
        else:
            namesakes.pop(alike(area.name), None)
            change_row(record, area, values)
        made[one.code] = namesakes[alike(one.name)] = area
    save_act(record)
    return list(made.values())


def ensure_counties(fips: Iterable[str]) -> list[Area]:
    """The areas of some counties, by their FIPS numbers; made from the packaged outlines where they are not there yet."""
    from terrier.atlas.outlines import counties  # noqa: PLC0415 - reads a large file

    wanted = set(fips)
    known = {area.code: area for area in Area.objects.filter(kind=AreaKind.COUNTY, code__in=wanted)}
    outlines = counties()
    position = {code: at for at, code in enumerate(outlines.fips)}
    strange = sorted(wanted - position.keys())
    if strange:
        raise PlanError(
            _("“%(code)s” is no county: a FIPS number has five digits, such as 39049 for Franklin, OH.")
            % {"code": strange[0][:20]}
        )
    fresh = [
        Area(
            kind=AreaKind.COUNTY,
            code=code,
            name=f"{outlines.names[at]}, {outlines.states[at]}",
            state=outlines.states[at],
            **_drawn(outlines.polygons[at]),
        )
        for code, at in ((code, position[code]) for code in sorted(wanted - known.keys()))
    ]
    Area.objects.bulk_create(fresh, ignore_conflicts=True)
    return list(Area.objects.filter(kind=AreaKind.COUNTY, code__in=wanted).order_by("state", "name"))


def ensure_hexagons(accounts: QuerySet[Any, Any], resolution: int) -> list[Area]:
    """The hexagons of a resolution (2: 158 km across … 8: 0.9 km) in which any of some accounts lies."""
    import h3  # noqa: PLC0415 - only hexagons need it

    if resolution not in HEXAGON_RESOLUTIONS:
        raise PlanError(
            _("Hexagons come in sizes %(least)s to %(most)s, not %(given)s.")
            % {"least": HEXAGON_RESOLUTIONS[0], "most": HEXAGON_RESOLUTIONS[-1], "given": resolution}
        )
    places = accounts.filter(latitude__isnull=False).order_by().values_list("latitude", "longitude")
    return _hexagons({h3.latlng_to_cell(latitude, longitude, resolution) for latitude, longitude in places})


def hexagons_named(codes: Iterable[str]) -> dict[str, Area]:
    """The hexagons among some codes of h3, such as 832a10fffffffff, by the code as it is given; of sizes that areas come in."""
    import h3  # noqa: PLC0415 - only hexagons need it

    cells = {
        code: code.lower()
        for code in codes
        if h3.is_valid_cell(code.lower()) and h3.get_resolution(code.lower()) in HEXAGON_RESOLUTIONS
    }
    found = {area.code: area for area in _hexagons(set(cells.values()))} if cells else {}
    return {code: found[cell] for code, cell in cells.items()}


def _hexagons(codes: set[str]) -> list[Area]:
    import h3  # noqa: PLC0415 - only hexagons need it

    cells, fresh = sorted(codes), []
    for cell in cells:
        ring = [(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(cell)]
        fresh.append(Area(kind=AreaKind.HEXAGON, code=cell, name=cell, **_drawn(shapely.Polygon(ring))))
    Area.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return list(Area.objects.filter(kind=AreaKind.HEXAGON, code__in=cells))


def accounts_in(areas: Sequence[Area], accounts: QuerySet[Any, Any]) -> list[int]:
    """The numbers of those accounts that lie in any of the areas: by postal code for ZIP codes, by place for all others."""
    zips = {area.code for area in areas if area.kind == AreaKind.ZIP}
    drawn = [shape(area.geometry) for area in areas if area.geometry]
    rows = list(accounts.order_by().values_list("pk", "postal_code", "longitude", "latitude"))
    found = {number for number, code, _x, _y in rows if code[:5] in zips} if zips else set()
    placed = [(number, x, y) for number, _code, x, y in rows if x is not None and y is not None]
    if drawn and placed:
        numbers = np.array([number for number, _x, _y in placed])
        points: Any = shapely.points(np.array([(x, y) for _number, x, y in placed], dtype=np.float64))
        within = np.unique(shapely.STRtree(points).query(drawn, predicate="intersects")[1])
        found.update(numbers[within].tolist())
    return sorted(found)


def within_polygon(ring: Sequence[Sequence[float]], accounts: QuerySet[Any, Any]) -> list[int]:
    """The numbers of those accounts that lie within a lasso: longitudes and latitudes in turn."""
    if not 3 <= len(ring) <= 10_000:
        raise PlanError(_("A lasso has 3 to 10,000 corners."))
    area = shapely.make_valid(shapely.Polygon(ring))
    west, south, east, north = area.bounds
    near = accounts.filter(longitude__range=(west, east), latitude__range=(south, north))
    rows = list(near.order_by().values_list("pk", "longitude", "latitude"))
    if not rows:
        return []
    points = np.array([(x, y) for _number, x, y in rows], dtype=np.float64)
    inside: Any = shapely.intersects(area, shapely.points(points))
    return [number for (number, _x, _y), there in zip(rows, inside, strict=True) if there]


def _drawn(outline: Any) -> dict[str, Any]:
    west, south, east, north = outline.bounds
    return {"geometry": mapping(outline), "west": west, "south": south, "east": east, "north": north}
