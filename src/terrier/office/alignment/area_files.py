"""Files of areas: what a GeoJSON file draws, feature by feature, or what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape

from terrier.office.alignment.errors import PlanError

MOST_FEATURES = 5_000
MOST_BYTES = 25 * 2**20
MOST_POINTS = 500_000
IN_DEGREES = ("CRS84", "CRS83", "4326", "4269")
"""How the names of those coordinate systems end whose numbers are longitudes and latitudes, for maps as good as the same."""


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """An area of a file. number : of its feature, from 1 on. code : what it is known by when it is brought again."""

    number: int
    code: str
    name: str
    state: str
    outline: Any


def read_areas(content: bytes) -> list[DrawnArea]:
    """What a file draws. Raises PlanError that names the feature that is wrong, and what would be right."""
    found = []
    for number, feature in _features(content):
        properties = _properties(feature)
        territory = properties["territory"] if _is_territory(properties) else ""
        called = territory or properties.get("name") or _text(feature.get("id"))
        outline = _outline(feature.get("geometry"), number, called)
        if not called:
            raise PlanError(
                _("Feature %(number)s has no name: give it a property “name”.") % {"number": number}
            )
        key = properties.get("key") if territory else ""
        code = key or _text(feature.get("id")) or properties.get("id") or called
        found.append(
            DrawnArea(
                number, code[:64], spoken(called)[:120].rstrip(), properties.get("state", "")[:40], outline
            )
        )
    return found


def _features(content: bytes) -> list[tuple[int, Mapping[str, Any]]]:
    if len(content) > MOST_BYTES:
        raise PlanError(_("A file of areas has 25 MB at most."))
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PlanError(_("This is no GeoJSON: %(why)s.") % {"why": str(error)[:100]}) from error
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise PlanError(_("This is no GeoJSON feature collection: it needs a list “features”."))
    drawing = [(at, one) for at, one in enumerate(features, start=1) if not _is_passed_over(one)]
    if features and not drawing:
        raise PlanError(_("No territory of this plan has land: there is nothing to make areas of."))
    if not 1 <= len(drawing) <= MOST_FEATURES:
        raise PlanError(_("A file of areas has 1 to 5,000 features, not %(n)s.") % {"n": f"{len(drawing):,}"})
    _refuse_other_coordinates(read.get("crs"))
    return drawing


def _is_passed_over(feature: Mapping[str, Any]) -> bool:
    """Whether it belongs to a plan's export and has no land: an account, or a territory that goes by names alone."""
    properties = _properties(feature)
    if properties.get("kind") == "account":
        geometry = feature.get("geometry")
        return isinstance(geometry, dict) and geometry.get("type") == "Point"
    return _is_territory(properties) and feature.get("geometry") is None


def _is_territory(properties: Mapping[str, str]) -> bool:
    return properties.get("kind") == "territory" and bool(properties.get("territory"))


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


def spoken(name: str) -> str:
    """The name of an area as it is kept: nothing around it, one space between its words."""
    return " ".join(name.replace("\x00", "").split())


def alike(name: str) -> str:
    """The same for names that nobody tells apart: two areas of one's own never have them."""
    return spoken(name).casefold()


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\x00", "").strip()


def _outline(geometry: Any, number: int, called: str) -> Any:
    wrong = _("Feature %(number)s is no polygon in degrees of longitude and latitude: %(why)s.")
    if not isinstance(geometry, dict):
        if called:
            raise PlanError(
                _("Feature %(number)s, “%(name)s”, has no outline: draw its polygon, or leave it out.")
                % {"number": number, "name": called[:60]}
            )
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
