"""People, positions, saved views and Undo over the API: done, refused by field, not found outside the scope, done once a key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from terrier.office.accounts.models import Account, SavedView
from terrier.office.audit.models import Act
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine
from tests.office.conftest import Company


def post(client: Client, path: str, body: Any = None, method: str = "post", **headers: str) -> Any:
    ask = getattr(client, method)
    return ask(
        f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=headers or None
    )


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return [one["field"] for one in answer.json()["errors"]]


def test_a_person_is_added_and_changed(company: Company) -> None:
    ada = company.client("ada")
    made = post(ada, "people", {"name": "Nora", "email": "Nora@Example.com"})
    assert (made.status_code, made.json()["email"]) == (201, "nora@example.com")
    changed = post(ada, f"people/{made.json()['id']}", {"phone": "555-0100"}, "patch")
    assert (changed.status_code, changed.json()["phone"]) == (200, "555-0100")
    assert changed.json()["name"] == "Nora"
    barred = post(ada, f"people/{made.json()['id']}/sign-in", {"allowed": False})
    assert barred.json()["is_active"] is False


def test_a_person_is_added_once_for_a_key(company: Company) -> None:
    ada = company.client("ada")
    sent = [
        post(ada, "people", {"name": "Nora", "email": "nora@example.com"}, **{"Idempotency-Key": "n1"})
        for _ in range(2)
    ]
    assert [one.status_code for one in sent] == [201, 201]
    assert sent[0].json() == sent[1].json()
    assert Person.objects.filter(email="nora@example.com").count() == 1


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        ("people", {"name": "", "email": "nora@example.com"}, ["body.name"]),
        ("people", {"name": "Nora", "email": "nowhere"}, ["email"]),
        ("people", {"name": "Nora", "email": "TESS@example.com"}, ["email"]),
        ("positions", {"name": "Texas", "role": "king", "opens_on": "2030-01-01"}, ["body.role"]),
        ("positions", {"name": "Texas", "role": "analyst"}, ["body.opens_on"]),
        ("positions/{tess}/hand-over", {"person_id": None, "starts_on": "2019-01-01"}, ["starts_on"]),
        ("positions/{rita}/report-to", {"manager_id": "{tess}", "starts_on": "2030-01-01"}, ["manager_id"]),
        ("positions/{rita}/close", {"closes_on": "2030-01-01"}, ["reports_to_id"]),
        ("positions/{tess}/close", {"closes_on": "2030-01-01"}, ["accounts_to_id"]),
        ("views", {"name": "V" * 81}, ["body.name"]),
    ],
)
def test_what_is_wrong_is_told_by_its_field(
    company: Company, path: str, body: dict[str, Any], wrong: list[str]
) -> None:
    ids = {name: row.pk for name, row in company.positions.items()}
    told = {
        name: ids[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value
        for name, value in body.items()
    }
    assert fields(post(company.client("ada"), path.format(**ids), told)) == wrong


def test_a_position_is_made_handed_over_moved_closed_and_opened(company: Company) -> None:
    ada, seats, people = company.client("ada"), company.positions, company.people
    made = post(
        ada,
        "positions",
        {
            "name": "Texas",
            "role": "territory_manager",
            "opens_on": "2030-01-01",
            "manager_id": seats["ralph"].pk,
            "person_id": people["olga"].pk,
        },
    )
    assert made.status_code == 201, made.content
    seat = Position.objects.get(pk=made.json()["id"])
    assert ReportingLine.objects.get(position=seat).manager == seats["ralph"]
    assert Incumbency.objects.get(position=seat).person == people["olga"]

    over = post(ada, f"positions/{seat.pk}/hand-over", {"person_id": None, "starts_on": "2031-01-01"})
    assert over.status_code == 200, over.content
    assert str(Incumbency.objects.get(position=seat).ends_on) == "2031-01-01"
    move = {"manager_id": seats["rita"].pk, "starts_on": "2031-01-01"}
    assert post(ada, f"positions/{seat.pk}/report-to", move).status_code == 200
    assert ReportingLine.objects.get(position=seat, ends_on=None).manager == seats["rita"]
    closed = post(ada, f"positions/{seat.pk}/close", {"closes_on": "2032-01-01"})
    assert closed.json()["closes_on"] == "2032-01-01"
    assert post(ada, f"positions/{seat.pk}/reopen").json()["closes_on"] is None
    changed = post(ada, f"positions/{seat.pk}", {"base": "Austin"}, "patch")
    assert (changed.json()["base"], changed.json()["name"]) == ("Austin", "Texas")


def test_whom_one_does_not_see_one_cannot_put_anywhere(company: Company) -> None:
    nobody = {"person_id": 10**9, "starts_on": "2030-01-01"}
    answer = post(company.client("ada"), f"positions/{company.positions['tess'].pk}/hand-over", nobody)
    assert answer.status_code == 404


def test_a_view_is_saved_listed_and_deleted(company: Company) -> None:
    tess, tom = company.client("tess"), company.client("tom")
    made = post(tess, "views", {"name": "Best", "query": "status=active&sort=-annual_sales"}).json()
    assert made["query"] == "status=active&sort=-annual_sales"
    assert tom.get("/api/v1/views").json()["items"] == []
    post(tess, "views", {"name": "Best", "query": made["query"], "shared": True})
    assert [view["name"] for view in tom.get("/api/v1/views").json()["items"]] == ["Best"]
    assert post(tom, f"views/{made['id']}", method="delete").status_code == 404
    assert post(tess, f"views/{made['id']}", method="delete").status_code == 204
    assert not SavedView.objects.exists()


def test_a_view_that_asks_for_what_is_not_there_is_refused(company: Company) -> None:
    answer = post(company.client("tess"), "views", {"name": "Bad", "query": "sort=luck"})
    assert answer.status_code == 422
    assert "luck" in answer.json()["detail"]


def _renamed(company: Company) -> Act:
    row = company.accounts["columbus"]
    answer = post(
        company.client("tess"), f"accounts/{row.pk}", {"version": row.version, "name": "New"}, "patch"
    )
    assert answer.status_code == 200, answer.content
    return Act.objects.latest("at")


def test_an_act_is_taken_back_and_done_again(company: Company) -> None:
    tess, act = company.client("tess"), _renamed(company)
    undone = post(tess, f"acts/{act.pk}/undo")
    assert (undone.status_code, undone.json()["undoes_id"]) == (201, str(act.pk))
    assert Account.objects.get(external_id="COLUMBUS").name == "Columbus"
    assert post(tess, f"acts/{undone.json()['id']}/undo").status_code == 201
    assert Account.objects.get(external_id="COLUMBUS").name == "New"


def test_an_act_is_not_taken_back_over_what_changed_since(company: Company) -> None:
    act = _renamed(company)
    company.accounts["columbus"].refresh_from_db()
    _name = post(
        company.client("rita"),
        f"accounts/{company.accounts['columbus'].pk}",
        {"version": company.accounts["columbus"].version, "name": "Newer"},
        "patch",
    )
    answer = post(company.client("tess"), f"acts/{act.pk}/undo")
    assert answer.status_code == 409
    assert answer.json()["errors"] == [{"field": "New: name", "theirs": "Newer", "yours": "New"}]
    assert Account.objects.get(external_id="COLUMBUS").name == "Newer"


def test_an_act_outside_the_scope_is_not_there(company: Company) -> None:
    assert post(company.client("tom"), f"acts/{_renamed(company).pk}/undo").status_code == 404
