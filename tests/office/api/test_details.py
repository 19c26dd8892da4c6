"""What belongs to an account is written, changed, deleted and brought back over the API as on its page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from terrier.office.accounts.models import Category, Contact
from terrier.office.audit.models import Act
from tests.office.conftest import Company

NEW: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "notes": ({"text": "Pays early."}, {"text": "Pays late."}),
    "events": ({"kind": "call", "summary": "Talked"}, {"kind": "visit", "amount": "12.50"}),
    "tasks": ({"title": "Call back", "due_on": "2030-01-01"}, {"title": "Call again", "due_on": None}),
    "contacts": ({"name": "Connie"}, {"job_title": "Buyer"}),
    "competitors": ({"competitor": "Rival", "share": "20"}, {"share": "35.50", "categories": ["Dog food"]}),
}


@pytest.fixture(autouse=True)
def _sold(db: None) -> None:
    for name in ("Cat food", "Dog food"):
        Category.objects.get_or_create(name=name)


def send(company: Company, method: str, path: str, body: Any = None, who: str = "tess") -> Any:
    return getattr(company.client(who), method)(f"/api/v1/{path}", body, content_type="application/json")


def written(company: Company, kind: str) -> dict[str, Any]:
    answer = send(company, "post", kind, {"account_id": company.accounts["columbus"].pk, **NEW[kind][0]})
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.mark.parametrize("kind", NEW)
def test_it_is_read_and_changed_where_asked_alone(company: Company, kind: str) -> None:
    made = written(company, kind)
    assert send(company, "get", f"{kind}/{made['id']}").json() == made
    changed = send(company, "patch", f"{kind}/{made['id']}", NEW[kind][1])
    assert changed.status_code == 200, changed.content
    told = {name: value for name, value in changed.json().items() if made[name] != value}
    assert told == NEW[kind][1]
    assert send(company, "patch", f"{kind}/{made['id']}", {}).json() == changed.json()


@pytest.mark.parametrize("kind", NEW)
def test_what_was_deleted_is_gone_until_the_act_is_undone(company: Company, kind: str) -> None:
    path = f"{kind}/{written(company, kind)['id']}"
    assert send(company, "delete", path).status_code == 204
    assert send(company, "get", path).status_code == 404
    assert send(company, "patch", path, NEW[kind][1]).status_code == 404
    assert send(company, "delete", path).status_code == 404
    assert send(company, "post", f"acts/{Act.objects.latest('at').pk}/undo").status_code == 201
    assert send(company, "get", path).status_code == 200


@pytest.mark.parametrize("kind", NEW)
def test_what_lies_elsewhere_is_not_there(company: Company, kind: str) -> None:
    path = f"{kind}/{written(company, kind)['id']}"
    for method, body in (("get", None), ("patch", NEW[kind][1]), ("delete", None)):
        assert send(company, method, path, body, "tom").status_code == 404


def test_a_competitor_seen_again_is_brought_up_to_date(company: Company) -> None:
    first = written(company, "competitors")
    body = {"account_id": first["account_id"], "competitor": "RIVAL", "categories": ["dog food", "Cat food"]}
    again = send(company, "post", "competitors", body).json()
    assert again["id"] == first["id"]
    assert sorted(again["categories"]) == ["Cat food", "Dog food"]


def test_a_category_that_is_none_is_named_with_those_there_are(company: Company) -> None:
    made = written(company, "competitors")
    answer = send(company, "patch", f"competitors/{made['id']}", {"categories": ["Boats"]})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "categories", "problem": "“Boats” is no category. There are: Cat food, Dog food."}
    ]


@pytest.mark.parametrize("method", ["post", "patch"])
def test_what_is_to_come_is_no_event(company: Company, method: str) -> None:
    body: dict[str, Any] = {"happened_at": (timezone.now() + dt.timedelta(days=1)).isoformat()}
    path = "events"
    if method == "post":
        body |= {"account_id": company.accounts["columbus"].pk, "kind": "call"}
    else:
        path = f"events/{written(company, 'events')['id']}"
    answer = send(company, method, path, body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "happened_at"


def test_an_event_is_with_somebody_of_its_account(company: Company) -> None:
    event = written(company, "events")
    mine = Contact.objects.get(account=company.accounts["columbus"], name="Colin")
    answer = send(company, "patch", f"events/{event['id']}", {"contact_id": mine.pk})
    assert answer.json()["contact_id"] == mine.pk
    other = Contact.objects.create(account=company.accounts["provo"], name="Paul")
    assert send(company, "patch", f"events/{event['id']}", {"contact_id": other.pk}).status_code == 404
    answer = send(company, "patch", f"events/{event['id']}", {"contact_id": other.pk}, "ada")
    assert answer.json()["errors"][0]["field"] == "contact_id"


def test_tasks_are_asked_for_by_who_does_them_and_by_what_is_open(company: Company) -> None:
    task = written(company, "tasks")
    assert task["assignee_id"] == company.people["tess"].pk
    done = send(company, "post", f"tasks/{written(company, 'tasks')['id']}/done", {}).json()

    def asked(query: str) -> list[int]:
        return [row["id"] for row in send(company, "get", f"tasks?{query}").json()["items"]]

    assert asked("done=false") == [task["id"]]
    assert asked("done=true") == [done["id"]]
    assert asked(f"assignee_id={company.people['tom'].pk}") == []


def test_the_timeline_tells_page_by_page_all_that_happened(company: Company) -> None:
    for kind in ("notes", "events", "tasks"):
        written(company, kind)
    path = f"accounts/{company.accounts['columbus'].pk}/timeline"
    whole = send(company, "get", path).json()
    seen: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        page = send(
            company, "get", f"{path}?limit=2" + (f"&cursor={cursor.replace('+', '%2B')}" if cursor else "")
        )
        seen += page.json()["items"]
        cursor = page.json()["next"]
    assert seen == whole["items"]
    assert {"Note", "Call"} <= {one["title"] for one in seen}
    assert send(company, "get", f"{path}?cursor=elsewhere").status_code == 422


def test_competitors_take_no_query_for_each(company: Company) -> None:
    client, counts = company.client("tess"), []
    for name in ("Rival", "Other", "Third"):
        body = {"account_id": company.accounts["columbus"].pk, "competitor": name, "categories": ["Dog food"]}
        assert send(company, "post", "competitors", body).status_code == 201
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/api/v1/competitors").status_code == 200
        counts.append(len(asked))
    assert len(set(counts)) == 1
