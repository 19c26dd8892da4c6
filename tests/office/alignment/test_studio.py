"""What the map studio reads and writes: the plan in columns, edits that overwrite nobody, remarks."""

from __future__ import annotations

import gzip
import json
import shutil
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.test import Client

from terrier.office.accounts.models import Account
from terrier.office.alignment.areas import import_areas
from terrier.office.alignment.choices import choices_of
from terrier.office.alignment.figures import plan_loads, sheet_of
from terrier.office.alignment.models import Lock, Placement, Plan, Step, Territory
from terrier.office.alignment.studio import opened
from terrier.office.alignment.studio_accounts import CAUSES, CHANNELS, CLASSES
from terrier.office.alignment.studio_columns import packed, part
from terrier.office.alignment.units import load_units
from terrier.office.alignment.workload import NOTHING, PRINTED
from terrier.office.audit.services import Author
from tests.office.alignment.shaped import COLUMNS, ROWS, shaped
from tests.office.conftest import Company

pytestmark = pytest.mark.django_db

TYPES = {"u8": "<u1", "i16": "<i2", "u16": "<u2", "i32": "<i4", "u32": "<u4", "f64": "<f8"}


def unpacked(body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and columns, as the browser reads them."""
    size = int.from_bytes(body[:4], "little")
    header, start = json.loads(body[4 : 4 + size]), 4 + size
    columns: dict[str, Any] = {}
    for name, place in header.pop("columns").items():
        at, n = start + place["at"], place["length"]
        if place["kind"] != "text":
            columns[name] = np.frombuffer(body, TYPES[place["kind"]], n, at)
            continue
        ends = np.frombuffer(body, "<u4", n + 1, at)
        first = at + 4 * (n + 1)
        columns[name] = [body[first + ends[i] : first + ends[i + 1]].decode() for i in range(n)]
    return header, columns


def came(body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and columns of a plan that came in parts."""
    header: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    while body:
        size = 8 + int.from_bytes(body[:8], "little")
        told, found = unpacked(body[8:size])
        header, columns, body = header | told, columns | found, body[size:]
    return header, columns


def opened_whole(plan: Plan) -> tuple[dict[str, Any], dict[str, Any]]:
    return came(b"".join(part(*one) for one in opened(plan)))


@pytest.fixture
def plan(company: Company) -> Plan:
    return shaped(company)[0]


@pytest.fixture
def rita(company: Company) -> Client:
    return company.client("rita")


def post(client: Client, plan: Plan, what: str, body: object) -> Any:
    return client.post(f"/plans/{plan.pk}/studio/{what}", body, content_type="application/json")


def node(plan: Plan, name: str) -> Territory:
    return Territory.objects.get(plan=plan, name=name)


def held(plan: Plan, name: str) -> list[int]:
    rows = Placement.objects.filter(plan=plan, territory__name=name).order_by("account")
    return list(rows.values_list("account", flat=True))


def edit(plan: Plan, to: str | None, accounts: list[int], **more: Any) -> dict[str, Any]:
    target = None if to is None else node(plan, to).pk
    return {"seen": 1, "kind": "move", "groups": [[target, accounts]], **more}


def test_columns_come_back_as_they_were_packed() -> None:
    body = packed(
        {"plan": 7},
        {"sales": np.array([1234500.0, 9.0]), "at": np.array([-1, 3], "i2"), "name": ["Café", "Bo"]},
    )
    header, columns = unpacked(body)
    assert header == {"plan": 7}
    assert columns["sales"].tolist() == [1234500, 9]
    assert columns["at"].tolist() == [-1, 3]
    assert columns["name"] == ["Café", "Bo"]


def test_a_plan_comes_whole_and_compressed(rita: Client, plan: Plan) -> None:
    answer = rita.get(f"/plans/{plan.pk}/studio/plan", headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    header, columns = came(gzip.decompress(answer.getvalue()))
    assert len(columns["id"]) == COLUMNS * ROWS
    assert [one["name"] for one in header["territories"]] == ["Inside", "Iowa", "Ohio"]
    assert header["territories"][2]["person"] == "Tess"
    assert set(columns["territory"]) == {1, 2}
    assert columns["name"][0] == "Store 0-0"
    assert columns["sales"].tolist() == [1_000_000] * 60


def test_a_plan_that_is_opened_again_is_not_gathered_again_until_something_happens(
    company: Company, rita: Client, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered: list[Plan] = []

    def counted(one: Plan) -> Any:
        gathered.append(one)
        return opened(one)

    monkeypatch.setattr("terrier.office.alignment.studio_answers.opened", counted)
    address = f"/plans/{plan.pk}/studio/plan"
    first = rita.get(address).getvalue()
    assert rita.get(address).getvalue() == first
    assert len(gathered) == 1
    post(rita, plan, "edits", edit(plan, "Iowa", held(plan, "Ohio")[:1]))
    assert rita.get(address).getvalue() != first
    assert len(gathered) == 2
    Account.objects.get(name="Store 0-0").save()  # even what no act tells of
    rita.get(address).getvalue()
    assert len(gathered) == 3


def renamed(number: int) -> None:
    row = Account.objects.get(pk=number)
    row.name, row.city, row.account_class, row.annual_sales = (
        "A much longer name than before, ünd wider",
        "",
        "A",
        7,
    )
    row.longitude, row.service_hours = None, Decimal("12.5")
    row.save()


@pytest.mark.parametrize("happened", ["account", "placement", "left", "visits", "nothing"])
def test_what_is_kept_of_accounts_is_as_if_it_were_read_anew(
    rita: Client, plan: Plan, settings: Any, monkeypatch: pytest.MonkeyPatch, happened: str
) -> None:
    read: list[int] = []

    def counted(*asked: Any, **more: Any) -> Any:
        units = load_units(*asked, **more)
        read.append(units.n)
        return units

    monkeypatch.setattr("terrier.office.alignment.studio_accounts.load_units", counted)
    opened_whole(plan)
    one, other = held(plan, "Ohio")[2:4]
    match happened:
        case "account":
            renamed(one)
            renamed(other)
        case "placement":
            post(rita, plan, "edits", edit(plan, "Iowa", [one, other]))
        case "left":
            Placement.objects.filter(plan=plan, account=one).delete()
        case "visits":
            plan.choices = plan.choices | {
                "visits": {"day_hours": 6, "calls": {"A": 9, "B": 9, "C": 9, "D": 9, "": 9}}
            }
            plan.save()
    plan.refresh_from_db()
    found_header, found = opened_whole(plan)
    whole = COLUMNS * ROWS
    assert read[1:] == {"account": [2], "left": [whole - 1], "visits": [whole]}.get(happened, [])
    shutil.rmtree(settings.PACKED_PLANS)
    header, columns = opened_whole(plan)
    assert found_header == header
    assert {name: list(map(str, one)) for name, one in found.items()} == {
        name: list(map(str, one)) for name, one in columns.items()
    }


def test_what_is_told_of_an_account_is_its_own(rita: Client, plan: Plan) -> None:
    backwards = sorted(held(plan, "Ohio") + held(plan, "Iowa"), reverse=True)
    for at, number in enumerate(backwards):  # names in another order than numbers
        Account.objects.filter(pk=number).update(name=f"N {at:03}", city=f"C {number}", channel="chain")
    first = min(backwards)
    Account.objects.filter(pk=first).update(channel="ecommerce", account_class="A")
    post(rita, plan, "edits", edit(plan, "Inside", [first]))
    _header, columns = came(rita.get(f"/plans/{plan.pk}/studio/plan").getvalue())
    assert columns["city"] == [f"C {int(number)}" for number in columns["id"]]
    row = columns["id"].tolist().index(first)
    assert [at for at, cause in enumerate(columns["cause"]) if cause == CAUSES.index("manual")] == [row]
    assert [at for at, one in enumerate(columns["channel"]) if one == CHANNELS.index("ecommerce")] == [row]
    assert [at for at, one in enumerate(columns["class"]) if one == CLASSES.index("A")] == [row]


def test_the_studio_finds_the_loads_that_the_plan_s_page_has_kept(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    Account.objects.filter(name="Store 0-0").update(service_hours="12.50", longitude=None)
    kept = {row.territory.pk: row.load for row in sheet_of(plan).rows}

    def refused(*_: Any) -> Any:
        raise AssertionError("reckoned again")

    monkeypatch.setattr("terrier.office.alignment.workload.reckoned", refused)
    units = load_units(plan, choices_of(plan), besides=PRINTED)
    assert kept == {node.pk: NOTHING for node in units.territories} | plan_loads(units)
    assert plan_loads(units) == plan_loads(units, by="present")


def test_a_torn_file_is_thrown_away(rita: Client, plan: Plan, settings: Any) -> None:
    address = f"/plans/{plan.pk}/studio/plan"
    first = rita.get(address).getvalue()
    files = {file: file.read_bytes() for file in settings.PACKED_PLANS.iterdir()}
    assert len(files) == 2  # the plan, and what is kept of its accounts
    for tear in (lambda whole: whole[: len(whole) // 2], lambda _whole: b"", lambda whole: whole[:-1] + b"?"):
        for file, whole in files.items():
            file.write_bytes(tear(whole))
        assert rita.get(address).getvalue() == first
        assert {file: file.read_bytes() for file in files} == files


def test_what_was_packed_for_one_is_for_nobody_who_may_not_shape_the_plan(
    company: Company, rita: Client, plan: Plan
) -> None:
    address = f"/plans/{plan.pk}/studio/plan"
    assert rita.get(address).status_code == 200
    assert {who: company.client(who).get(address).status_code for who in ("tess", "ralph", "olga")} == {
        "tess": 404,
        "ralph": 404,
        "olga": 404,
    }


def test_a_file_that_cannot_be_written_keeps_nobody_from_the_plan(
    rita: Client, plan: Plan, settings: Any
) -> None:
    settings.PACKED_PLANS.write_text("not a directory")
    assert rita.get(f"/plans/{plan.pk}/studio/plan").status_code == 200


def test_an_empty_plan_opens_too(rita: Client, plan: Plan) -> None:
    Placement.objects.filter(plan=plan).delete()
    _header, columns = came(rita.get(f"/plans/{plan.pk}/studio/plan").getvalue())
    assert {len(column) for column in columns.values()} == {0}


def test_queries_do_not_grow_with_accounts(
    rita: Client, plan: Plan, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(25):
        rita.get(f"/plans/{plan.pk}/studio/plan").getvalue()


def test_an_edit_is_kept_and_can_be_undone_as_the_step_it_was(rita: Client, plan: Plan) -> None:
    some = held(plan, "Ohio")[:5]
    saved = post(rita, plan, "edits", edit(plan, "Iowa", some)).json()
    assert held(plan, "Iowa")[:5] == some
    assert saved["version"] == 2
    assert saved["rows"] == []
    undone = post(rita, plan, "edits", edit(plan, "Ohio", some, seen=2, undoes=saved["step"])).json()
    assert held(plan, "Ohio")[:5] == some
    assert Step.objects.get(pk=undone["step"]).undoes_id == saved["step"]
    post(rita, plan, "edits", edit(plan, "Iowa", some, seen=3, undoes=undone["step"]))
    assert held(plan, "Iowa")[:5] == some


def test_whoever_comes_second_overwrites_nothing_and_learns_who_was_first(
    company: Company, rita: Client, plan: Plan
) -> None:
    first, second, third = held(plan, "Ohio")[:3]
    post(company.client("dora"), plan, "edits", edit(plan, "Inside", [first]))
    answer = post(rita, plan, "edits", edit(plan, "Iowa", [first, second, third]))
    assert answer.status_code == 409
    refused = answer.json()
    assert refused["accounts"] == [first]
    assert "Dora" in refused["reason"]
    assert [row[:2] for row in refused["rows"]] == [[first, node(plan, "Inside").pk]]
    assert held(plan, "Iowa")[-2:] != [second, third]
    again = post(rita, plan, "edits", edit(plan, "Iowa", [first], seen=refused["version"]))
    assert again.status_code == 200
    assert first in held(plan, "Iowa")


def test_others_are_not_in_the_way_where_they_did_something_else(
    company: Company, rita: Client, plan: Plan
) -> None:
    first, second = held(plan, "Ohio")[:2]
    post(company.client("dora"), plan, "edits", edit(plan, "Inside", [first]))
    saved = post(rita, plan, "edits", edit(plan, "Iowa", [second])).json()
    assert [row[0] for row in saved["rows"]] == [first]
    assert saved["people"] == ["Dora"]


def test_news_are_what_changed_since(company: Company, rita: Client, plan: Plan) -> None:
    first = held(plan, "Ohio")[0]
    quiet = rita.get(f"/plans/{plan.pk}/studio/news?seen=1").json()
    assert quiet["rows"] == []
    post(company.client("dora"), plan, "edits", {**edit(plan, "Ohio", [first]), "kind": "lock"})
    news = rita.get(f"/plans/{plan.pk}/studio/news?seen=1").json()
    assert [(row[0], row[3]) for row in news["rows"]] == [(first, 1)]
    assert news["version"] == 2


def test_locked_accounts_are_refused_whole(rita: Client, plan: Plan) -> None:
    first, second = held(plan, "Ohio")[:2]
    post(rita, plan, "edits", {**edit(plan, "Ohio", [first]), "kind": "lock"})
    assert Lock.objects.get(plan=plan).account_id == first
    answer = post(rita, plan, "edits", edit(plan, "Iowa", [first, second], seen=2))
    assert answer.status_code == 409
    assert answer.json()["accounts"] == [first]
    assert second in held(plan, "Ohio")
    post(rita, plan, "edits", {**edit(plan, "Ohio", [first], seen=2), "kind": "unlock"})
    assert not Lock.objects.filter(plan=plan).exists()


def test_a_locked_territory_keeps_its_accounts_and_takes_none(rita: Client, plan: Plan) -> None:
    whole = {"seen": 1, "kind": "lock_territory", "groups": [[node(plan, "Iowa").pk, []]]}
    saved = post(rita, plan, "edits", whole).json()
    assert saved["locked"] == [node(plan, "Iowa").pk]
    leaving = post(rita, plan, "edits", edit(plan, "Ohio", held(plan, "Iowa")[:1], seen=2))
    coming = post(rita, plan, "edits", edit(plan, "Iowa", held(plan, "Ohio")[:1], seen=2))
    assert (leaving.status_code, coming.status_code) == (409, 409)
    assert "locked" in coming.json()["reason"]
    post(rita, plan, "edits", {**whole, "kind": "unlock_territory"})
    assert not Lock.objects.filter(plan=plan).exists()
    assert post(rita, plan, "edits", edit(plan, "Iowa", held(plan, "Ohio")[:1], seen=3)).status_code == 200


def test_only_territories_of_the_plan_are_locked(rita: Client, plan: Plan) -> None:
    region = node(plan, "East").pk
    for number in (region, 10**9, None):
        whole = {"seen": 1, "kind": "lock_territory", "groups": [[number, []]]}
        assert post(rita, plan, "edits", whole).status_code == 409
    assert not Lock.objects.filter(plan=plan).exists()


def test_the_way_back_is_ones_own_and_survives_the_page(company: Company, rita: Client, plan: Plan) -> None:
    first, second, third = held(plan, "Ohio")[:3]

    def steps(who: Client, query: str = "") -> dict[str, Any]:
        answer: dict[str, Any] = who.get(f"/plans/{plan.pk}/studio/steps{query}").json()
        return answer

    assert steps(rita) == {"done": [], "undone": [], "more": False}
    one = post(rita, plan, "edits", edit(plan, "Iowa", [first])).json()["step"]
    two = post(rita, plan, "edits", edit(plan, "Iowa", [second], seen=2)).json()["step"]
    post(company.client("dora"), plan, "edits", edit(plan, "Inside", [third], seen=3))
    told = steps(rita)
    assert [step["step"] for step in told["done"]] == [two, one]
    assert told["done"][1]["groups"] == [
        [node(plan, "Ohio").pk, node(plan, "Iowa").pk, [first], CAUSES.index("import")]
    ]
    assert [step["step"] for step in steps(rita, "?below=3")["done"]] == [one]
    undone = post(rita, plan, "edits", edit(plan, "Ohio", [second], seen=4, undoes=two)).json()["step"]
    told = steps(rita)
    assert [[step["step"] for step in told[which]] for which in ("done", "undone")] == [[one], [undone]]
    post(rita, plan, "edits", edit(plan, "Inside", [second], seen=5))
    assert steps(rita)["undone"] == []


def test_locks_are_on_the_way_back_too(rita: Client, plan: Plan) -> None:
    first, iowa = held(plan, "Ohio")[0], node(plan, "Iowa").pk
    whole = {"seen": 2, "kind": "lock_territory", "groups": [[iowa, []]]}
    one = post(rita, plan, "edits", {**edit(plan, "Ohio", [first]), "kind": "lock"}).json()["step"]
    two = post(rita, plan, "edits", whole).json()["step"]
    told = rita.get(f"/plans/{plan.pk}/studio/steps").json()
    assert [(step["step"], step["kind"], step["groups"]) for step in told["done"]] == [
        (two, "lock_territory", [[iowa, iowa, [], 0]]),
        (one, "lock", [[None, None, [first], 0]]),
    ]
    opened = post(rita, plan, "edits", {**whole, "seen": 3, "kind": "unlock_territory", "undoes": two}).json()
    assert opened["locked"] == []
    told = rita.get(f"/plans/{plan.pk}/studio/steps").json()
    assert [[step["step"] for step in told[which]] for which in ("done", "undone")] == [
        [one],
        [opened["step"]],
    ]
    back = {**edit(plan, "Ohio", [first], seen=4), "kind": "unlock", "undoes": one}
    assert post(rita, plan, "edits", back).status_code == 200
    assert not Lock.objects.filter(plan=plan).exists()


def test_a_long_way_back_comes_in_parts(rita: Client, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terrier.office.alignment.undoing.MOST_AT_ONCE", 3)
    some = held(plan, "Ohio")
    for at in range(4):
        post(rita, plan, "edits", edit(plan, "Iowa", some[2 * at : 2 * at + 2], seen=at + 1))
    told = rita.get(f"/plans/{plan.pk}/studio/steps").json()
    assert (len(told["done"]), told["more"]) == (1, True)
    below = told["done"][-1]["version"]
    assert rita.get(f"/plans/{plan.pk}/studio/steps?below={below}").json()["done"][0]["version"] == below - 1


def test_an_area_at_a_point_says_which_accounts_of_the_plan_lie_in_it(
    company: Company, rita: Client, plan: Plan
) -> None:
    first = Account.objects.get(name="Store 0-0")
    point = {"longitude": first.longitude, "latitude": first.latitude}
    neighbors = ["Store 0-0", "Store 0-1", "Store 1-0"]
    Account.objects.filter(name__in=neighbors[:2]).update(postal_code="43215")
    Account.objects.filter(name="Store 1-0").update(postal_code="43215-1234")
    company.accounts["provo"].postal_code = "43215"  # another plan's
    company.accounts["provo"].save()

    def chosen(**asked: Any) -> Any:
        found = rita.get(f"/plans/{plan.pk}/studio/area", {**point, **asked}).json()
        return found and (
            found["name"],
            list(
                Account.objects.filter(pk__in=found["accounts"])
                .order_by("name")
                .values_list("name", flat=True)
            ),
        )

    assert chosen(kind="zip", account=first.pk) == ("43215", neighbors)
    assert chosen(kind="zip", account=company.accounts["provo"].pk) is None
    assert chosen(kind="hexagon", resolution=8)[1] == ["Store 0-0"]
    assert len(chosen(kind="hexagon", resolution=2)[1]) > 10
    assert chosen(kind="polygon") is None
    square = [[-84.5, 39.3], [-84.3, 39.3], [-84.3, 39.7], [-84.5, 39.7], [-84.5, 39.3]]
    hole = [[-84.41, 39.64], [-84.37, 39.64], [-84.37, 39.66], [-84.41, 39.66], [-84.41, 39.64]]
    large = [[-85, 39], [-82, 39], [-82, 41], [-85, 41], [-85, 39]]
    rows = [("Whole", [large]), ("Corner", [square, hole])]
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": rings},
        }
        for name, rings in rows
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    import_areas(content=content, name="own.geojson", author=Author(None))
    assert chosen(kind="polygon") == ("Corner", ["Store 0-0"])


@pytest.mark.parametrize(
    "asked",
    [{}, {"kind": "moon"}, {"kind": "zip", "longitude": "east"}, {"kind": "hexagon", "resolution": "12"}],
)
def test_what_is_no_point_is_refused(rita: Client, plan: Plan, asked: dict[str, str]) -> None:
    query = {"longitude": "-83", "latitude": "40", **asked}
    assert rita.get(f"/plans/{plan.pk}/studio/area", query).status_code == 400


def test_an_approved_plan_is_not_changed(rita: Client, plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(state="archived")
    answer = post(rita, plan, "edits", edit(plan, "Iowa", held(plan, "Ohio")[:1]))
    assert answer.status_code == 409
    assert "no longer changes" in answer.json()["reason"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seen": "one", "kind": "move", "groups": [[1, [1]]]},
        {"seen": 1, "kind": "burn", "groups": [[1, [1]]]},
        {"seen": 1, "kind": "move", "groups": []},
        {"seen": 1, "kind": "move", "groups": [[1, [2**70]]]},
        {"seen": 1, "kind": "move", "groups": [[1, [1]]], "more": 1},
    ],
)
def test_what_is_no_edit_is_refused(rita: Client, plan: Plan, body: object) -> None:
    assert post(rita, plan, "edits", body).status_code == 400


def test_what_belongs_to_another_plan_is_refused(company: Company, rita: Client, plan: Plan) -> None:
    stranger = company.accounts["provo"].pk
    assert post(rita, plan, "edits", edit(plan, "Iowa", [stranger])).status_code == 409


def test_a_remark_stands_at_its_place_and_is_answered_and_settled(rita: Client, plan: Plan) -> None:
    place = {"text": "Too far for Tess", "longitude": -83.5, "latitude": 40}
    remark = post(rita, plan, "remarks", place).json()["remarks"][0]
    assert (remark["who"], remark["longitude"]) == ("Rita", -83.5)
    answered = post(rita, plan, "remarks", {"text": "Agreed", "parent": remark["id"]}).json()["remarks"]
    assert [one["text"] for one in answered[0]["answers"]] == ["Agreed"]
    settled = post(rita, plan, f"remarks/{remark['id']}", {}).json()["remarks"]
    assert settled[0]["settled"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 400),
        ({"text": "  "}, 409),
        ({"text": "Here", "longitude": 200, "latitude": 0}, 400),
        ({"text": "Here", "longitude": 20}, 409),
        ({"text": "Here", "parent": 10**9}, 409),
    ],
)
def test_what_is_no_remark_is_refused(rita: Client, plan: Plan, body: object, status: int) -> None:
    assert post(rita, plan, "remarks", body).status_code == status


def test_the_studio_and_the_pages_mean_the_same_by_sales_and_calls(rita: Client, plan: Plan) -> None:
    """Sums of the columns are the figures of the plan's page."""
    header, columns = came(rita.get(f"/plans/{plan.pk}/studio/plan").getvalue())
    for at, told in enumerate(header["territories"]):
        row = sheet_of(plan).row(told["id"])
        assert row is not None
        mine = columns["territory"] == at
        assert columns["sales"][mine].sum() / 100 == pytest.approx(row.sales)
        work = (columns["visits"] / 100 * columns["visit_seconds"] / 3600)[mine].sum()
        assert work == pytest.approx(row.hours)


def test_what_a_territory_asked_for_before_is_told_after_it_has_changed(rita: Client, plan: Plan) -> None:
    def told() -> dict[str, tuple[dict[str, float], dict[str, float]]]:
        return {
            one["name"]: (one["load"], one["load_before"]) for one in opened_whole(plan)[0]["territories"]
        }

    at_first = told()
    assert all(now == before for now, before in at_first.values())
    assert post(rita, plan, "edits", edit(plan, "Iowa", held(plan, "Ohio")[:5])).status_code == 200
    for name, (now, before) in told().items():
        assert before == at_first[name][0]
        assert (now != before) == (name in {"Ohio", "Iowa"})
