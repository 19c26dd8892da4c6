from __future__ import annotations

import datetime as dt

import pytest

from terrier.office.accounts.models import Account
from terrier.office.alignment.comparing import compare_plans
from terrier.office.alignment.copying import copy_plan
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.locking import lock_accounts
from terrier.office.alignment.models import Lock, Overlay, Placement, Plan, Rule, Territory
from terrier.office.alignment.moving import move_accounts
from terrier.office.alignment.planning import create_plan, delete_plan, edit_plan
from terrier.office.audit.services import Author
from tests.office.alignment.planned import TODAY
from tests.office.conftest import Company


def made(company: Company, who: str = "rita", name: str = "Spring") -> Plan:
    return create_plan(name=name, root=company.positions[who], author=Author(company.people[who]), on=TODAY)


def placed(plan: Plan) -> dict[str, str | None]:
    rows = Placement.objects.filter(plan=plan).select_related("account", "territory")
    return {row.account.name: row.territory and row.territory.name for row in rows}


def node(plan: Plan, name: str) -> Territory:
    return Territory.objects.get(plan=plan, name=name, level="territory")


def test_a_region_managers_plan_is_their_part_of_the_tree(company: Company) -> None:
    plan = made(company)
    tree = {
        (one.name, one.level, one.kind, one.parent and one.parent.name)
        for one in Territory.objects.filter(plan=plan)
    }
    assert tree == {
        ("East", "region", "geographic", None),
        ("Ohio", "territory", "geographic", "East"),
        ("Iowa", "territory", "geographic", "East"),
        ("Maine", "territory", "geographic", "East"),
        ("Inside sales East", "territory", "portfolio", "East"),
    }
    assert placed(plan) == {
        "Columbus": "Ohio",
        "Dayton": "Ohio",
        "Ames": "Iowa",
        "Bangor": "Maine",
        "Phone": "Inside sales East",
        "Chain Ohio": "Ohio",
    }


def test_the_companys_plan_holds_everybody_and_what_nobody_holds(company: Company) -> None:
    plan = made(company, "dora")
    assert placed(plan)["Nobody"] is None
    assert placed(plan)["Provo"] == "Utah"
    assert node(plan, "Utah").parent == Territory.objects.get(plan=plan, name="West")
    assert node(plan, "Key accounts").kind == "key"
    shares = Overlay.objects.filter(plan=plan).values_list("account__name", "territory__name", "split")
    assert {(name, where, str(split)) for name, where, split in shares} == {
        ("Chain Ohio", "Key accounts", "0.3000"),
        ("Chain Utah", "Key accounts", "0.3000"),
    }


def test_deleted_and_closed_accounts_are_left_out(company: Company) -> None:
    Account.objects.filter(pk=company.accounts["ames"].pk).update(deleted_at="2026-01-01T00:00Z")
    Account.objects.filter(pk=company.accounts["dayton"].pk).update(status="closed")
    assert {"Ames", "Dayton"}.isdisjoint(placed(made(company)))


