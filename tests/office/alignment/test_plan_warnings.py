"""What a plan is warned of: of who would cover whom, with figures and a button each."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.alignment.choices import choices_of
from terrier.office.alignment.figures import sheet_of
from terrier.office.alignment.models import Overlay, Placement, Plan, Territory, TerritoryKind
from terrier.office.alignment.moving import move_accounts
from terrier.office.alignment.plan_warning_views import warnings_told
from terrier.office.alignment.planning import edit_plan
from terrier.office.audit.services import Author
from terrier.office.desks.models import Limits, WarningKind
from terrier.office.desks.planned import limits_of, plan_warnings
from terrier.office.desks.warning import Warned
from terrier.office.people.models import Position, Role
from tests.office.alignment.planned import east
from tests.office.conftest import LONG_AGO, Company

Made = tuple[Company, Plan, dict[str, Territory]]


@pytest.fixture
def spring(company: Company) -> Made:
    plan, nodes = east(company)
    return company, plan, nodes


def warned(plan: Plan, kind: WarningKind) -> list[Warned]:
    found = plan_warnings(sheet_of(plan), timezone.localdate(), whole=True)
    return [one for one in found if one.kind == kind]


def change(company: Company, label: str, **values: Any) -> None:
    Account.objects.filter(pk=company.accounts[label].pk).update(**values)


def test_a_plan_warns_of_what_it_would_make_not_of_today(spring: Made) -> None:
    company, plan, nodes = spring
    change(company, "columbus", service_hours=1900)
    assert [one.title for one in warned(plan, WarningKind.OVER_CAPACITY)] == ["Ohio"]
    move_accounts(
        plan=plan, accounts=[company.accounts["columbus"].pk], to=nodes["Iowa"], author=Author(None)
    )
    assert [one.title for one in warned(plan, WarningKind.OVER_CAPACITY)] == ["Iowa"]


def test_a_plans_own_limits_win_over_the_companys(spring: Made) -> None:
    company, plan, _nodes = spring
    Limits.objects.create(pk=1, over_percent=150)
    change(company, "columbus", service_hours=1900)
    assert not warned(plan, WarningKind.OVER_CAPACITY)
    asked = {**choices_of(plan).model_dump(mode="json"), "warned": {"over": 1.1, "white_space": 5000}}
    edit_plan(plan=plan, author=Author(None), values={"choices": asked})
    assert warned(plan, WarningKind.OVER_CAPACITY)
    limits = limits_of(choices_of(plan))
    assert (limits.over_percent, limits.white_space, limits.pay_percent) == (110, 5000, 25)


def test_each_kind_is_told_with_its_figures(spring: Made) -> None:
    company, plan, nodes = spring
    change(company, "columbus", annual_sales=0, potential=3_000_000)
    change(company, "chain ohio", annual_sales=400_000)
    Placement.objects.filter(plan=plan, account=company.accounts["ames"]).update(territory=None)
    assert "$3,000,000" in warned(plan, WarningKind.WHITE_SPACE)[0].sentence
    assert "One account" in warned(plan, WarningKind.NOBODY)[0].sentence
    assert "Tess has" in warned(plan, WarningKind.UNDER)[0].sentence
    assert {one.title for one in warned(plan, WarningKind.KEY_SIZE)} == {"Chain", "Columbus"}
    key = Position.objects.create(name="Keys", role=Role.KEY_ACCOUNT_MANAGER, opens_on=LONG_AGO)
    keys = Territory.objects.create(
        plan=plan, name="Keys", parent=nodes["Ohio"].parent, position=key, kind=TerritoryKind.KEY
    )
    Overlay.objects.create(plan=plan, account=company.accounts["columbus"], territory=keys, split="0.2")
    Placement.objects.filter(plan=plan, account=company.accounts["chain ohio"]).update(territory=keys)
    assert not warned(plan, WarningKind.KEY_SIZE)
    assert warned(plan, WarningKind.VACANT)[0].title == "Keys"
    for one in plan_warnings(sheet_of(plan), timezone.localdate(), whole=True):
        assert one.figures, one.title


def test_the_page_brings_them_with_a_button_each(spring: Made) -> None:
    company, plan, _nodes = spring
    change(company, "columbus", service_hours=1900)
    Placement.objects.filter(plan=plan, account=company.accounts["ames"]).update(territory=None)
    rita = company.client("rita")
    assert f'hx-get="/plans/{plan.pk}/warnings"' in rita.get(f"/plans/{plan.pk}/").content.decode()
    card = rita.get(f"/plans/{plan.pk}/warnings").content.decode()
    assert f'href="/plans/{plan.pk}/engine/"' in card
    assert f'href="/plans/{plan.pk}/rules/"' in card
    assert "Utilization: 116%" in card


def test_the_engine_is_not_proposed_for_what_it_leaves_as_it_is(spring: Made) -> None:
    company, plan, nodes = spring
    Territory.objects.filter(pk=nodes["Ohio"].pk).update(kind=TerritoryKind.PORTFOLIO)
    change(company, "columbus", service_hours=1900)
    Placement.objects.filter(plan=plan).update(territory=nodes["Ohio"])
    over = next(
        one
        for one in warnings_told(company.people["rita"], plan)
        if one.warned.kind == WarningKind.OVER_CAPACITY
    )
    assert over.deed[1] == f"/plans/{plan.pk}/territories/{nodes['Ohio'].pk}/?which=held"


def test_the_button_of_white_space_leads_to_those_who_buy_nothing(spring: Made) -> None:
    company, plan, _nodes = spring
    change(company, "columbus", annual_sales=0, potential=3_000_000)
    client = company.client("rita")
    (deed,) = (
        one.deed
        for one in warnings_told(company.people["rita"], plan)
        if one.warned.kind == WarningKind.WHITE_SPACE
    )
    shown = client.get(deed[1]).context["page"].object_list
    assert [row.account.pk for row in shown] == [company.accounts["columbus"].pk]


def test_what_leaves_a_territory_is_not_among_the_accounts_that_a_warning_counts(spring: Made) -> None:
    company, plan, nodes = spring
    change(company, "columbus", service_hours=9000)
    move_accounts(plan=plan, accounts=[company.accounts["dayton"].pk], to=nodes["Iowa"], author=Author(None))
    Plan.objects.filter(pk=plan.pk).update(state="in_review", review_until=timezone.localdate())
    plan.refresh_from_db()
    tess = company.people["tess"]
    (over,) = [one for one in warnings_told(tess, plan) if one.warned.kind == WarningKind.OVER_CAPACITY]
    n_told = next(figure.value for figure in over.warned.figures if figure.label == "Accounts")
    shown = company.client("tess").get(over.deed[1]).context["page"].object_list
    assert str(len(shown)) == n_told
    assert "Dayton" not in {row.account.name for row in shown}


def test_a_territory_manager_is_warned_of_their_own_part(spring: Made) -> None:
    company, plan, nodes = spring
    Plan.objects.filter(pk=plan.pk).update(state="in_review", review_until=timezone.localdate())
    change(company, "columbus", service_hours=1900)
    Placement.objects.filter(plan=plan, account=company.accounts["chain ohio"]).update(territory=None)
    tess = company.client("tess").get(f"/api/v1/plans/{plan.pk}/warnings").json()
    assert [(one["kind"], one["territory_ids"]) for one in tess] == [("over_capacity", [nodes["Ohio"].pk])]
    tim = company.client("tim").get(f"/api/v1/plans/{plan.pk}/warnings").json()
    assert "over_capacity" not in [one["kind"] for one in tim]
    assert "nobody" not in [one["kind"] for one in tim]


def test_queries_do_not_grow_with_territories(spring: Made, django_assert_max_num_queries: Any) -> None:
    company, plan, nodes = spring
    for number in range(12):
        position = Position.objects.create(
            name=f"T{number}", role=Role.TERRITORY_MANAGER, opens_on=LONG_AGO, base_pay=1000 * (number + 1)
        )
        Territory.objects.create(plan=plan, name=f"T{number}", parent=nodes["Ohio"].parent, position=position)
    client = company.client("rita")
    with django_assert_max_num_queries(30):
        assert client.get(f"/plans/{plan.pk}/warnings").status_code == 200


def test_a_new_plan_takes_over_the_region_that_a_warning_names(company: Company) -> None:
    tess, tim, uma = (company.positions[who].pk for who in ("tess", "tim", "rita"))

    def proposed(who: str, query: str) -> int | None:
        form = company.client(who).get(f"/plans/new?{query}").context["form"]
        root = form.fields["root"].initial
        return None if root is None else root.pk

    assert proposed("dora", f"about={tess}&about={tim}") == uma
    assert proposed("dora", "") == company.positions["dora"].pk
    west = company.positions["ralph"].pk
    assert proposed("dora", f"about={tess}&about={west}") == company.positions["dora"].pk
    assert proposed("rita", f"about={west}") == uma, "what she does not see is not proposed to her"
    assert proposed("dora", "about=x&about=99999999999999999999999") == company.positions["dora"].pk
    change(company, "columbus", service_hours=1900)
    listed = company.client("dora").get("/warnings/").content.decode()
    assert f'href="/plans/new?about={tess}"' in listed
