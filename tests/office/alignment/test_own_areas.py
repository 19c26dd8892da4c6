"""Areas of the company's own: who uses them, renaming, deleting with a way back; and a plan's export brought back as areas."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from shapely.geometry import shape

from terrier.office.accounts.models import Account
from terrier.office.alignment.areas import import_areas
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Area, Plan, Rule, Territory
from terrier.office.alignment.own_areas import delete_area, rename_area, uses_of
from terrier.office.alignment.plan_content import read_plan
from terrier.office.alignment.plan_geojson import geojson_of
from terrier.office.alignment.rule_texts import in_words
from terrier.office.alignment.rules import add_rule
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.audit.undo import NotUndoneError, undo_act
from tests.office.alignment.planned import east
from tests.office.conftest import Company

NOBODY = Author(None)


def squares(*names: str) -> bytes:
    """A degree each, side by side from Columbus to the east."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": f"s{at}",
                    "properties": {"name": name},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [
                            [[x, 39], [x + 1, 39], [x + 1, 41], [x, 41], [x, 39]],
                        ],
                    },
                }
                for at, (name, x) in enumerate((name, -83.5 + at) for at, name in enumerate(names))
            ],
        }
    ).encode()


def brought(*names: str) -> list[Area]:
    return import_areas(content=squares(*names), name="x.geojson", author=NOBODY)


def ruled(plan: Plan, nodes: dict[str, Territory], area: Area) -> Rule:
    return add_rule(
        plan=plan, kind="area", territory=nodes["Ohio"], parameters={"areas": [area.pk]}, author=NOBODY
    )


def test_the_list_says_which_rules_use_an_area(company: Company) -> None:
    center, edge = brought("Center", "Edge")
    plan, nodes = east(company)
    ruled(plan, nodes, center)
    rita = company.client("rita")
    page = rita.get(reverse("plans:own_areas")).content.decode()
    assert "Center" in page
    assert "Edge" in page
    assert "1 rule" in page
    shown = rita.get(reverse("plans:own_area", args=[center.pk])).content.decode()
    assert "Spring" in shown
    assert reverse("plans:remove_area", args=[center.pk]) not in shown
    free = rita.get(reverse("plans:own_area", args=[edge.pk])).content.decode()
    assert "No rule places accounts by it." in free


def test_rules_of_plans_out_of_sight_are_counted_and_not_named(company: Company) -> None:
    (center,) = brought("Center")
    plan, nodes = east(company)
    ruled(plan, nodes, center)
    uses = uses_of([center.pk], company.people["ralph"])[center.pk]
    assert (uses.rules, uses.n_hidden) == ((), 1)
    with pytest.raises(PlanError, match="1 of a plan that you do not see"):
        delete_area(area=center, author=Author(company.people["ralph"]))
    Plan.objects.filter(pk=plan.pk).update(state="archived")
    uses = uses_of([center.pk], None)[center.pk]
    assert (uses.n_acting, uses.n_past) == (0, 1)


def test_an_area_is_renamed_but_not_like_another(company: Company) -> None:
    center, _edge = brought("Center", "Über")
    rita = company.client("rita")
    address = reverse("plans:own_area", args=[center.pk])
    refused = rita.post(address, {"name": "ÜBER"}).content.decode()
    assert "Another area is called “ÜBER” already." in refused
    rita.post(address, {"name": " Middle  of Ohio "})
    assert Area.objects.get(pk=center.pk).name == "Middle of Ohio"
    with pytest.raises(PlanError, match="1 to 120"):
        rename_area(area=center, name=" ", author=NOBODY)


def test_a_used_area_stays_and_another_comes_back_by_undo(company: Company) -> None:
    center, edge = brought("Center", "Edge")
    plan, nodes = east(company)
    rule = ruled(plan, nodes, center)
    rita = company.client("rita")
    refused = rita.post(reverse("plans:remove_area", args=[center.pk]), follow=True).content.decode()
    assert "Rules place accounts by “Center”: rule 1 of “Spring”. Change them first." in refused
    rita.post(reverse("plans:remove_area", args=[edge.pk]))
    assert not Area.objects.filter(pk=edge.pk).exists()
    act = Act.objects.get(summary="Deleted the area “Edge”")
    assert act.actor == company.people["rita"]
    rita.post(reverse("audit:undo", args=[act.pk]))
    back = Area.objects.get(pk=edge.pk)
    assert (back.name, back.geometry, back.west) == (edge.name, json.loads(json.dumps(edge.geometry)), -82.5)
    assert in_words(rule) == "Center"