def test_making_a_plan_takes_as_many_queries_however_many_accounts(
    company: Company, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        made(company, "dora")


def test_a_copy_says_the_same_and_goes_its_own_way(company: Company) -> None:
    plan, author = made(company), Author(company.people["rita"])
    lock_accounts(plan=plan, accounts=[company.accounts["ames"].pk], author=author)
    Rule.objects.create(plan=plan, number=1, kind="catch_all", territory=node(plan, "Ohio"))
    copy = copy_plan(plan=plan, name="Other", author=author)
    assert placed(copy) == placed(plan)
    assert copy.copied_from == plan
    assert Lock.objects.get(plan=copy).account == company.accounts["ames"]
    assert Rule.objects.get(plan=copy).territory == node(copy, "Ohio")
    move_accounts(plan=copy, accounts=[company.accounts["columbus"].pk], to=node(copy, "Iowa"), author=author)
    assert placed(plan)["Columbus"] == "Ohio"
    assert Placement.objects.get(plan=copy, account__name="Columbus").present == node(copy, "Ohio")


def test_a_branch_is_a_regions_part(company: Company) -> None:
    plan = made(company, "dora")
    west = Territory.objects.get(plan=plan, name="West")
    branch = copy_plan(plan=plan, name="West only", author=Author(company.people["dora"]), part=west)
    assert branch.root == company.positions["ralph"]
    assert placed(branch) == {"Provo": "Utah", "Chain Utah": "Utah"}
    assert not Overlay.objects.filter(plan=branch).exists()
    with pytest.raises(PlanError, match="region of the plan"):
        copy_plan(plan=plan, name="x", author=Author(None), part=node(plan, "Utah"))


def test_two_plans_are_compared_by_territory_and_by_what_moves(company: Company) -> None:
    Account.objects.update(annual_sales=100)
    plan, author = made(company), Author(company.people["rita"])
    copy = copy_plan(plan=plan, name="Other", author=author)
    accounts = [company.accounts[label].pk for label in ("columbus", "dayton")]
    move_accounts(plan=copy, accounts=accounts, to=node(copy, "Iowa"), author=author)
    found = compare_plans(plan, copy)
    ohio = next(one for one in found.territories if one.name == "Ohio")
    assert (ohio.n_one, ohio.n_other, ohio.n_gained, ohio.n_lost) == (3, 1, 0, 2)
    assert [(one.source, one.target, one.n_accounts, one.sales) for one in found.flows] == [
        ("Ohio", "Iowa", 2, 200)
    ]
    assert (found.n_same, found.n_moved, found.n_only_one, found.n_only_other) == (4, 2, 0, 0)
    assert found.share_moved == pytest.approx(1 / 3)


def test_plans_made_apart_are_compared_all_the_same(company: Company) -> None:
    whole, east = made(company, "dora"), made(company)
    found = compare_plans(whole, east)
    assert found.n_same == 6
    assert found.n_moved == 0
    assert (found.n_only_one, found.n_only_other) == (4, 0)


def test_settings_are_read_before_they_are_kept(company: Company) -> None:
    plan, author = made(company), Author(company.people["rita"])
    assert edit_plan(plan=plan, author=author, values={"choices": {"max_moved": 0.1}})
    assert Plan.objects.get(pk=plan.pk).choices["max_moved"] == 0.1
    with pytest.raises(PlanError, match="max_moved"):
        edit_plan(plan=plan, author=author, values={"choices": {"max_moved": 2}})
    with pytest.raises(PlanError, match="1 to 120"):
        edit_plan(plan=plan, author=author, values={"name": " "})
    with pytest.raises(PlanError, match="state"):
        edit_plan(plan=plan, author=author, values={"state": "active"})


def test_a_draft_is_deleted_with_all_that_is_in_it(company: Company) -> None:
    plan, author = made(company), Author(company.people["rita"])
    move_accounts(plan=plan, accounts=[company.accounts["ames"].pk], to=node(plan, "Ohio"), author=author)
    lock_accounts(plan=plan, accounts=[company.accounts["ames"].pk], author=author)
    delete_plan(plan=plan, author=author)
    assert not Plan.objects.exists()
    assert not Placement.objects.exists()


def test_what_was_approved_is_not_deleted(company: Company) -> None:
    plan = made(company)
    Plan.objects.filter(pk=plan.pk).update(
        state="approved", effective_on=dt.date(2026, 5, 1), approved_at="2026-01-01T00:00Z"
    )
    with pytest.raises(PlanError, match="never approved"):
        delete_plan(plan=plan, author=Author(None))


def test_the_name_that_is_offered_for_a_plan_is_not_taken_yet(company: Company) -> None:
    client = company.client("rita")
    offered = [client.get("/plans/new").context["form"]["name"].value()]
    for _plan in range(2):
        create_plan(name=offered[-1], root=company.positions["rita"], author=Author(company.people["rita"]))
        offered.append(client.get("/plans/new").context["form"]["name"].value())
    assert offered[1:] == [f"{offered[0]}, 2", f"{offered[0]}, 3"]
