"""A plan as GeoJSON (RFC 7946): the land of each territory, then a point for each account that has a place. One feature a line.

Brought back as areas of one's own, a territory is known by its key, which is the same in every copy of the plan.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from terrier.office.alignment.plan_content import Placed, PlanContent


def geojson_of(content: PlanContent) -> Iterator[bytes]:
    """The file, line by line."""
    yield b'{"type":"FeatureCollection","features":[\n'
    comma = b""
    for feature in _features(content):
        text = json.dumps(feature, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        yield comma + text.encode("utf-8")
        comma = b",\n"
    yield b"\n]}\n"


def _features(content: PlanContent) -> Iterator[dict[str, Any]]:
    for row in content.rows:
        node = row.territory
        yield {
            "type": "Feature",
            "id": f"territory-{node.pk}",
            "geometry": _land(content.outlines.get(node.pk)),
            "properties": {
                "kind": "territory",
                "territory": node.name,
                "key": str(node.key),
                "of": node.kind,
                "position": node.position.name if node.position else None,
                "color": content.colors[node.pk],
                "accounts": row.n_accounts,
                "sales": round(row.sales, 2),
                "potential": round(row.potential, 2),
                "workload_hours": round(row.workload, 1),
                "travel_hours": round(row.travel_hours, 1),
                "expected_pay": None if row.pay is None else round(row.pay, 2),
                "gained": row.n_gained,
                "lost": row.n_lost,
                "deviations": {measure.value: round(value, 4) for measure, value in row.deviations.items()},
            },
        }
    for one in content.accounts:
        if one.longitude is not None and one.latitude is not None:
            yield _point(content, one)


def _point(content: PlanContent, one: Placed) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"account-{one.account}",
        "geometry": {
            "type": "Point",
            "coordinates": [round(one.longitude or 0.0, 6), round(one.latitude or 0.0, 6)],
        },
        "properties": {
            "kind": "account",
            "account": one.external_id or str(one.account),
            "name": one.name,
            "class": one.account_class or None,
            "sales": one.sales,
            "potential": one.potential,
            "territory": content.name(one.territory) or None,
            "present": content.name(one.present) or None,
            "moved": one.is_moved,
            "cause": one.cause,
        },
    }


def _land(shape: BaseGeometry | None) -> dict[str, Any] | None:
    """Counterclockwise outside, clockwise inside; a territory without land has no geometry, which RFC 7946 allows."""
    if shape is None:
        return None
    said: dict[str, Any] = json.loads(shapely.to_geojson(shapely.orient_polygons(shape)))
    said["coordinates"] = _rounded(said["coordinates"])
    return said


def _rounded(value: Any) -> Any:
    return [_rounded(one) for one in value] if isinstance(value, list) else round(value, 5)