def test_undo_leaves_no_rule_without_its_area_and_no_two_of_a_name(company: Company) -> None:
    (center,) = brought("Center")
    plan, nodes = east(company)
    rule = ruled(plan, nodes, center)
    with pytest.raises(NotUndoneError, match="Rule 1 of “Spring” places accounts by it"):
        undo_act(act=Act.objects.get(summary="Imported areas from x.geojson"), author=NOBODY)
    Plan.objects.filter(pk=plan.pk).update(state="archived")
    act = delete_area(area=center, author=NOBODY)
    assert act is not None
    assert in_words(rule) == "a deleted area"
    Area.objects.create(
        kind="polygon", code="o", name="CENTER", geometry=center.geometry, west=1, south=1, east=2, north=2
    )
    with pytest.raises(NotUndoneError, match="Another area is called “Center” already"):
        undo_act(act=act, author=NOBODY)


def test_areas_over_the_api(company: Company) -> None:
    plan, nodes = east(company)
    rita = company.client("rita")
    file = SimpleUploadedFile("x.geojson", squares("Center", "Edge"))
    made = rita.post(reverse("api:areas"), {"file": file})
    assert made.status_code == 201, made.content
    center, edge = (one["id"] for one in made.json())
    rule = ruled(plan, nodes, Area.objects.get(pk=center))
    listed = rita.get(reverse("api:areas"), {"kind": "polygon"}).json()["items"]
    assert {one["name"] for one in listed} == {"Center", "Edge"}
    assert rita.get(reverse("api:area_uses", args=[center])).json() == {
        "rules": [{"plan_id": plan.pk, "rule_id": rule.pk, "number": 1}],
        "n_hidden": 0,
        "n_past": 0,
    }
    changed = changed_by(rita, center, {"name": "Middle"})
    assert changed.json()["name"] == "Middle"
    assert changed_by(rita, center, {"name": "EDGE"}).status_code == 422
    assert rita.delete(reverse("api:one_area", args=[center])).status_code == 422
    assert rita.delete(reverse("api:one_area", args=[edge])).status_code == 204
    assert rita.get(reverse("api:one_area", args=[edge])).status_code == 404


def changed_by(client: Client, area: int, body: dict[str, Any]) -> Any:
    return client.patch(reverse("api:one_area", args=[area]), body, content_type="application/json")


PLACES = {"columbus": (39.96, -83.0), "dayton": (39.76, -84.19), "ames": (42.03, -93.62)}


@pytest.fixture
def exported(company: Company) -> dict[str, Any]:
    """A plan's GeoJSON: Ohio and Iowa with land, Inside without, a point for each account."""
    plan, _nodes = east(company)
    for label, (latitude, longitude) in PLACES.items():
        Account.objects.filter(pk=company.accounts[label].pk).update(latitude=latitude, longitude=longitude)
    found: dict[str, Any] = json.loads(b"".join(geojson_of(read_plan(plan, company.people["rita"]))))
    return found


def test_the_export_of_a_plan_comes_back_as_areas(company: Company, exported: dict[str, Any]) -> None:
    content = json.dumps(exported).encode()
    made = import_areas(content=content, name="spring.geojson", author=NOBODY)
    assert {area.name for area in made} == {"Ohio", "Iowa"}
    land = {
        one["properties"]["territory"]: one["geometry"]
        for one in exported["features"]
        if one["properties"]["kind"] == "territory"
    }
    for area in made:
        assert shape(area.geometry).equals(shape(land[area.name]))
    again = import_areas(content=content, name="spring.geojson", author=NOBODY)
    assert {area.pk for area in again} == {area.pk for area in made}, "known by their keys"


def test_a_feature_without_a_polygon_is_named(company: Company, exported: dict[str, Any]) -> None:
    first = exported["features"][0]
    points = [one for one in exported["features"] if one["properties"]["kind"] == "account"]
    with pytest.raises(PlanError, match="No territory of this plan has land"):
        import_areas(content=json.dumps({"features": points}).encode(), name="x", author=NOBODY)
    first["properties"], first["geometry"] = {"name": "Ohio"}, None
    content = json.dumps(exported).encode()
    with pytest.raises(PlanError, match="Feature 1, “Ohio”, has no outline: draw its polygon"):
        import_areas(content=content, name="x", author=NOBODY)
    first["geometry"] = {"type": "Point", "coordinates": [-83, 40]}
    content = json.dumps(exported).encode()
    with pytest.raises(
        PlanError, match="Feature 1 is no polygon in degrees of longitude and latitude: Point"
    ):
        import_areas(content=content, name="x", author=NOBODY)
    assert not Area.objects.exists()
