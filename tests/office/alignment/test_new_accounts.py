from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.accounts.services import create_account
from terrier.office.alignment.effect import apply_plan
from terrier.office.alignment.models import Coverage, Placement, Plan, Territory
from terrier.office.alignment.new_accounts import place_new_accounts, place_new_later
from terrier.office.alignment.planning import create_plan
from terrier.office.alignment.rules import add_rule
from terrier.office.alignment.states import approve
from terrier.office.audit.services import Author
from terrier.office.jobs.words import told
from terrier.office.jobs.worker import run_one
from tests.office.conftest import Company


def in_force(company: Company, who: str, rules: list[tuple[str, Any, str]]) -> Plan:
    author = Author(company.people[who])
    plan = create_plan(name=who, root=company.positions[who], author=author)
    for kind, parameters, name in rules:
        node = Territory.objects.get(plan=plan, name=name, level="territory")
        add_rule(plan=plan, kind=kind, parameters=parameters, territory=node, author=author)
    approve(plan=plan, effective_on=timezone.localdate(), author=author)
    apply_plan(plan=plan, author=author)
    return plan


def holder(account: Account) -> str | None:
    row = Coverage.objects.on(timezone.localdate()).filter(account=account).select_related("position").first()
    return row and row.position.name


@pytest.fixture
def company_plan(company: Company) -> Plan:
    return in_force(
        company, "dora", [("state", {"states": ["UT"]}, "Utah"), ("catch_all", None, "Inside sales East")]
    )


def test_a_new_account_is_placed_by_the_plan_in_force(company: Company, company_plan: Plan) -> None:
    values = {"name": "New in Provo", "state": "UT"}
    account, _ = create_account(author=Author(company.people["dora"]), values=values)
    assert holder(account) == "Utah"
    row = Coverage.objects.get(account=account)
    assert row.cause == "rule"
    placement = Placement.objects.get(plan=company_plan, account=account)
    assert placement.territory == placement.present
    other, _ = create_account(
        author=Author(company.people["dora"]), values={"name": "Elsewhere", "state": "ME"}
    )
    assert holder(other) == "Inside sales East"


def test_whoever_makes_an_account_in_the_field_holds_it(company: Company, company_plan: Plan) -> None:
    account, _ = create_account(
        author=Author(company.people["tess"]), values={"name": "My own", "state": "UT"}
    )
    assert holder(account) == "Ohio"
    place_new_accounts(plan=company_plan, author=Author(None))
    node = Placement.objects.get(plan=company_plan, account=account).territory
    assert node is not None
    assert node.name == "Ohio"


def test_without_a_plan_in_force_nothing_is_placed(company: Company) -> None:
    account, _ = create_account(author=Author(company.people["dora"]), values={"name": "New", "state": "UT"})
    assert holder(account) is None
    assert place_new_later(None) is None


def test_of_a_regions_plan_the_catch_all_takes_nothing_that_is_others(company: Company) -> None:
    in_force(company, "rita", [("state", {"states": ["IA"]}, "Iowa"), ("catch_all", None, "Ohio")])
    author = Author(company.people["dora"])
    near, _ = create_account(author=author, values={"name": "Near", "state": "IA"})
    far, _ = create_account(author=author, values={"name": "Far", "state": "CA"})
    assert (holder(near), holder(far)) == ("Iowa", None)


@pytest.mark.django_db(transaction=True)
def test_accounts_that_came_without_a_holder_get_one_by_a_job(company: Company, company_plan: Plan) -> None:
    made = Account.objects.bulk_create(Account(name=f"Came {at}", state="UT") for at in range(3))
    job = place_new_later(company.people["dora"])
    assert job is not None
    assert run_one("test")
    job.refresh_from_db()
    assert told(job.result["told"]) == "3 new accounts placed"
    assert {holder(account) for account in made} == {"Utah"}
    assert place_new_accounts(plan=company_plan, author=Author(None)) == 0
