"""Areas: counties from the packaged outlines, hexagons, ZIP codes, own polygons from GeoJSON; and which accounts lie in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from shapely.geometry import mapping, shape

from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Area, AreaKind
from terrier.office.audit.rows import change_row, create_row
from terrier.office.audit.services import Author, Record, save_act

MOST_FEATURES = 5_000
MOST_BYTES = 25 * 2**20
MOST_POINTS = 500_000
HEXAGON_RESOLUTIONS = range(2, 9)
IN_DEGREES = ("CRS84", "CRS83", "4326", "4269")
"""How the names of those coordinate systems end whose numbers are longitudes and latitudes, for maps as good as the same."""


@transaction.atomic
def import_areas(*, content: bytes, name: str, author: Author) -> list[Area]:
    """Own polygons from GeoJSON: one area a feature, named by its “name”. All or none; a repeat of a code replaces its outline.

    Raises PlanError that names the feature, and what would be right.
    """
    features = _features(content)
    record = Record(author, _("Imported areas from %(file)s") % {"file": name[:120]})
    made: dict[str, Area] = {}
    for number, feature in enumerate(features, start=1):
        outline = _outline(feature.get("geometry"), number)
        properties = _properties(feature)
        called = properties.get("name") or _text(feature.get("id"))
        if not called:
            raise PlanError(
                _("Feature %(number)s has no name: give it a property “name”.") % {"number": number}
            )
        code = (_text(feature.get("id")) or properties.get("id") or called)[:64]
        if code in made:
            raise PlanError(
                _(
                    "Feature %(number)s is “%(code)s” like one before it: give each an “id” or name of its own."
                )
                % {"number": number, "code": code}
            )
        _refuse_namesake(called[:120], code, number)
        values = {"name": called[:120], "state": properties.get("state", "")[:40], **_drawn(outline)}
        area = Area.objects.filter(kind=AreaKind.POLYGON, code=code).first()
        if area is None:
            area = create_row(record, Area(kind=AreaKind.POLYGON, code=code, **values))
        else:
            change_row(record, area, values)
        made[code] = area
    save_act(record)
    return list(made.values())


def _refuse_namesake(called: str, code: str, number: int) -> None:
    """Two areas of one name could not be told apart where one is chosen for a rule."""
    other = Area.objects.filter(kind=AreaKind.POLYGON, name__iexact=called).exclude(code=code).first()
    if other is not None:
        raise PlanError(
            _(
                "Feature %(number)s is called “%(name)s” like the area with the id “%(code)s”: give it a name of its own, or that id to replace it."
            )
            % {"number": number, "name": called, "code": other.code}
        )


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
    cells = sorted({h3.latlng_to_cell(latitude, longitude, resolution) for latitude, longitude in places})
    fresh = []
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


def _features(content: bytes) -> list[Mapping[str, Any]]:
    if len(content) > MOST_BYTES:
        raise PlanError(_("A file of areas has 25 MB at most."))
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PlanError(_("This is no GeoJSON: %(why)s.") % {"why": str(error)[:100]}) from error
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise PlanError(_("This is no GeoJSON feature collection: it needs a list “features”."))
    if not 1 <= len(features) <= MOST_FEATURES:
        raise PlanError(
            _("A file of areas has 1 to 5,000 features, not %(n)s.") % {"n": f"{len(features):,}"}
        )
    _refuse_other_coordinates(read.get("crs"))
    return features


def _refuse_other_coordinates(crs: Any) -> None:
    """Older files say in what they count; small numbers of feet or meters would pass as degrees elsewhere on earth."""
    named = crs.get("properties") if isinstance(crs, dict) else None
    name = _text(named.get("name")) if isinstance(named, dict) else ""
    if name and not name.upper().endswith(IN_DEGREES):
        raise PlanError(
            _("The coordinates of this file are in %(crs)s: save it in degrees (WGS 84, EPSG:4326).")
            % {"crs": name[:80]}
        )


def _properties(feature: Mapping[str, Any]) -> dict[str, str]:
    """By their names in small letters: some programs write “Name”, some “NAME”."""
    given = feature.get("properties")
    if not isinstance(given, dict):
        return {}
    return {str(name).casefold(): _text(value) for name, value in given.items()}


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\x00", "").strip()


def _outline(geometry: Any, number: int) -> Any:
    wrong = _("Feature %(number)s is no polygon in degrees of longitude and latitude: %(why)s.")
    if not isinstance(geometry, dict):
        raise PlanError(wrong % {"number": number, "why": "geometry: null"})
    try:
        outline = shape(geometry)
    except Exception as error:  # shapely raises whatever a wrong shape makes it trip over
        raise PlanError(wrong % {"number": number, "why": str(error)[:80]}) from error
    if outline.geom_type not in {"Polygon", "MultiPolygon"} or outline.is_empty:
        raise PlanError(wrong % {"number": number, "why": outline.geom_type})
    west, south, east, north = outline.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise PlanError(wrong % {"number": number, "why": f"{west:g} … {east:g}, {south:g} … {north:g}"})
    if shapely.get_num_coordinates(outline) > MOST_POINTS:
        raise PlanError(wrong % {"number": number, "why": f"> {MOST_POINTS:,}"})
    whole = outline if outline.is_valid else _areal(shapely.make_valid(outline))
    if whole.is_empty:
        raise PlanError(
            _("Feature %(number)s is a line: a polygon goes around something.") % {"number": number}
        )
    return whole


def _areal(mended: Any) -> Any:
    parts = [
        one for one in getattr(mended, "geoms", [mended]) if one.geom_type in {"Polygon", "MultiPolygon"}
    ]
    return shapely.union_all(parts)


def _drawn(outline: Any) -> dict[str, Any]:
    west, south, east, north = outline.bounds
    return {"geometry": mapping(outline), "west": west, "south": south, "east": east, "north": north}
