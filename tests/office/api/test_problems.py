from __future__ import annotations

from enum import Enum
from typing import Any, get_args

import pytest
from django.test import Client
from pydantic import BaseModel, WithJsonSchema

from terrier.office.api.site import api
from tests.office.conftest import Company


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("people/99999999999999999999999999", 422),
        ("people/-1", 422),
        ("people/9223372036854775807", 404),
        ("people/none", 422),
        ("people?limit=0", 422),
        ("people?limit=501", 422),
        ("people?cursor=%00", 422),
        ("people?cursor=bm9uZQ", 422),
        ("people?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", 422),
        ("people?on=2026-02-30", 422),
        ("audit?q=%00", 422),
        ("audit?q=%ED%A0%80", 200),
        ("nowhere", 404),
    ],
)
def test_whatever_is_asked_wrongly_is_answered_as_a_problem(company: Company, path: str, status: int) -> None:
    answer = company.client("dora").get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.content
    if status != 200 and path != "nowhere":
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_a_stranger_is_asked_for_a_token(db: None) -> None:
    answer = Client().get("/api/v1/me")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_an_unknown_token_is_refused(db: None) -> None:
    answer = Client(headers={"Authorization": "Bearer nonsense"}).get("/api/v1/me")
    assert answer.status_code == 401
    assert "invalid_token" in answer["WWW-Authenticate"]


def test_writing_with_a_session_needs_the_csrf_token(company: Company) -> None:
    client: Any = Client(enforce_csrf_checks=True)
    client.force_login(company.people["ada"])
    assert client.post("/api/v1/jobs/1/cancel").status_code == 403


def test_pages_follow_one_another_without_gaps(company: Company) -> None:
    client, seen, cursor = company.client("dora"), [], ""
    while cursor is not None:
        page = client.get("/api/v1/people", {"limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        assert len(page["items"]) <= 3
        seen += [person["id"] for person in page["items"]]
        cursor = page["next"]
    assert seen == sorted(person.pk for person in company.people.values())


def test_no_two_schemas_share_a_name() -> None:
    """The description keeps one schema of each name: of two the later would stand for both."""
    found: dict[str, set[str]] = {}

    def walk(told: Any) -> None:
        if isinstance(told, type) and issubclass(told, BaseModel | Enum):
            if f"{told.__module__}.{told.__qualname__}" in found.setdefault(told.__name__, set()):
                return
            found[told.__name__].add(f"{told.__module__}.{told.__qualname__}")
            for field in getattr(told, "model_fields", {}).values():
                walk_field(field)
        for inner in get_args(told):
            walk(inner)

    def walk_field(field: Any) -> None:
        if not any(isinstance(one, WithJsonSchema) for one in field.metadata):
            walk(field.annotation)

    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                answers = [one for one in operation.response_models.values() if one is not None]
                for model in [*operation.models, *answers]:
                    walk(model)
    twice = {name: sorted(where) for name, where in found.items() if len(where) > 1}
    queries = {"Asked"}  # told parameter by parameter
    assert not {name: where for name, where in twice.items() if name not in queries}
