"""Each field of each operation is sent what has broken other programs: huge numbers, NULs, half characters, days at the edges."""

from __future__ import annotations

import json
import os
import random
from base64 import urlsafe_b64encode
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from terrier.office.accounts.listing import ListQuery, question_of
from terrier.office.api.problems import PROBLEM_TYPE
from terrier.office.api.site import api
from tests.office.conftest import Company
from tests.office.imports.routes import IMPORTS

TRIED = int(os.environ.get("CASES", "300"))

HOSTILE = [
    10**30,
    -(10**30),
    2**63,
    -1,
    1.5,
    "NaN",
    "1E+400",
    "-1E+400",
    "1E-400",
    "٣",
    "\x00",
    "a\x00b",
    "\ud800",
    "x" * 10_000,
    "\u202e" * 50,
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59Z",
    "2026-02-30",
    "0001-01-01T00:00:00+14:00",
    True,
    None,
    [],
    {},
    [[]] * 3,
    "",
    " ",
    "' OR 1=1 --",
    "eyJhIjoxfQ",
    "WzEsMl0",
    "Wz4sIngiLDFd",
    "WyI+IiwgIk5hTiIsIDFd",
    *(
        urlsafe_b64encode(json.dumps([">", told, 1, question_of(ListQuery())]).encode()).decode()
        for told in ("NaN", "\x00")
    ),
]
NEEDED: dict[str, Any] = {
    "name": "A shop",
    "title": "Call",
    "text": "Well",
    "kind": "call",
    "version": 1,
    "starts_on": "2030-01-01",
    "ends_on": "2030-01-01",
    "opens_on": "2030-01-01",
    "closes_on": "2030-01-01",
    "role": "analyst",
    "email": "new@example.com",
    "allowed": True,
    "manager_id": None,
    "mapping": {"external_id": "id"},
    "values": {"name": "Nova"},
}


def described() -> dict[str, Any]:
    return json.loads(json.dumps(dict(api.get_openapi_schema()), default=str))


def fields_of(body: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    [content] = body["content"].values()
    found = content["schema"]
    found = schema["components"]["schemas"][found["$ref"].split("/")[-1]] if "$ref" in found else found
    return list(found["properties"])


def requests() -> list[tuple[str, str, str, str, Any, list[str]]]:
    """Method, address, where the field stands, the field, what is sent in it, and the fields that the body takes."""
    schema = described()
    found = []
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            places = [(one["in"], one["name"]) for one in operation["parameters"]]
            taken = fields_of(operation["requestBody"], schema) if "requestBody" in operation else []
            places += [("body", name) for name in taken]
            found += [(method, address, *place, value, taken) for place in places for value in HOSTILE]
    random.Random(4).shuffle(found)
    return found[:TRIED]


def send(client: Client, ids: dict[str, int], request: tuple[str, str, str, str, Any, list[str]]) -> Any:
    method, address, where, name, value, taken = request
    told = value if isinstance(value, str) else json.dumps(value)
    for each, number in ids.items():
        mine = where == "path" and each == name
        address = address.replace(
            f"{{{each}}}", quote(told, safe="", errors="surrogatepass") if mine else str(number)
        )
    query = f"?{name}={quote(told, errors='surrogatepass')}" if where == "query" else ""
    headers = {name: told.encode("utf-8", "surrogatepass").decode("latin-1")} if where == "header" else {}
    good = {each: sent for each, sent in {**NEEDED, **ids}.items() if each in taken}
    body = {**good, **({name: value} if where == "body" else {})}
    data = b"" if method == "get" else json.dumps(body).encode()
    if address.endswith("/imports") and method == "post":
        form = {"file": BytesIO(b"id,name\nN-1,Neue\n"), **({name: "told"} if where == "body" else {})}
        sent = encode_multipart(BOUNDARY, form).replace(b"told", told.encode("utf-8", "surrogatepass"))
        return client.generic("POST", address + query, sent, content_type=MULTIPART_CONTENT, headers=headers)
    return client.generic(
        method.upper(), address + query, data, content_type="application/json", headers=headers
    )


def test_no_field_of_the_api_breaks_it(company: Company) -> None:
    client = company.client("ada")
    client.raise_request_exception = False
    ids = {
        "account_id": company.accounts["columbus"].pk,
        "contact_id": company.accounts["columbus"].contacts.get().pk,
        "coverage_id": company.accounts["columbus"].coverages.get().pk,
        "person_id": company.people["tess"].pk,
        "position_id": company.positions["tess"].pk,
        "task_id": 1,
        "view_id": 1,
        "job_id": 1,
        "import_id": IMPORTS.find(company, "checked"),
        "number": 2,
    }
    wrong = []
    for request in requests():
        with transaction.atomic():
            answer = send(client, ids, request)
            transaction.set_rollback(True)
        if answer.status_code >= 500 or (
            answer.status_code >= 400 and answer["Content-Type"] != PROBLEM_TYPE
        ):
            wrong.append(f"{answer.status_code} {request} {answer.content[:200]!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 422),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"name": ' + b"[" * 500 + b"]" * 500 + b"}", "application/json", 422),
        (b'{"name": ' + b"9" * 10_000 + b"}", "application/json", 400),
        (b'{"name": "a", "annual_sales": NaN}', "application/json", 422),
        (b'{"name": "a", "annual_sales": 1e400}', "application/json", 422),
        (b'{"name": "a", "latitude": Infinity, "longitude": 0}', "application/json", 422),
        (b'{"name": "a", "name": "b"}', "application/json", 422),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'"text"', "application/json", 422),
        (b'{"name": "a"}', "text/plain", 201),
        (b'{"name": "a"}', "application/json; charset=utf-7", 201),
        (b"name=a", "application/x-www-form-urlencoded", 400),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x", 400),
        (b"{}" + b" " * (6 * 2**20), "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(
    company: Company, body: bytes, content_type: str, status: int
) -> None:
    client = company.client("ada")
    client.raise_request_exception = False
    for headers in ({}, {"Idempotency-Key": "k"}):
        with transaction.atomic():
            answer = client.post("/api/v1/accounts", body, content_type=content_type, headers=headers)
            transaction.set_rollback(True)
        assert answer.status_code == status, answer.content[:500]
        assert status == 201 or answer["Content-Type"] == PROBLEM_TYPE


def test_a_key_given_twice_is_refused_unless_it_is_a_list(company: Company) -> None:
    client = company.client("dora")
    assert client.get("/api/v1/accounts?limit=1&limit=2").status_code == 422
    assert client.get("/api/v1/accounts?sort=name&sort=-city").status_code == 422
    assert client.get("/api/v1/accounts?sort=name&status=active&status=lapsed").status_code == 200
    assert client.get("/api/v1/accounts?" + "status=active&" * 900).status_code == 422
    assert client.get("/api/v1/accounts?" + "&".join(f"a{n}=1" for n in range(2000))).status_code == 400


@pytest.mark.parametrize(("method", "status"), [("put", 405), ("trace", 405), ("options", 405)])
def test_a_method_that_is_not_there_says_which_are(company: Company, method: str, status: int) -> None:
    answer = company.client("dora").generic(method.upper(), "/api/v1/accounts")
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM_TYPE)
    assert answer["Allow"] == "GET, POST"
