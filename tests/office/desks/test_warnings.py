"""What the office warns of: each kind from its limit on, within the scope of whoever asks, until it is set aside."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from terrier.office.accounts.filters import matching, read_filter
from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.audit.undo import undo_act
from terrier.office.desks.models import Dismissal, Limits, WarningKind
from terrier.office.desks.services import dismiss_warning
from terrier.office.desks.warned import all_warnings
from terrier.office.desks.warning import Warned
from terrier.office.people.models import Incumbency, Position, ReportingLine, Role
from terrier.office.people.selectors import reach_of
from tests.office.conftest import LONG_AGO, Company

COLUMBUS = (39.96, -83.0)


def found(company: Company, who: str, kind: WarningKind | None = None) -> list[Warned]:
    person = type(company.people[who]).objects.get(pk=company.people[who].pk)
    return [one for one in all_warnings(person) if kind is None or one.kind == kind]


def only(company: Company, who: str, kind: WarningKind) -> Warned:
    rows = found(company, who, kind)
    assert len(rows) == 1, rows
    return rows[0]


def change(company: Company, label: str, **values: Any) -> None:
    Account.objects.filter(pk=company.accounts[label].pk).update(**values)


def seat(company: Company, name: str, role: Role, **fields: Any) -> Position:
    """One more position, held by somebody new."""
    people = type(company.people["dora"]).objects
    position = Position.objects.create(name=name, role=role, opens_on=LONG_AGO, **fields)
    person = people.create_user(f"{name.lower()}@example.com", "correct horse", name=name)
    Incumbency.objects.create(person=person, position=position, starts_on=LONG_AGO)
    return position


def hold(position: Position, name: str, **fields: Any) -> Account:
    account = Account.objects.create(name=name, **fields)
    Coverage.objects.create(account=account, position=position, starts_on=LONG_AGO)
    return account


def test_more_work_than_hours_is_over_capacity(company: Company) -> None:
    change(company, "columbus", service_hours=1500)
    change(company, "dayton", service_hours=500)
    change(company, "chain ohio", service_hours=50)
    one = only(company, "rita", WarningKind.OVER_CAPACITY)
    assert one.title == "Ohio"
    assert one.accounts.startswith(f"holder={company.positions['tess'].pk}&")
    assert one.sentence == (
        "Tess has 2,050 hours of calls and travel a year, and 1,640 hours for them: 125%. 410 hours must go elsewhere,"
        " or calls be left out."
    )


def test_half_a_job_has_half_the_hours(company: Company) -> None:
    change(company, "columbus", service_hours=1000)
    assert not found(company, "rita", WarningKind.OVER_CAPACITY)
    Position.objects.filter(pk=company.positions["tess"].pk).update(employment_share="0.5")
    assert only(company, "rita", WarningKind.OVER_CAPACITY).title == "Ohio"


def test_an_account_without_hours_counts_by_its_class(company: Company) -> None:
    change(company, "columbus", account_class="A")
    change(company, "dayton", service_hours=0)
    reach = reach_of(company.people["rita"], company.positions["tess"], timezone.localdate())
    assert reach.service_hours == 32, (
        "24 calls of an hour and two times 6 of 40 minutes; nobody knows the way"
    )


def test_where_fewer_people_could_do_the_work_there_are_too_many(company: Company) -> None:
    for label, place in {"columbus": COLUMBUS, "ames": (39.8, -83.1), "provo": (40.2, -111.6)}.items():
        change(company, label, latitude=place[0], longitude=place[1], service_hours=300)
    one = only(company, "dora", WarningKind.CROWDED)
    assert set(one.position_ids) == {company.positions["tess"].pk, company.positions["tim"].pk}
    assert "2 people work within 60 km" in one.sentence
    assert "one fewer would do" in one.sentence
    change(company, "ames", service_hours=1500)
    assert not found(company, "dora", WarningKind.CROWDED)


def test_a_territory_far_from_its_home_base_is_too_large(company: Company) -> None:
    Position.objects.filter(pk=company.positions["tess"].pk).update(
        base="Columbus", base_latitude=COLUMBUS[0], base_longitude=COLUMBUS[1]
    )
    change(company, "columbus", latitude=COLUMBUS[0], longitude=COLUMBUS[1])
    change(company, "dayton", latitude=COLUMBUS[0] + 4, longitude=COLUMBUS[1])
    one = only(company, "rita", WarningKind.TOO_LARGE)
    assert "typically 222 km from the home base" in one.sentence, "0 km and 4 degrees of 111.2 km"


def test_potential_without_sales_is_white_space(company: Company) -> None:
    change(company, "columbus", potential=900_000)
    change(company, "dayton", potential=200_000)
    change(company, "chain ohio", potential=5_000_000, annual_sales=1)
    one = only(company, "rita", WarningKind.WHITE_SPACE)
    assert one.sentence == "2 accounts with a potential of $1,100,000 a year together buy nothing."
    listed = company.client("rita").get(f"/accounts/?{one.accounts}").content.decode()
    assert "2 accounts" in listed


def test_the_list_that_a_warning_leads_to_has_the_accounts_that_it_counts(company: Company) -> None:
    tess, maine = company.positions["tess"], company.positions["vacant"]
    below = seat(company, "Below Ohio", Role.ACCOUNT_MANAGER)
    ReportingLine.objects.create(position=below, manager=tess, starts_on=LONG_AGO)
    hold(below, "Held below", potential=1_000_000, service_hours=10)
    for holder in (tess, maine):
        hold(holder, "Gone", status="closed", potential=1_000_000)
    hold(tess, "Without a need", potential=0)
    change(company, "columbus", service_hours=5000, potential=1_000_000, latitude=39.96, longitude=-83.0)
    Account.objects.create(name="Gone, and nobody's", status="closed")
    for label in ("chain", "chain ohio", "chain utah"):
        change(company, label, annual_sales=200_000)
    top = company.accounts["chain"]
    Account.objects.create(name="Chain, gone", parent=top, chain=top, status="closed")
    Coverage.objects.filter(position=company.positions["kate"]).delete()
    Position.objects.filter(pk=tess.pk).update(base_latitude=45.0, base_longitude=-83.0)
    told = {}
    for one in found(company, "dora"):
        asked = read_filter(parse_qs(one.accounts))
        n_listed = matching(company.people["dora"], asked).count()
        counted = [figure.value for figure in one.figures if figure.label == "Accounts"]
        assert counted in ([], [str(n_listed)]), one
        told[one.kind] = counted
    kinds = WarningKind.OVER_CAPACITY, WarningKind.WHITE_SPACE, WarningKind.TOO_LARGE
    assert all(told[kind] for kind in (*kinds, WarningKind.NOBODY, WarningKind.VACANT, WarningKind.KEY_SIZE))


def test_accounts_nobody_holds_are_told_to_those_who_see_them(company: Company) -> None:
    assert "One account" in only(company, "dora", WarningKind.NOBODY).sentence
    assert not found(company, "rita", WarningKind.NOBODY)


def test_a_vacant_position_with_accounts_is_told(company: Company) -> None:
    assert only(company, "rita", WarningKind.VACANT).title == "Maine"
    assert not found(company, "ralph", WarningKind.VACANT)


def test_a_key_size_chain_wants_a_key_account_manager(company: Company) -> None:
    for label in ("chain", "chain ohio", "chain utah"):
        change(company, label, annual_sales=200_000)
    assert not found(company, "dora", WarningKind.KEY_SIZE), "Kate covers it"
    Coverage.objects.filter(position=company.positions["kate"]).delete()
    one = only(company, "dora", WarningKind.KEY_SIZE)
    assert one.sentence == (
        "2 sites buy for $600,000 a year and could for $0; no key account manager covers them."
    )
    assert not found(company, "rita", WarningKind.KEY_SIZE), "of what she sees, 200,000 are sold"


def test_a_region_sees_that_somebody_outside_of_it_has_the_key_account(company: Company) -> None:
    change(company, "chain ohio", annual_sales=900_000)
    Coverage.objects.filter(position=company.positions["kate"], kind="overlay").delete()
    assert not found(company, "rita", WarningKind.KEY_SIZE), "Kate holds its head office"


def test_pay_is_compared_with_those_in_the_same_role(company: Company) -> None:
    terms = {"base_pay": 50_000, "commission_rate": "0.1"}
    Position.objects.filter(role=Role.TERRITORY_MANAGER).update(**terms)
    change(company, "columbus", annual_sales=500_000)
    assert only(company, "dora", WarningKind.PAY_APART).sentence == (
        "Tess is expected to earn $100,000, 100% above the middle of 2 peers, $50,000."
    )
    assert not found(company, "rita", WarningKind.PAY_APART), "two are too few to say what is usual"


def test_limits_are_what_somebody_set(company: Company) -> None:
    change(company, "columbus", service_hours=1500)
    assert not found(company, "rita", WarningKind.OVER_CAPACITY)
    answer = company.client("al").patch(
        "/api/v1/warnings/limits", {"over_percent": 90}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["over_percent"], answer.json()["far_km"]) == (200, 90, 200)
    assert found(company, "rita", WarningKind.OVER_CAPACITY)
    assert Act.objects.latest("at").summary == "Changed when the office warns"


def test_limits_that_cannot_be_are_refused_beside_their_field(company: Company) -> None:
    sent = {field.name: getattr(Limits(), field.name) for field in Limits._meta.fields if field.name != "id"}
    answer = company.client("dora").post("/warnings/limits", {**sent, "key_sites": 1})
    assert answer.status_code == 422
    assert "greater than or equal to 2" in answer.content.decode()
    assert not Limits.objects.exists()


def test_a_warning_set_aside_comes_back_when_it_is_worse(company: Company) -> None:
    change(company, "columbus", service_hours=2000)
    rita = company.client("rita")
    key = only(company, "rita", WarningKind.OVER_CAPACITY).key
    assert rita.post("/warnings/dismiss", {"key": key, "reason": "A new hire in May"}).status_code == 302
    aside = only(company, "rita", WarningKind.OVER_CAPACITY).dismissal
    assert aside is not None
    assert (aside.reason, aside.author) == ("A new hire in May", company.people["rita"])
    assert "A new hire in May" in company.client("dora").get("/warnings/?state=dismissed").content.decode()
    change(company, "columbus", service_hours=2150)
    assert only(company, "rita", WarningKind.OVER_CAPACITY).is_dismissed
    change(company, "columbus", service_hours=2300)
    assert not only(company, "rita", WarningKind.OVER_CAPACITY).is_dismissed


def test_setting_aside_is_on_record_and_can_be_undone(company: Company) -> None:
    author = Author(company.people["rita"])
    act = dismiss_warning(warned=only(company, "rita", WarningKind.VACANT), reason="Hiring", author=author)
    assert act is not None
    assert act.summary == "Set aside the warning “Maine”"
    undo_act(act=act, author=author)
    assert not only(company, "rita", WarningKind.VACANT).is_dismissed


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_without_a_reason_nothing_is_set_aside(company: Company, reason: str) -> None:
    key = only(company, "rita", WarningKind.VACANT).key
    answer = company.client("rita").post("/warnings/dismiss", {"key": key, "reason": reason})
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#dismiss-form"
    assert not Dismissal.objects.exists()


def test_the_list_is_filtered_sorted_and_exported(company: Company) -> None:
    change(company, "columbus", service_hours=3000)

    def titles(query: str) -> list[str]:
        answer = company.client("dora").get(f"/warnings/?export=csv&{query}")
        body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        return [row["What"] for row in csv.DictReader(io.StringIO(body))]

    assert titles("") == ["Ohio", "Accounts without a holder", "Maine"]
    assert titles("sort=title") == ["Accounts without a holder", "Maine", "Ohio"]
    assert titles("kind=vacant") == ["Maine"]
    assert titles("q=tess+hours") == ["Ohio"]
    assert titles(f"region={company.positions['ralph'].pk}") == []
    assert titles("kind=nonsense&severity=9&sort=nonsense&state=nonsense&region=x&q=%00") == titles("")


def test_the_api_pages_through_warnings(company: Company) -> None:
    ada = company.client("ada")
    first = ada.get("/api/v1/warnings?limit=1").json()
    second = ada.get(f"/api/v1/warnings?limit=1&cursor={first['next']}").json()
    assert [first["items"][0]["kind"], second["items"][0]["kind"]] == ["nobody", "vacant"]
    assert second["next"] is None
    assert ada.get("/api/v1/warnings?cursor=nonsense").status_code == 422


def test_the_home_page_of_managers_brings_them_in(company: Company) -> None:
    assert 'hx-get="/warnings/brief"' in company.client("rita").get("/").content.decode()
    assert "/warnings/brief" not in company.client("tess").get("/").content.decode()
    assert "Maine" in company.client("rita").get("/warnings/brief").content.decode()


def test_queries_do_not_grow_with_accounts(
    company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    accounts = Account.objects.bulk_create(
        Account(name=f"Shop {number}", annual_sales=300_000, service_hours=5) for number in range(400)
    )
    today = timezone.localdate()
    Coverage.objects.bulk_create(
        Coverage(account=one, position=company.positions["tess"], starts_on=today) for one in accounts
    )
    client = company.client("rita")
    with django_assert_max_num_queries(18):
        page = client.get("/warnings/").content.decode()
    assert "1–50 of" in page
