"""Measures and analyses over the API: the same question, the same answer, and words for what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from terrier.ledger import MEASURES
from terrier.office.analysis.api import By, Period
from terrier.office.analysis.question import FAMILIES
from terrier.office.sales.periods import DAYS, KINDS
from tests.office.conftest import Company
from tests.office.sales.sold import half_years, sell

JSON = "application/json"


@pytest.fixture
def sold(company: Company, tmp_path: Path) -> Company:
    sell(tmp_path / "brought", half_years())
    return company


def get(company: Company, who: str, path: str, **query: Any) -> Any:
    return company.client(who).get(f"/api/v1/{path}", query)


def test_every_measure_is_listed_with_its_definition(sold: Company) -> None:
    found = get(sold, "tess", "measures").json()
    assert {one["name"] for one in found} == set(MEASURES)
    assert next(one for one in found if one["name"] == "growth")["unit"] == "ratio"


def test_a_question_is_answered_as_on_the_page(sold: Company) -> None:
    asked = {"measures": ["revenue", "growth"], "rows": "category", "columns": "quarter", "compare": "year"}
    told = get(sold, "tess", "analysis", **asked).json()
    assert told["total"]["cells"][-2] == {"value": pytest.approx(1630), "before": pytest.approx(800)}
    assert {row["label"] for row in told["rows"]} == {"Walk", "Play"}
    assert [one["member"] for one in told["columns"]] == [
        "Q1 2026",
        "Q1 2026",
        "Q2 2026",
        "Q2 2026",
        None,
        None,
    ]
    assert (told["first_day"], told["last_day"]) == ("2026-01-01", "2026-06-30")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"measures": "profit"}, "profit"),
        ({"rows": "month", "columns": "year"}, "does not go with these rows"),
        ({"rows": "shelf"}, "rows"),
        ({"channel": "moon"}, "moon"),
        ({"period": "days"}, "first day"),
        ({"measure": "revenue"}, "measure"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(sold: Company, query: dict[str, Any], told: str) -> None:
    answer = get(sold, "tess", "analysis", **query)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_rows_and_periods_are_those_of_the_page() -> None:
    assert get_args(By) == tuple(FAMILIES)
    assert get_args(Period) == (*KINDS, DAYS)


def test_what_lies_outside_is_not_found(sold: Company) -> None:
    assert get(sold, "tess", "analysis", account=sold.accounts["provo"].pk).status_code == 404
    assert get(sold, "tess", "analysis", position=sold.positions["tom"].pk).status_code == 404


def test_a_question_is_kept_renamed_answered_and_deleted(sold: Company) -> None:
    client = sold.client("tess")
    made = client.post("/api/v1/analyses", {"name": "Mine", "query": "measures=revenue&rows=account"}, JSON)
    assert made.status_code == 201
    path = f"/api/v1/analyses/{made.json()['id']}"
    assert client.patch(path, {"name": "Ours"}, JSON).json()["name"] == "Ours"
    assert client.patch(path, {"query": "rows=shelf"}, JSON).status_code == 422
    assert [one["name"] for one in client.get("/api/v1/analyses").json()["items"]] == ["Ours"]
    assert client.get(f"{path}/answer").json()["total"]["cells"][0]["value"] == pytest.approx(1630)
    assert client.post("/api/v1/analyses", {"name": "Ours", "query": ""}, JSON).status_code == 422
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_without_invoices_there_is_nothing_and_no_error(company: Company) -> None:
    told = get(company, "dora", "analysis", measures="revenue", rows="category").json()
    assert told["rows"] == []
    assert told["total"]["cells"][0]["value"] == 0


def test_an_analysis_is_shared_and_sent_over_the_api(sold: Company) -> None:
    dora, tess = sold.client("dora"), sold.client("tess")
    pk = dora.post("/api/v1/analyses", {"name": "Mine", "query": "rows=category"}, JSON).json()["id"]
    shares, sent = f"/api/v1/analyses/{pk}/shares", f"/api/v1/analyses/{pk}/deliveries"
    assert tess.get(sent).status_code == 404
    assert dora.post(shares, {}, JSON).status_code == 422
    share = dora.post(shares, {"person_id": sold.people["tess"].pk}, JSON)
    assert share.status_code == 201
    assert [one["person_id"] for one in dora.get(shares).json()] == [sold.people["tess"].pk]
    assert tess.get(shares).status_code == 404  # whom else it is shared with is its owner's to know

    own = tess.post(sent, {"every": "month", "day": 15}, JSON).json()
    assert (own["person_id"], own["day"], own["sent_at"]) == (sold.people["tess"].pk, 15, None)
    assert tess.post(sent, {"person_id": sold.people["tim"].pk}, JSON).status_code == 404
    assert tess.post(sent, {"every": "month", "day": 31}, JSON).status_code == 422
    assert dora.post(sent, {"person_id": sold.people["tim"].pk}, JSON).status_code in {409, 422}  # not shared
    assert dora.post(sent, {}, JSON).status_code == 201
    assert len(dora.get(sent).json()) == 2
    assert [one["id"] for one in tess.get(sent).json()] == [own["id"]]

    changed = tess.patch(f"{sent}/{own['id']}", {"hour": 18}, JSON).json()
    assert (changed["hour"], changed["day"]) == (18, 15)
    assert tess.delete(f"{sent}/{own['id']}").status_code == 204
    assert dora.delete(f"{shares}/{share.json()['id']}").status_code == 204
    assert tess.get(sent).status_code == 404


def test_what_has_no_figure_is_told_with_why(sold: Company) -> None:
    told = get(sold, "dora", "analysis", measures=["revenue", "growth_new", "account_profit"], period="days", since="2024-01-01")  # fmt: skip
    why = {one["names"]: one["why"] for one in told.json()["untold"]}
    assert "TERRIER_HOUR_COST" in why["Account profit"]
    assert "The ledger begins on" in why["Growth by new accounts"]
    assert [cell["value"] for cell in told.json()["total"]["cells"]][1:] == [None, None]
