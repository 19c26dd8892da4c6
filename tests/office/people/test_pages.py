from __future__ import annotations

import csv
import datetime as dt
import io

import polars as pl
import pytest
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django.fixtures import DjangoAssertNumQueries

from terrier.office.audit.models import Act
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine, Role
from tests.office.conftest import LONG_AGO, Company

NEXT_YEAR = timezone.localdate() + dt.timedelta(days=365)


def rows(company: Company, who: str, address: str) -> list[dict[str, str]]:
    answer = company.client(who).get(address)
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(body)))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Rita", "Tess", "Tim", "Ann"}),
        ("q=tess", {"Tess"}),
        ("q=TESS@example", {"Tess"}),
        ("q=nobody+here", set()),
        ("role=territory_manager", {"Tess", "Tim"}),
        ("state=barred", set()),
        ("role=nonsense&state=nonsense&sort=nonsense&region=x", {"Rita", "Tess", "Tim", "Ann"}),
    ],
)
def test_a_region_manager_finds_the_people_of_the_region(
    company: Company, query: str, names: set[str]
) -> None:
    assert {row["Name"] for row in rows(company, "rita", f"/people/?export=csv&{query}")} == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=vacant", {"Maine"}),
        ("role=region_manager", {"East", "West"}),
        ("q=Tom", {"Utah"}),
        ("q=tom+utah", {"Utah"}),
        ("state=closed", {"Old"}),
    ],
)
def test_positions_are_filtered(company: Company, query: str, names: set[str]) -> None:
    Position.objects.create(
        name="Old", role=Role.ANALYST, opens_on=LONG_AGO, closes_on=LONG_AGO + dt.timedelta(1)
    )
    assert {row["Name"] for row in rows(company, "dora", f"/positions/?export=csv&{query}")} == names


def test_positions_are_filtered_by_region(company: Company) -> None:
    west = company.positions["ralph"].pk
    found = rows(company, "dora", f"/positions/?export=csv&region={west}")
    assert [(row["Name"], row["Held by"], row["Accounts"]) for row in found] == [
        ("Utah", "Tom", "2"),
        ("West", "Ralph", "0"),
    ]


@pytest.mark.parametrize(
    "sort", ["name", "-name", "role", "holder", "-holder", "manager", "-accounts", "capacity"]
)
def test_positions_are_sorted_with_nobody_last(company: Company, sort: str) -> None:
    found = rows(company, "dora", f"/positions/?export=csv&sort={sort}")
    assert len(found) == 11
    if "holder" in sort:
        assert found[-1]["Name"] == "Maine"
    if sort == "-accounts":
        assert found[0]["Accounts"] == "3"


