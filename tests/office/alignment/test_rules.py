from __future__ import annotations

import json
from typing import Any

import h3
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from terrier.office.accounts.models import Account
from terrier.office.alignment.areas import ensure_counties, ensure_hexagons, import_areas, within_polygon
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.locking import lock_accounts
from terrier.office.alignment.models import Area, Coverage, Plan, Rule
from terrier.office.alignment.rules import (
    add_rule,
    apply_rules,
    change_rule,
    effects_of,
    order_rules,
    remove_rule,
)
from terrier.office.alignment.undoing import undo
from terrier.office.audit.models import Act, Entry
from terrier.office.audit.services import Author
from terrier.office.audit.undo import undo_act
from tests.office.alignment.planned import HELD, east
from tests.office.alignment.test_moving import where
from tests.office.conftest import LONG_AGO, Company


@pytest.fixture
def places(company: Company) -> Company:
    """Columbus and Dayton where they are, Ames in Iowa; a chain; one big account."""
    for label, longitude, latitude, code, state, values in (
        ("columbus", -83.0, 39.96, "43215", "OH", {"annual_sales": 90_000, "account_class": "A"}),
        ("dayton", -84.19, 39.76, "45402-1234", "OH", {"channel": "vet"}),
        ("ames", -93.62, 42.03, "50010", "IA", {"potential": 500}),
        ("chain ohio", -82.9, 40.0, "43219", "OH", {"channel": "chain"}),
    ):
        Account.objects.filter(pk=company.accounts[label].pk).update(
            longitude=longitude, latitude=latitude, postal_code=code, state=state, **values
        )
    return company


def takes(plan: Plan) -> list[int]:
    return [effect.n_takes for effect in effects_of(plan).rules]


SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Around Columbus"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[-84, 39], [-82, 39], [-82, 41], [-84, 41], [-84, 39]]],
            },
        }
    ],
}

MATCHES: dict[str, tuple[str, Any, set[str]]] = {
    "state": ("state", {"states": ["IA"]}, {"ames"}),
    "channel": ("channel", {"channels": ["vet"]}, {"dayton"}),
    "class": ("class", {"classes": ["A"]}, {"columbus"}),
    "no class": ("class", {"classes": [""]}, {"dayton", "ames", "chain ohio"}),
    "size": ("size", {"at_least": "50000"}, {"columbus"}),
    "potential": ("size", {"by": "potential", "below": "1000"}, {"ames"}),
    "one zip": ("zip", {"zips": ["45402"]}, {"dayton"}),
    "zips by beginning and range": (
        "zip",
        {"zips": ["432*", "50000-50020"]},
        {"columbus", "chain ohio", "ames"},
    ),
    "everything": ("catch_all", None, set(HELD)),
}


@pytest.mark.parametrize("name", MATCHES)
def test_a_rule_takes_what_fits_it(places: Company, name: str) -> None:
    plan, nodes = east(places)
    kind, parameters, expected = MATCHES[name]
    author = Author(places.people["rita"])
    add_rule(plan=plan, kind=kind, territory=nodes["Inside"], parameters=parameters, author=author)
    assert takes(plan) == [len(expected)]
    apply_rules(plan=plan, author=author)
    assert {label for label, name in where(plan).items() if name == "Inside"} == expected


def test_rules_by_chain_by_name_and_by_area(places: Company) -> None:
    plan, nodes = east(places)
    author = Author(places.people["rita"])
    areas = import_areas(content=json.dumps(SQUARE).encode(), name="x.geojson", author=author)
    for kind, parameters in (
        ("chain", {"chains": [places.accounts["chain"].pk]}),
        ("named", {"accounts": [places.accounts["ames"].pk]}),
        ("area", {"areas": [areas[0].pk]}),
    ):
        add_rule(plan=plan, kind=kind, territory=nodes["Inside"], parameters=parameters, author=author)
    found = effects_of(plan)
    assert [effect.n_takes for effect in found.rules] == [1, 1, 1]
    assert [effect.n_matches for effect in found.rules] == [1, 1, 2]
    assert (found.n_left, found.n_moves, found.has_catch_all) == (1, 3, False)


