"""A program brings a file all the way in, and out again, over the API."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client

from terrier.office.accounts.models import Account
from terrier.office.api import door
from terrier.office.imports.models import Import
from tests.office.conftest import Company
from tests.office.imports.bringing import HEAD_AND_ROWS, bring, work

API = "/api/v1/imports"
JSON = "application/json"


def upload(client: Client, text: str = HEAD_AND_ROWS, key: str = "", **form: str) -> Any:
    file = io.BytesIO(text.encode())
    file.name = "accounts.csv"
    return client.post(API, {"file": file, **form}, headers={"Idempotency-Key": key} if key else {})


def do(client: Client, address: str, body: Any = None, **headers: str) -> Any:
    """Ask for something, and let the worker do it. What the import is then."""
    answer = client.post(f"{API}/{address}", body, content_type=JSON, headers=headers)
    assert answer.status_code in {200, 202}, answer.content
    work()
    return client.get(f"{API}/{address.split('/', maxsplit=1)[0]}").json()


def test_a_file_goes_all_the_way_in_and_out_again(company: Company) -> None:
    client = company.client("ada")
    made = upload(client)
    assert made.status_code == 201
    one = made.json()["id"]
    assert (made.json()["state"], made.json()["progress"]["state"]) == ("reading", "waiting")
    work()
    read = client.get(f"{API}/{one}").json()
    assert (read["state"], read["kind"], read["n_rows"], read["lacking"]) == ("matching", "accounts", 3, [])
    assert read["mapping"] == {"external_id": "id", "name": "name", "city": "city", "status": "status"}
    checked = do(client, f"{one}/match", {"kind": "accounts", "mapping": read["mapping"]})
    assert checked["state"] == "checked"
    assert checked["counts"] == {"create": 1, "update": 1, "unchanged": 0, "error": 1, "left_out": 0}
    [wrong] = client.get(f"{API}/{one}/rows?deed=error").json()["items"]
    assert (wrong["number"], list(wrong["errors"])) == (4, ["status"])
    refused = client.post(f"{API}/{one}/commit", content_type=JSON)
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    mended = client.patch(f"{API}/{one}/rows/4", {"values": {"status": "Lapsed"}}, content_type=JSON).json()
    assert (mended["row"]["deed"], mended["others"], mended["counts"]["error"]) == ("update", [], 0)
    assert mended["row"]["writes"][0]["changes"] == {"status": ["active", "lapsed"]}
    committed = do(client, f"{one}/commit", **{"Idempotency-Key": "in"})
    assert (committed["state"], committed["progress"]["state"]) == ("committed", "done")
    assert Account.objects.get(external_id="DAYTON").status == "lapsed"
    again = client.post(f"{API}/{one}/commit", content_type=JSON, headers={"Idempotency-Key": "in"})
    assert (again.status_code, again["Idempotency-Replayed"]) == (202, "true")
    undone = do(client, f"{one}/undo")
    assert undone["state"] == "undone"
    assert not Account.objects.filter(external_id="N-1", deleted_at=None).exists()


def test_an_upload_sent_again_with_its_key_is_one_import_and_another_file_is_refused(
    company: Company,
) -> None:
    client = company.client("ada")
    first, again = upload(client, key="k"), upload(client, key="k")
    assert first.json()["id"] == again.json()["id"]
    assert Import.objects.count() == 1
    assert upload(client, "id,name\nN-9,Other\n", key="k").status_code == 422
    assert Import.objects.get().upload.read_bytes() == HEAD_AND_ROWS.encode()


def test_rows_are_paged_and_filtered_by_as_many_questions_however_many_there_are(
    company: Company, django_assert_max_num_queries: Any
) -> None:
    client = company.client("ada")
    rows = "".join(f"P-{n},Shop {n},{'sold' if n % 10 == 0 else 'Active'}\n" for n in range(1, 61))
    import_ = bring(company.people["ada"], "id,name,status\n" + rows)
    seen: list[int] = []
    cursor = ""
    while True:
        with django_assert_max_num_queries(9):
            page = client.get(f"{API}/{import_.pk}/rows?deed=create&limit=20&cursor={cursor}").json()
        seen += [row["number"] for row in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == [n + 1 for n in range(1, 61) if n % 10]
    [found] = client.get(f"{API}/{import_.pk}/rows?q=p-17").json()["items"]
    assert found["values"]["name"] == "Shop 17"
    assert client.get(f"{API}/{import_.pk}/rows/18").json() == found


def test_the_file_can_be_read_another_way(company: Company) -> None:
    client = company.client("ada")
    one = upload(client, "a list;;\nid;name;sales\nN-1;Neue;1.234,50\n", kind="accounts").json()["id"]
    work()
    read = do(client, f"{one}/read", {"header_row": 2, "decimal": ","})
    checked = do(client, f"{one}/match", {"kind": "accounts", "mapping": read["mapping"], "decimal": ","})
    assert checked["counts"]["create"] == 1
    [row] = client.get(f"{API}/{one}/rows").json()["items"]
    assert row["writes"][0]["changes"]["annual_sales"] == [None, "1234.50"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"kind": "accounts", "mapping": {"external_id": "nope"}}, "The file has no column “nope”."),
        ({"kind": "accounts", "mapping": {"nope": "id"}}, "There is no field “nope”."),
        ({"kind": "accounts", "mapping": {"name": "name"}}, "Match a column to “External id”."),
    ],
)
def test_columns_and_fields_that_are_not_there_are_told(company: Company, body: Any, said: str) -> None:
    import_ = bring(company.people["ada"], HEAD_AND_ROWS)
    answer = company.client("ada").post(f"{API}/{import_.pk}/match", body, content_type=JSON)
    assert (answer.status_code, answer.json()["detail"]) == (422, said)


def test_a_row_is_mended_in_fields_that_have_a_column_only(company: Company) -> None:
    import_ = bring(company.people["ada"], HEAD_AND_ROWS)
    answer = company.client("ada").patch(
        f"{API}/{import_.pk}/rows/4", {"values": {"phone": "1"}}, content_type=JSON
    )
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "No column is matched to the field “phone”.",
    )


def test_what_was_not_imported_can_be_discarded_and_its_work_cancelled(company: Company) -> None:
    client = company.client("ada")
    one = upload(client).json()["id"]
    assert client.delete(f"{API}/{one}").status_code == 422, "it is being read"
    cancelled = client.post(f"{API}/{one}/cancel", content_type=JSON).json()
    assert (cancelled["state"], cancelled["problem"]) == ("refused", "It was cancelled.")
    assert client.delete(f"{API}/{one}").status_code == 204
    assert not Import.objects.exists()


def test_every_kind_says_its_fields(company: Company) -> None:
    kinds = company.client("ada").get("/api/v1/import-kinds").json()
    assert [one["kind"] for one in kinds] == ["accounts", "contacts", "people", "coverage"]
    status = next(field for field in kinds[0]["fields"] if field["name"] == "status")
    assert status["words"] == ["Prospect", "Active", "Lapsed", "Closed"]


def test_a_length_that_is_none_is_no_harm(company: Company) -> None:
    answer = company.client("ada").get(API, CONTENT_LENGTH="many")
    assert answer.status_code == 200


def test_a_file_that_is_too_large_is_refused_before_it_is_received(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MAX_FILE_BYTES", -door.ROOM_FOR_FORM)
    answer = upload(company.client("ada"))
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert not Import.objects.exists()