def test_text_that_would_be_a_formula_is_none_in_an_export(company: Company) -> None:
    Person.objects.filter(pk=company.people["tess"].pk).update(name="=1+1", phone="+1 555 0100")
    found = {row["E-mail"]: row for row in rows(company, "rita", "/people/?export=csv")}
    assert found["tess@example.com"]["Name"] == "'=1+1"
    assert found["tess@example.com"]["Phone"] == "'+1 555 0100"
    answer = company.client("rita").get("/people/?export=xlsx")
    sheet = pl.read_excel(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert "=1+1" in sheet["Name"].to_list()


@pytest.mark.parametrize("address", ["/people/", "/positions/", "/org-chart/"])
def test_no_list_asks_more_as_it_grows(
    company: Company, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for at in range(40):
        person = Person.objects.create_user(f"more{at}@example.com", name=f"More {at}")
        position = Position.objects.create(name=f"More {at}", role=Role.TERRITORY_MANAGER, opens_on=LONG_AGO)
        Incumbency.objects.create(person=person, position=position, starts_on=LONG_AGO)
        ReportingLine.objects.create(position=position, manager=company.positions["rita"], starts_on=LONG_AGO)
    client = company.client("dora")
    with django_assert_max_num_queries(16):
        assert b"More 39" in client.get(address).content


def test_the_second_page_goes_on_where_the_first_ends(company: Company) -> None:
    Position.objects.bulk_create(
        Position(name=f"Z{at:03}", role=Role.ANALYST, opens_on=LONG_AGO) for at in range(60)
    )
    client = company.client("dora")
    first = client.get("/positions/?q=Z0").content.decode()
    second = client.get("/positions/?q=Z0&page=2").content.decode()
    assert "Z049" in first
    assert "Z050" not in first
    assert "Z050" in second
    assert client.get("/positions/?page=999999999999").status_code == 200


def test_a_position_is_handed_over_by_its_page(company: Company) -> None:
    ohio, olga = company.positions["tess"], company.people["olga"]
    client = company.client("ada")
    answer = client.post(
        f"/positions/{ohio.pk}/hand-over/", {"person": olga.pk, "starts_on": NEXT_YEAR.isoformat()}
    )
    assert answer.status_code == 302
    page = client.get(f"/positions/{ohio.pk}/").content.decode()
    assert "Olga" in page
    assert "Take back" in page
    planned = date_format(NEXT_YEAR, "DATE_FORMAT")
    assert f"from {planned}" in page
    assert f"since {planned}" not in page
    assert f"from {planned}" in client.get(f"/people/{olga.pk}/").content.decode()


def test_what_cannot_be_stands_at_its_field_and_nothing_changes(company: Company) -> None:
    east, ohio = company.positions["rita"], company.positions["tess"]
    answer = company.client("ada").post(
        f"/positions/{ohio.pk}/report-to/", {"manager": east.pk, "starts_on": "2019-01-01"}
    )
    assert answer.status_code == 422
    assert "Ohio opens on Jan. 1, 2020" in answer.content.decode()
    assert ReportingLine.objects.filter(position=ohio).count() == 1


def test_a_person_is_added_invited_barred_and_let_in_again(
    company: Company, mailoutbox: list[object]
) -> None:
    client = company.client("ada")
    client.post("/people/new/", {"name": "New Person", "email": "New@Example.com", "then": "invite"})
    person = Person.objects.get(email="new@example.com")
    assert len(mailoutbox) == 1
    assert not person.has_usable_password()
    client.post(f"/people/{person.pk}/access/", {"allowed": "no"})
    person.refresh_from_db()
    assert not person.is_active
    client.post(f"/people/{person.pk}/access/", {"allowed": "yes"})
    person.refresh_from_db()
    assert person.is_active


def test_an_address_that_is_taken_is_refused_at_its_field(company: Company) -> None:
    answer = company.client("ada").post("/people/new/", {"name": "T", "email": "TESS@example.com"})
    assert answer.status_code == 422
    assert Person.objects.filter(email__iexact="tess@example.com").count() == 1


def test_the_chart_shows_vacancies_and_any_day(company: Company) -> None:
    client = company.client("ada")
    client.post(
        f"/positions/{company.positions['tim'].pk}/report-to/?on={NEXT_YEAR}",
        {"manager": company.positions["ralph"].pk, "starts_on": NEXT_YEAR.isoformat(), "back": "chart"},
    )
    today = client.get("/org-chart/").content.decode()
    later = client.get(f"/org-chart/?on={NEXT_YEAR}").content.decode()
    iowa, west = company.positions["tim"].pk, company.positions["ralph"].pk
    assert "Vacant" in today
    assert f'data-position="{iowa}" data-manager="{company.positions["rita"].pk}"' in today
    assert f'data-position="{iowa}" data-manager="{west}"' in later


def test_a_region_manager_sees_the_chart_from_themselves_down(company: Company) -> None:
    page = company.client("rita").get("/org-chart/").content.decode()
    assert "Ohio" in page
    assert "Utah" not in page
    assert "data-org=" not in page, "who may not edit does not drag"


def test_coverage_counts_stay_within_the_scope(company: Company) -> None:
    page = company.client("kate").get(f"/positions/{company.positions['kate'].pk}/").content.decode()
    assert "and 2 as overlay" in page


def test_what_was_done_to_people_is_undone_by_those_who_may_edit_them(company: Company) -> None:
    tess = company.people["tess"]
    company.client("ada").post(f"/people/{tess.pk}/access/", {"allowed": "no"})
    undo = f"/changes/acts/{Act.objects.get().pk}/undo"
    for who in ("dora", "al", "rita", "tim"):
        assert company.client(who).post(undo).status_code == 404, who
    tess.refresh_from_db()
    assert not tess.is_active
    assert company.client("ada").post(undo).status_code == 302
    tess.refresh_from_db()
    assert tess.is_active


def test_the_palette_finds_people_and_positions_of_the_scope(company: Company) -> None:
    found = company.client("rita").get("/palette?q=t").json()["hits"]
    names = {hit["title"] for hit in found if hit["group"] in {"People", "Positions"}}
    assert {"Tess", "Tim", "Rita", "East"} <= names
    assert not names & {"Tom", "Utah", "West"}


def test_forms_begin_with_what_is_so_that_a_careless_click_changes_nothing(company: Company) -> None:
    ohio, client = company.positions["tess"], company.client("ada")
    for form, chosen in (
        ("hand-over", company.people["tess"].pk),
        ("report-to", company.positions["rita"].pk),
    ):
        page = client.get(f"/positions/{ohio.pk}/{form}/").content.decode()
        assert f'<option value="{chosen}" selected>' in page