def test_the_first_rule_that_matches_wins_and_conflicts_are_told(places: Company) -> None:
    plan, nodes = east(places)
    author = Author(places.people["rita"])
    add_rule(plan=plan, kind="state", territory=nodes["Ohio"], parameters={"states": ["OH"]}, author=author)
    vet = add_rule(
        plan=plan, kind="channel", territory=nodes["Inside"], parameters={"channels": ["vet"]}, author=author
    )
    found = effects_of(plan).rules
    assert (found[1].n_takes, found[1].conflicts) == (0, {1: 1})
    assert found[1].unreachable == "All that fits it is taken by rule 1."
    order_rules(plan=plan, ids=[vet.pk, found[0].rule.pk], author=author)
    assert takes(plan) == [1, 2]


def test_a_rule_that_fits_nobody_is_pointed_out(places: Company) -> None:
    plan, nodes = east(places)
    add_rule(
        plan=plan, kind="state", territory=nodes["Ohio"], parameters={"states": ["ME"]}, author=Author(None)
    )
    assert effects_of(plan).rules[0].unreachable == "No account of this plan fits it."


def test_the_catch_all_stays_last(places: Company) -> None:
    plan, nodes = east(places)
    author = Author(places.people["rita"])
    last = add_rule(plan=plan, kind="catch_all", territory=nodes["Iowa"], author=author)
    first = add_rule(
        plan=plan, kind="state", territory=nodes["Ohio"], parameters={"states": ["OH"]}, author=author
    )
    assert list(Rule.objects.filter(plan=plan).values_list("kind", "number")) == [
        ("state", 1),
        ("catch_all", 2),
    ]
    with pytest.raises(PlanError, match="everything else already"):
        add_rule(plan=plan, kind="catch_all", territory=nodes["Iowa"], author=author)
    with pytest.raises(PlanError, match="comes last"):
        order_rules(plan=plan, ids=[last.pk, first.pk], author=author)
    remove_rule(rule=first, author=author)
    assert Rule.objects.get(plan=plan).number == 1
    assert effects_of(plan).has_catch_all


def test_what_is_locked_stays_and_the_rest_comes_back_by_undo(places: Company) -> None:
    plan, nodes = east(places)
    author = Author(places.people["rita"])
    lock_accounts(plan=plan, accounts=[places.accounts["columbus"].pk], author=author)
    add_rule(plan=plan, kind="catch_all", territory=nodes["Iowa"], author=author)
    apply_rules(plan=plan, author=author)
    assert where(plan) == {**dict.fromkeys(HELD, "Iowa"), "columbus": "Ohio"}
    undo(plan=plan, author=author)
    assert where(plan) == HELD


