"""The guide to the API says what is true: its examples are run as they stand, and the page of operations shows them all."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Max
from django.test import Client

from terrier.office.api.site import api
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.imports.models import Import
from terrier.office.people.tokens import create_token
from tests.office.conftest import Company

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "api.md"
ORIGIN = "http://testserver"


def examples() -> list[str]:
    return [one.strip() for one in re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)]


def run(command: str, known: dict[str, str]) -> Any:
    """A curl command, as Django's own client sends it."""
    for name, value in known.items():
        command = command.replace(f"${name}", value)
    words = shlex.split(command.replace("\\\n", " "))[1:]
    method, headers, body, address = "GET", {}, "", ""
    form: dict[str, Any] = {}
    while words:
        match word := words.pop(0):
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0)
            case "-F":
                name, _, value = words.pop(0).partition("=")
                form[name] = (
                    SimpleUploadedFile(value[1:], b"id,name\nN-1,Neue\n") if value.startswith("@") else value
                )
            case _:
                address = word
    assert address.startswith(f"{ORIGIN}/api/v1/"), command
    if form:
        return Client().post(address.removeprefix(ORIGIN), form, headers=headers)
    content_type = headers.pop("Content-Type", "")
    return Client().generic(
        method, address.removeprefix(ORIGIN), body, content_type=content_type, headers=headers
    )


def test_each_example_of_the_guide_does_what_it_says(company: Company) -> None:
    _token, key = create_token(person=company.people["ada"], name="guide", days=1, author=Author(None))
    account = company.accounts["columbus"]
    known = {"TERRIER": ORIGIN, "TOKEN": key}
    statuses = []
    for command in examples():
        said = command.replace('"account_id": 1', f'"account_id": {account.pk}')
        said = said.replace("accounts/1", f"accounts/{account.pk}")
        said = said.replace("$IMPORT", str(Import.objects.aggregate(last=Max("pk"))["last"]))
        latest = Act.objects.order_by("-at").first()
        answer = run(said, known | ({"ACT": str(latest.pk)} if latest else {}))
        statuses.append(answer.status_code)
    assert statuses == [200, 200, 201, 200, 201, 201, 200]
    account.refresh_from_db()
    assert account.phone == "", "an example takes the one before it back"


def test_the_problem_in_the_guide_is_a_true_one(company: Company) -> None:
    shown = json.loads(re.findall(r"```json\n(.*?)```", GUIDE.read_text(), re.DOTALL)[0])
    assert company.client("ada").get("/api/v1/accounts?limit=201").json() == shown


def test_the_page_shows_every_operation_and_runs_no_script_of_its_own(company: Company) -> None:
    page = company.client("tess").get("/api/v1/docs")
    text = page.content.decode()
    schema = dict(api.get_openapi_schema())
    for path, methods in schema["paths"].items():
        assert path in text
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in text
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)


def test_each_operation_has_a_name_of_its_own_and_says_what_it_refuses() -> None:
    operations = [
        one for methods in dict(api.get_openapi_schema())["paths"].values() for one in methods.values()
    ]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    assert all("401" in one["responses"] and one["summary"] for one in operations)
