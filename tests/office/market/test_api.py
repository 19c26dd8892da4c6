"""The market over the API: areas page by page, and files brought, loaded and withdrawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.office.conftest import Company
from tests.office.market.told import CARSON, FRANKLIN, MONTGOMERY, PATTERNS, UTAH, place, tell, work
from tests.office.sales.sold import half_years, sell


def ask(company: Company, who: str, path: str, **query: Any) -> Any:
    answer = company.client(who).get(f"/api/v1/market/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.django_db
def test_areas_come_page_by_page_within_the_scope(company: Company, tmp_path: Path) -> None:
    place(company)
    sell(tmp_path / "brought", half_years())
    tell(company)
    first = ask(company, "dora", "areas", limit=3)
    assert [one["code"] for one in first["items"]] == [FRANKLIN, MONTGOMERY, UTAH]
    rest = ask(company, "dora", "areas", limit=3, cursor=first["next"])
    assert [one["code"] for one in rest["items"]] == [CARSON]
    assert rest["next"] is None
    franklin = ask(company, "tess", f"areas/{FRANKLIN}", period="year")
    assert (franklin["customers"], franklin["potential_customers"], franklin["sales"]) == (2, 40, "1550.00")
    assert franklin["told"] == [
        {"file": "market.csv", "industry": "", "customers": 40, "potential": 240_000.0}
    ]
    assert company.client("tess").get(f"/api/v1/market/areas/{UTAH}").status_code == 404
    assert [one["name"] for one in ask(company, "tess", "areas", level="state")["items"]] == ["Ohio"]


@pytest.mark.django_db(transaction=True)
def test_a_file_is_brought_loaded_and_withdrawn(company: Company) -> None:
    client = company.client("al")
    form = {"file": SimpleUploadedFile("cbp23co.txt", PATTERNS.encode()), "kind": "patterns", "industries": "459910=10000, 812910"}  # fmt: skip
    brought = client.post("/api/v1/market/files", form)
    assert brought.status_code == 201, brought.content
    path = f"files/{brought.json()['id']}"
    work()
    seen = ask(company, "al", path)
    assert (seen["state"], seen["report"]["n_areas"], seen["report"]["potential"]) == ("checked", 4, 400_000)
    told = ask(company, "al", f"{path}/left-out")
    assert [one["area"] for one in told["unmatched"]] == ["99001"]
    assert [one["value"] for one in told["refused"]] == ["OH"]
    assert client.post(f"/api/v1/market/{path}/load", {}, content_type="application/json").status_code == 202
    work()
    assert ask(company, "al", path)["state"] == "loaded"
    assert len(ask(company, "al", "areas")["items"]) == 4
    assert client.post(f"/api/v1/market/{path}/withdraw", {}, content_type="application/json").json()["state"] == "withdrawn"  # fmt: skip
    assert ask(company, "al", "areas")["items"] == []


@pytest.mark.django_db(transaction=True)
def test_a_file_is_loaded_at_once_if_so_asked_and_wrong_industries_are_named(company: Company) -> None:
    client = company.client("al")
    file = SimpleUploadedFile("own.csv", b"Where,Dollars a year\n39049,5\n")
    form = {"file": file, "kind": "potential", "area": "Where", "value": "Dollars a year", "at_once": True}
    assert client.post("/api/v1/market/files", form).status_code == 201
    work()
    assert [one["code"] for one in ask(company, "al", "areas")["items"]] == [FRANKLIN]
    wrong = client.post("/api/v1/market/files", {"file": SimpleUploadedFile("a.csv", b"a,b\n"), "kind": "patterns", "industries": "459910=much"})  # fmt: skip
    assert wrong.status_code == 422
    assert "459910=much" in wrong.content.decode()
