"""What an operation does not know it refuses by name, and says what it does know."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from terrier.office.accounts.models import Account
from terrier.office.api.site import api
from tests.office.conftest import Company


def refused(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return [(one["field"], one["problem"]) for one in answer.json()["errors"]]


def post(company: Company, path: str, body: Any, who: str = "ada", method: str = "post") -> Any:
    send = getattr(company.client(who), method)
    return send(f"/api/v1/{path}", body, content_type="application/json")


@pytest.mark.parametrize(
    ("path", "field", "said"),
    [
        ("accounts?statsu=active", "query.statsu", "Did you mean status"),
        ("accounts?limit=5&page=2", "query.page", "There are: account_class, alone, chain, channel,"),
        ("contacts?account=1", "query.account", "Did you mean account_id?"),
        ("audit?text=Shop", "query.text", "There are: account_id, actor_id, cursor"),
        (
            "me?verbose=1",
            "query.verbose",
            "There is no parameter “verbose” here. Nothing is to be sent there.",
        ),
        ("accounts/1?on=2026-11-22", "query.on", "Nothing is to be sent there."),
    ],
)
def test_a_parameter_that_is_not_known_is_refused_with_those_nearest_to_it(
    company: Company, path: str, field: str, said: str
) -> None:
    [(where, problem)] = refused(company.client("dora").get(f"/api/v1/{path}"))
    assert where == field
    assert problem.startswith("There is no parameter")
    assert said in problem


def test_a_field_that_is_not_known_is_refused_and_nothing_is_written(company: Company) -> None:
    body = {"name": "A shop", "potentail": 100}
    [(where, problem)] = refused(post(company, "accounts", body))
    assert where == "body.potentail"
    assert problem == "There is no field “potentail” here. Did you mean potential?"
    assert not Account.objects.filter(name="A shop").exists()


def test_a_field_inside_a_field_is_named_where_it_stands(company: Company) -> None:
    limits = company.client("ada").get("/api/v1/warnings/limits").json()
    name = next(iter(limits))
    wrong = {**limits, f"{name}s": 1}
    assert refused(post(company, "warnings/limits", wrong, method="patch"))[0][0] == f"body.{name}s"


def test_a_body_where_none_is_taken_is_refused_unless_it_says_nothing(company: Company) -> None:
    account = company.accounts["columbus"]
    company.client("ada").delete(f"/api/v1/accounts/{account.pk}")
    path = f"accounts/{account.pk}/restore"
    assert refused(post(company, path, {"force": True}))[0][0] == "body.force"
    assert post(company, path, {}).status_code == 200


def test_a_form_takes_only_its_own_fields(company: Company) -> None:
    form = {"file": SimpleUploadedFile("a.csv", b"id,name\nN-1,Neue\n"), "knid": "accounts"}
    answer = company.client("ada").post("/api/v1/imports", form)
    assert refused(answer) == [("form.knid", "There is no field “knid” in this form. Did you mean kind?")]


def test_what_is_given_twice_is_refused_unless_it_is_a_list(company: Company) -> None:
    client = company.client("ada")
    assert refused(client.get("/api/v1/accounts?limit=5&limit=6")) == [
        ("query.limit", "“limit” is given more than once: once is right.")
    ]
    assert client.get("/api/v1/accounts?status=active&status=lapsed").status_code == 200
    twice = client.post("/api/v1/accounts", '{"name": "A", "name": "B"}', content_type="application/json")
    assert refused(twice) == [("body.name", "“name” is given more than once: once is right.")]


@pytest.mark.parametrize("name", ["", "  ", "\t\u2003"])
def test_a_name_of_blanks_is_none(company: Company, name: str) -> None:
    assert [where for where, _said in refused(post(company, "accounts", {"name": name}))] == ["body.name"]


def test_all_that_is_wrong_is_told_at_once(company: Company) -> None:
    found = dict(refused(post(company, "accounts?nmae=1", {"name": "", "latitude": 91, "lat": 1})))
    assert list(found) == ["query.nmae", "body.name", "body.latitude", "body.lat"]
    assert found["body.name"] == "Must not be empty."
    assert found["body.latitude"] == "Must be 90 or less."


def test_thousands_of_unknown_fields_are_answered_with_the_first_of_them(company: Company) -> None:
    assert len(refused(post(company, "accounts", {"name": "A", **{f"x{n}": n for n in range(5000)}}))) == 50


def test_a_name_of_any_length_is_told_shortened(company: Company) -> None:
    [(where, problem)] = refused(post(company, "accounts", {"name": "A", "y" * 100_000: 1}))
    assert len(where) < 80
    assert len(problem) < 600


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"name": 3}, "name", "Must be a text."),
        ({}, "name", "This is needed."),
        ({"name": "x" * 161}, "name", "Must have 160 characters at most."),
        ({"name": "A", "status": "actve"}, "status", "Must be one of: prospect, active, lapsed, closed."),
        ({"name": "A", "parent_id": "none"}, "parent_id", "Must be a whole number, such as 12."),
        ({"name": "A", "parent_id": 1.5}, "parent_id", "Must be a whole number, such as 12."),
        ({"name": "A", "potential": "much"}, "potential", "Must be a number, such as 12.5."),
        ({"name": "A", "potential": -1}, "potential", "Must be 0 or more."),
        (
            {"name": "A", "potential": "1.234"},
            "potential",
            "Must have 2 digits at most after the decimal point.",
        ),
        ({"name": "A\x00"}, "name", "Must not contain the character NUL."),
    ],
)
def test_a_validator_speaks_plainly(company: Company, body: Any, field: str, said: str) -> None:
    assert (f"body.{field}", said) in refused(post(company, "accounts", body))


def test_a_reader_of_italian_is_told_in_italian(company: Company) -> None:
    client = company.client("dora")
    with translation.override("en"):  # and back to it: a request leaves its language behind
        answer = client.get("/api/v1/accounts?limit=201", headers={"Accept-Language": "it"})
    assert answer.json()["errors"][0]["problem"] == "Deve essere 200 o meno."


def test_the_description_says_that_bodies_take_nothing_else() -> None:
    schema: Any = dict(api.get_openapi_schema())
    lax = []
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert "422" in operation["responses"], (method, path)
            for content in operation.get("requestBody", {}).get("content", {}).values():
                told = content["schema"]
                name = told.get("$ref", "").split("/")[-1]
                told = schema["components"]["schemas"][name] if name else told
                if name and told.get("additionalProperties") is not False:
                    lax.append((method, path))
    assert not lax
