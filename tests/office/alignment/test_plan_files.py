"""A plan as a file: GeoJSON that maps read, a workbook without formulas, a PDF; each as far as its reader's scope goes."""

from __future__ import annotations

import io
import json
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.alignment import plan_exporting
from terrier.office.alignment.models import HandOver, Placement, Plan, Territory
from terrier.office.alignment.moving import move_accounts
from terrier.office.alignment.plan_content import read_plan
from terrier.office.alignment.plan_files import write_plan
from terrier.office.alignment.plan_pdf import _facts
from terrier.office.audit.services import Author
from terrier.office.jobs.models import Job
from terrier.office.jobs.worker import run_one
from tests.office.alignment.planned import east
from tests.office.conftest import Company

PLACES = {
    "columbus": (39.96, -83.0),
    "dayton": (39.76, -84.19),
    "ames": (42.03, -93.62),
    "chain ohio": (41.5, -81.7),
}


@pytest.fixture
def spring(company: Company) -> tuple[Plan, dict[str, Territory]]:
    """East's plan in review: Dayton goes from Ohio to Iowa, and its name looks like a formula."""
    plan, nodes = east(company, name="Spring", state="in_review", review_until=timezone.localdate())
    for label, (latitude, longitude) in PLACES.items():
        Account.objects.filter(pk=company.accounts[label].pk).update(
            latitude=latitude, longitude=longitude, annual_sales=1000
        )
    Account.objects.filter(pk=company.accounts["dayton"].pk).update(name='=HYPERLINK("x")')
    Placement.objects.filter(plan=plan, account=company.accounts["dayton"]).update(territory=nodes["Iowa"])
    return plan, nodes


def downloaded(company: Company, who: str, plan: Plan, ending: str) -> bytes:
    answer: Any = company.client(who).get(f"/plans/{plan.pk}/export/{ending}")
    assert (answer.status_code, answer["Content-Disposition"]) == (
        200,
        f'attachment; filename="Spring.{ending}"',
    )
    return b"".join(answer.streaming_content)


def features(content: bytes, kind: str) -> dict[str, Any]:
    found = [one for one in json.loads(content)["features"] if one["properties"]["kind"] == kind]
    return {one["properties"]["territory" if kind == "territory" else "account"]: one for one in found}


