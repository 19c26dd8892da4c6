"""`terrier plan`: list, show, export, design and activate, in somebody's name or as whoever works on the server."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from terrier.cli.main import main
from terrier.office.accounts.models import Account
from terrier.office.alignment import states
from terrier.office.alignment.models import Plan, PlanState, Step
from terrier.office.alignment.moving import move_accounts
from terrier.office.alignment.planning import create_plan
from terrier.office.audit.services import Author
from tests.office.alignment.planned import east
from tests.office.conftest import Company

BAD_INPUT = 2


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["plan", *words])


def test_plans_are_listed_and_shown(company: Company) -> None:
    plan, _nodes = east(company, name="Spring")
    listed = run("list").stdout
    assert "Spring" in listed
    assert "In planning" in listed
    shown = run("show", str(plan.pk)).stdout
    assert "Ohio" in shown
    assert "Spring: In planning, 4 accounts, 0.0% moved." in shown


def test_in_somebodys_name_only_their_scope_is_there(company: Company) -> None:
    plan, _nodes = east(company, name="Spring")
    assert "Spring" in run("list", "--as", "rita@example.com").stdout
    assert "There are no plans." in run("list", "--as", "ralph@example.com").stdout
    refused = run("show", str(plan.pk), "--as", "ralph@example.com")
    assert refused.exit_code == BAD_INPUT
    assert "is no plan's number" in refused.stderr
    assert "nobody's e-mail address" in run("list", "--as", "who@example.com").stderr


def test_a_plan_is_exported_whole_or_not_at_all(company: Company, tmp_path: Path) -> None:
    plan, _nodes = east(company, name="Spring")
    out = tmp_path / "spring.geojson"
    assert run("export", str(plan.pk), "-o", str(out)).exit_code == 0
    assert len(json.loads(out.read_text())["features"]) == 3, "the territories; no account has a place"
    again = run("export", str(plan.pk), "-o", str(out))
    assert again.exit_code == BAD_INPUT
    assert "--force" in again.stderr
    wrong = run("export", str(plan.pk), "-o", str(tmp_path / "spring.exe"))
    assert "must end in .geojson, .xlsx, .pdf" in wrong.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["spring.geojson"]


@pytest.mark.django_db(transaction=True)
def test_the_engine_is_asked_and_the_recommended_plan_taken(company: Company) -> None:
    plan, _nodes = east(company, name="Spring")
    for at, label in enumerate(("columbus", "dayton", "ames", "chain ohio")):
        Account.objects.filter(pk=company.accounts[label].pk).update(
            latitude=40.0, longitude=-84.0 - 2 * at, annual_sales=1000
        )
    asked = run("design", str(plan.pk), "--kind", "design", "--as", "rita@example.com")
    assert asked.exit_code == 0, asked.stderr
    assert "Nothing was changed." in asked.stdout
    assert not Step.objects.exists()
    taken = run("design", str(plan.pk), "--kind", "design", "--take", "--as", "rita@example.com")
    assert "was taken over" in taken.stdout
    refused = run("design", str(plan.pk), "--as", "tess@example.com")
    assert refused.exit_code == BAD_INPUT


@pytest.mark.django_db(transaction=True)
def test_an_approved_plan_is_put_into_effect(company: Company) -> None:
    rita = Author(company.people["rita"])
    plan = create_plan(name="Spring", root=company.positions["rita"], author=rita)
    to = plan.territories.get(position=company.positions["tim"])
    move_accounts(plan=plan, accounts=[company.accounts["dayton"].pk], to=to, author=rita)
    early = run("activate", str(plan.pk), "--as", "rita@example.com")
    assert early.exit_code == BAD_INPUT
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    states.send_to_review(plan=plan, until=timezone.localdate(), author=rita)
    states.approve(plan=Plan.objects.get(pk=plan.pk), effective_on=tomorrow, author=rita)
    done = run("activate", str(plan.pk), "--as", "rita@example.com")
    assert done.exit_code == 0, done.stderr
    assert f"takes effect on {tomorrow}" in done.stdout
    plan.refresh_from_db()
    assert plan.state in {PlanState.APPROVED, PlanState.ACTIVE}
    assert plan.applied_at is not None