WRONG = {
    "no zip": ("zip", {"zips": ["4300"]}, "is not a ZIP code"),
    "no state": ("state", {}, "states"),
    "unknown channel": ("channel", {"channels": ["moon"]}, "channels.0"),
    "no bound": ("size", {"by": "annual_sales"}, "Say from where"),
    "crossed bounds": ("size", {"at_least": "10", "below": "5"}, "less than"),
    "unknown kind": ("weather", {}, "no kind of rule"),
    "more than asked": ("catch_all", {"states": ["OH"]}, "states"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_rule_that_cannot_be_read_is_refused(places: Company, name: str) -> None:
    plan, nodes = east(places)
    kind, parameters, said = WRONG[name]
    with pytest.raises(PlanError, match=said):
        add_rule(plan=plan, kind=kind, territory=nodes["Ohio"], parameters=parameters, author=Author(None))


def test_a_rule_is_changed_as_a_whole(places: Company) -> None:
    plan, nodes = east(places)
    author = Author(places.people["rita"])
    rule = add_rule(
        plan=plan, kind="state", territory=nodes["Ohio"], parameters={"states": ["OH"]}, author=author
    )
    assert change_rule(rule=rule, author=author, values={"territory": nodes["Iowa"], "note": "Trial"})
    with pytest.raises(PlanError, match="stays what it is"):
        change_rule(rule=rule, author=author, values={"kind": "catch_all"})
    assert Rule.objects.get(pk=rule.pk).territory == nodes["Iowa"]


def test_effects_take_as_many_queries_however_many_accounts(
    places: Company, django_assert_max_num_queries: Any
) -> None:
    plan, nodes = east(places)
    for state in ("OH", "IA", "ME"):
        add_rule(
            plan=plan,
            kind="state",
            territory=nodes["Ohio"],
            parameters={"states": [state]},
            author=Author(None),
        )
    with django_assert_max_num_queries(5):
        effects_of(plan)


def test_areas_come_from_outlines_hexagons_and_files(places: Company) -> None:
    franklin = ensure_counties(["39049"])[0]
    assert franklin.name == "Franklin, OH"
    assert ensure_counties(["39049"]) == [franklin]
    cells = ensure_hexagons(Account.objects.all(), 4)
    assert 3 <= len(cells) <= 4
    with pytest.raises(PlanError, match="no county"):
        ensure_counties(["99999"])
    with pytest.raises(PlanError, match="sizes 2 to 8"):
        ensure_hexagons(Account.objects.all(), 12)


BROKEN = {
    "no JSON": (b"{", "no GeoJSON"),
    "no features": (b"{}", "feature collection"),
    "a point": (
        b'{"features": [{"properties": {"name": "x"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
        "Feature 1 is no polygon",
    ),
    "meters": (
        json.dumps(SQUARE).replace("-84", "840000").encode(),
        "Feature 1 is no polygon in degrees",
    ),
    "no name": (json.dumps(SQUARE).replace("Around Columbus", "").encode(), "has no name"),
    "no geometry": (
        b'{"features": [{"properties": {"name": "x"}, "geometry": null}]}',
        "“x”, has no outline",
    ),
    "a list of properties": (
        json.dumps(SQUARE).replace('{"name": "Around Columbus"}', "[1]").encode(),
        "has no name",
    ),
    "no extent": (json.dumps(SQUARE).replace("41]", "39]").encode(), "Feature 1 is a line"),
    "the same twice": (
        json.dumps(SQUARE | {"features": SQUARE["features"] * 2}).encode(),
        "Feature 2 is “Around Columbus” like one before",
    ),
    "feet, and says so": (
        json.dumps(SQUARE | {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::2263"}}}).encode(),
        "in urn:ogc:def:crs:EPSG::2263: save it in degrees",
    ),
    "two areas of one name": (
        json.dumps(SQUARE | {"features": [{**SQUARE["features"][0], "id": one} for one in "ab"]}).encode(),
        "Feature 2 is called “Around Columbus” like the area with the id “a”",
    ),
    "two areas of one name, spaced and written otherwise": (
        json.dumps(
            SQUARE
            | {
                "features": [
                    {**SQUARE["features"][0], "id": name, "properties": {"name": name}}
                    for name in ("Around Columbus", "around  COLUMBUS")
                ]
            }
        ).encode(),
        "Feature 2 is called “around COLUMBUS” like the area with the id “Around Columbus”",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_of_areas_is_read_whole_or_not_at_all(company: Company, name: str) -> None:
    content, said = BROKEN[name]
    with pytest.raises(PlanError, match=said):
        import_areas(content=content, name="x.geojson", author=Author(None))
    assert not Area.objects.exists()


def test_the_name_of_an_area_may_be_written_in_capitals(company: Company) -> None:
    content = json.dumps(SQUARE | {"crs": {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}})
    made = import_areas(content=content.replace('"name": "A', '"NaMe": "A').encode(), name="x", author=NOBODY)
    assert [area.name for area in made] == ["Around Columbus"]


def test_an_area_that_is_brought_again_is_on_record(company: Company) -> None:
    content = json.dumps(SQUARE)
    import_areas(content=content.encode(), name="first.geojson", author=NOBODY)
    import_areas(content=content.replace("41", "42").encode(), name="second.geojson", author=NOBODY)
    assert Area.objects.get().north == 42
    assert Entry.objects.filter(object_type="alignment.area", changes__has_key="north").count() == 2


def test_the_page_of_rules_takes_areas_and_its_form_names_them(places: Company, client: Client) -> None:
    plan, _nodes = east(places)
    client.force_login(places.people["rita"])
    for content, told in (
        (json.dumps(SQUARE), "1 area is there now."),
        (json.dumps(SQUARE).replace("[-8", "[8"), "is each longitude before its latitude?"),
    ):
        file = SimpleUploadedFile("x.geojson", content.encode())
        answer = client.post(reverse("plans:areas", args=[plan.pk]), {"file": file}, follow=True)
        assert told in answer.content.decode()
    form = client.get(reverse("plans:new_rule", args=[plan.pk, "area"])).content.decode()
    assert "Yours are “Around Columbus”." in form


def test_a_lasso_catches_what_lies_in_it(places: Company) -> None:
    ring = [(-84, 39), (-82, 39), (-82, 41), (-84, 41)]
    found = within_polygon(ring, Account.objects.all())
    assert found == sorted(places.accounts[label].pk for label in ("columbus", "chain ohio"))
    with pytest.raises(PlanError, match="corners"):
        within_polygon(ring[:2], Account.objects.all())


def numbered(plan: Plan) -> list[tuple[int, str]]:
    return [(one.number, one.note) for one in Rule.objects.filter(plan=plan).order_by("number")]


def three(plan: Plan, nodes: Any) -> dict[str, Rule]:
    return {
        note: add_rule(
            plan=plan,
            kind="state",
            parameters={"states": [note]},
            territory=nodes["Ohio"],
            note=note,
            author=NOBODY,
        )
        for note in ("OH", "IA", "UT")
    }


NOBODY = Author(None)


def last_act() -> Act:
    return Act.objects.order_by("-at").first()  # type: ignore[return-value]


@pytest.mark.parametrize("deed", ["remove", "reorder", "between"])
def test_what_numbered_other_rules_anew_is_undone_and_done_again(company: Company, deed: str) -> None:
    plan, nodes = east(company)
    rules = three(plan, nodes)
    before = numbered(plan)
    if deed == "remove":
        remove_rule(rule=rules["OH"], author=NOBODY)
    elif deed == "reorder":
        order_rules(plan=plan, ids=[rules[note].pk for note in ("UT", "OH", "IA")], author=NOBODY)
    else:
        add_rule(
            plan=plan,
            kind="state",
            parameters={"states": ["NV"]},
            territory=nodes["Iowa"],
            number=1,
            author=NOBODY,
        )
    after = numbered(plan)
    assert after != before
    undone = undo_act(act=last_act(), author=NOBODY)
    assert numbered(plan) == before
    undo_act(act=undone, author=NOBODY)
    assert numbered(plan) == after


def test_what_is_wrong_with_a_rule_stands_at_its_field_in_plain_words(company: Company) -> None:
    plan, nodes = east(company)
    answer = company.client("rita").post(
        f"/plans/{plan.pk}/rules/new/zip", {"zips": "hello", "territory": nodes["Iowa"].pk}
    )
    errors = answer.context["form"].errors
    assert list(errors) == ["zips"]
    assert errors["zips"][0].startswith("“hello” is not a ZIP code")


def test_a_rule_of_states_reads_them_in_any_case_and_refuses_those_that_there_are_not(
    company: Company,
) -> None:
    plan, nodes = east(company)
    rita, ask = company.client("rita"), f"/plans/{plan.pk}/rules/new/state"
    answer = rita.post(ask, {"states": "oh, Atlantis", "territory": nodes["Iowa"].pk})
    assert "“Atlantis”" in answer.context["form"].errors["states"][0]
    rita.post(ask, {"states": "oh, wy", "territory": nodes["Iowa"].pk})
    rule = Rule.objects.get(plan=plan)
    assert rule.parameters == {"states": ["OH", "WY"]}
    path = f"/api/v1/plans/{plan.pk}/rules"
    body = {"kind": "state", "parameters": {"states": ["ia"]}, "territory_id": nodes["Iowa"].pk}
    made = rita.post(path, body, content_type="application/json")
    assert made.json()["parameters"] == {"states": ["IA"]}


def test_a_name_that_several_accounts_have_names_none_of_them(company: Company) -> None:
    plan, nodes = east(company)
    twin = Account.objects.create(name="Columbus", external_id="TWIN-2", state="OH")
    Coverage.objects.create(account=twin, position=company.positions["tess"], starts_on=LONG_AGO)
    rita, ask = company.client("rita"), f"/plans/{plan.pk}/rules/new/named"
    answer = rita.post(ask, {"accounts": "Columbus", "territory": nodes["Iowa"].pk})
    assert "Several accounts have this name" in answer.context["form"].errors["accounts"][0]
    rita.post(ask, {"accounts": "TWIN-2", "territory": nodes["Iowa"].pk})
    assert Rule.objects.get(plan=plan).parameters == {"accounts": [twin.pk]}


def test_a_rule_speaks_of_hexagons_by_their_code(places: Company) -> None:
    plan, nodes = east(places)
    around_columbus = h3.latlng_to_cell(39.96, -83.0, 5)
    rita, ask = places.client("rita"), f"/plans/{plan.pk}/rules/new/area"
    rita.post(ask, {"areas": f"{around_columbus}\nStory, IA", "territory": nodes["Inside"].pk})
    rule = Rule.objects.get(plan=plan)
    assert [effect.n_matches for effect in effects_of(plan).rules] == [2]
    assert around_columbus in rita.get(f"/plans/{plan.pk}/rules/{rule.pk}/").content.decode()
    finer = h3.latlng_to_cell(39.96, -83.0, 12)
    assert (
        "No area is called this"
        in rita.post(ask, {"areas": finer, "territory": nodes["Inside"].pk}).content.decode()
    )