def test_the_geojson_has_land_with_figures_and_points_with_where_they_go(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    content = downloaded(company, "rita", spring[0], "geojson")
    land, points = features(content, "territory"), features(content, "account")
    assert set(land) == {"Ohio", "Iowa", "Inside"}
    assert land["Ohio"]["geometry"]["type"] == "MultiPolygon"
    assert land["Inside"]["geometry"] is None, "a portfolio has no land"
    assert (land["Iowa"]["properties"]["accounts"], land["Iowa"]["properties"]["gained"]) == (2, 1)
    moved = points["DAYTON"]
    assert moved["geometry"] == {"type": "Point", "coordinates": [-84.19, 39.76]}
    assert [moved["properties"][name] for name in ("territory", "present", "moved")] == ["Iowa", "Ohio", True]


def test_the_workbook_has_a_sheet_for_each_question_and_no_formula(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    book = downloaded(company, "rita", spring[0], "xlsx")
    accounts = pl.read_excel(io.BytesIO(book), sheet_name="Accounts")
    row = accounts.filter(pl.col("Number") == "DAYTON").row(0, named=True)
    assert [row[name] for name in ("Account", "Territory", "Held today in", "Moved")] == [
        '=HYPERLINK("x")',
        "Iowa",
        "Ohio",
        "yes",
    ]
    assert b"<f>" not in book
    moves = pl.read_excel(io.BytesIO(book), sheet_name="Moves")
    assert moves.rows() == [("Ohio", "Iowa", 1, 1000)]
    assert pl.read_excel(io.BytesIO(book), sheet_name="Territories")["Territory"].to_list() == [
        "Inside",
        "Iowa",
        "Ohio",
    ]


def test_the_pdf_is_one_with_map_balance_moves_and_hand_overs(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    without = downloaded(company, "rita", plan, "pdf")
    assert without.startswith(b"%PDF-")
    HandOver.objects.create(
        plan=plan,
        account=company.accounts["dayton"],
        giver=company.positions["tess"],
        taker=company.positions["tim"],
        due_on=timezone.localdate(),
    )
    assert len(downloaded(company, "rita", plan, "pdf")) > len(without), "the hand-over stands in it"


def test_a_territory_manager_gets_their_own_part(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    content = downloaded(company, "tim", spring[0], "geojson")
    assert set(features(content, "territory")) == {"Iowa"}
    assert set(features(content, "account")) == {"AMES", "DAYTON"}


def test_figures_of_the_whole_plan_are_said_to_be_so_to_whoever_sees_a_part(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    for who, is_part in {"tim": True, "rita": False}.items():
        client = company.client(who)
        told = client.get(f"/api/v1/plans/{plan.pk}/figures").json()
        assert (told["is_part"], told["n_accounts"], len(told["rows"])) == (is_part, 4, 1 if is_part else 3)
        assert ("of the whole plan" in client.get(f"/plans/{plan.pk}/").content.decode()) == is_part
        book = pl.read_excel(
            io.BytesIO(downloaded(company, who, plan, "xlsx")), sheet_name="Plan", has_header=False
        )
        assert any("of the whole plan" in str(cell) for cell in chain.from_iterable(book.rows())) == is_part
        assert any("whole plan" in one for one in _facts(read_plan(plan, company.people[who]))) == is_part


@pytest.mark.parametrize("ending", ["geojson", "xlsx", "pdf"])
def test_a_plan_without_accounts_or_places_is_written_too(company: Company, ending: str) -> None:
    plan = Plan.objects.create(
        name="Bare", root=company.positions["rita"], based_on=timezone.localdate(), author=None
    )
    file = io.BytesIO()
    write_plan(plan, ending, file)
    assert file.tell() > 20


def test_other_endings_are_not_there(company: Company, spring: tuple[Plan, dict[str, Territory]]) -> None:
    assert company.client("rita").get(f"/plans/{spring[0].pk}/export/exe").status_code == 404
    assert company.client("rita").get(f"/api/v1/plans/{spring[0].pk}/export/exe").status_code == 422


def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_exporting, "MOST_AT_ONCE", 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["geojson", "xlsx", "pdf"])
def test_a_large_plan_is_written_by_a_job_and_fetched_when_it_is_done(
    company: Company,
    spring: tuple[Plan, dict[str, Territory]],
    ending: str,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.FILES = tmp_path
    small(monkeypatch)
    plan, _nodes = spring
    rita: Any = company.client("rita")
    answer = rita.get(f"/plans/{plan.pk}/export/{ending}")
    job = Job.objects.get()
    assert answer.url == f"/jobs/{job.pk}/"
    assert rita.get(f"/plans/{plan.pk}/export/{ending}").url == f"/jobs/{job.pk}/", "the same one again"
    assert rita.get(f"/api/v1/plans/{plan.pk}/exported/{job.pk}").status_code == 202
    assert run_one("test")
    job.refresh_from_db()
    assert (job.state, job.result["url"]) == ("done", f"/plans/{plan.pk}/exported/{job.pk}"), job.error
    fetched = rita.get(job.result["url"])
    assert fetched["Content-Disposition"] == f'attachment; filename="Spring.{ending}"'
    content = b"".join(fetched.streaming_content)
    assert content.startswith({"geojson": b'{"type"', "xlsx": b"PK", "pdf": b"%PDF-"}[ending])
    assert [one.name for one in (tmp_path / "exports").iterdir()] == [f"{job.pk}.{ending}"]
    over_api: Any = rita.get(f"/api/v1/plans/{plan.pk}/exported/{job.pk}")
    assert b"".join(over_api.streaming_content)[:4] == content[:4]
    assert company.client("dora").get(job.result["url"]).status_code == 404, "what Rita sees is hers"


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_gone_or_a_plan_that_has_changed_is_written_anew(
    company: Company,
    spring: tuple[Plan, dict[str, Territory]],
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.FILES = tmp_path
    small(monkeypatch)
    plan, nodes = spring
    rita: Any = company.client("rita")
    first = rita.get(f"/api/v1/plans/{plan.pk}/export/geojson")
    assert first.status_code == 202
    assert run_one("test")
    next((tmp_path / "exports").iterdir()).unlink()
    gone = rita.get(f"/plans/{plan.pk}/exported/{first.json()['job_id']}")
    assert gone.url == f"/plans/{plan.pk}/export/geojson"
    second = rita.get(f"/api/v1/plans/{plan.pk}/export/geojson").json()["job_id"]
    assert second != first.json()["job_id"]
    move_accounts(plan=plan, accounts=[company.accounts["ames"].pk], to=nodes["Ohio"], author=Author(None))
    assert rita.get(f"/api/v1/plans/{plan.pk}/export/geojson").json()["job_id"] > second
