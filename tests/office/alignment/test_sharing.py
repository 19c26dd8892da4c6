from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from terrier.office.alignment.effect import apply_plan
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Coverage, Overlay, Plan, Territory
from terrier.office.alignment.planning import create_plan
from terrier.office.alignment.sharing import make_key_account, share_accounts
from terrier.office.alignment.states import approve
from terrier.office.audit.models import Entry
from terrier.office.audit.services import Author
from tests.office.conftest import Company


@pytest.fixture
def whole(company: Company) -> Plan:
    return create_plan(name="All", root=company.positions["dora"], author=Author(company.people["dora"]))


def node(plan: Plan, name: str) -> Territory:
    return Territory.objects.get(plan=plan, name=name, level="territory")


def shares(plan: Plan) -> dict[str, tuple[str, str]]:
    rows = Overlay.objects.filter(plan=plan).select_related("account", "territory")
    return {row.account.name: (row.territory.name, str(row.split)) for row in rows}


def test_a_chain_goes_to_one_key_account_manager_and_the_field_shares(company: Company, whole: Plan) -> None:
    author = Author(company.people["dora"])
    n_sites = make_key_account(
        plan=whole,
        account=company.accounts["chain utah"],
        to=node(whole, "Key accounts"),
        split=Decimal("0.4"),
        author=author,
    )
    assert n_sites == 3
    assert shares(whole) == {"Chain Ohio": ("Ohio", "0.4000"), "Chain Utah": ("Utah", "0.4000")}
    approve(plan=whole, effective_on=timezone.localdate(), author=author)
    apply_plan(plan=whole, author=author)
    for label, field in (("chain ohio", "Ohio"), ("chain utah", "Utah")):
        rows = Coverage.objects.on(timezone.localdate()).filter(account=company.accounts[label])
        found = {(row.position.name, row.kind, row.split) for row in rows.select_related("position")}
        assert found == {
            ("Key accounts", "primary", Decimal("0.6")),
            (field, "overlay", Decimal("0.4")),
        }
        assert sum(split for _name, _kind, split in found) == 1


def test_a_key_account_again_keeps_its_field(company: Company, whole: Plan) -> None:
    author = Author(company.people["dora"])
    for split in ("0.4", "0.2", "0"):
        make_key_account(
            plan=whole,
            account=company.accounts["chain"],
            to=node(whole, "Key accounts"),
            split=Decimal(split),
            author=author,
        )
        expected = (
            {}
            if split == "0"
            else {"Chain Ohio": ("Ohio", f"{split}000"), "Chain Utah": ("Utah", f"{split}000")}
        )
        assert shares(whole) == expected


def test_shares_are_set_recorded_and_ended(company: Company, whole: Plan) -> None:
    account, author = company.accounts["columbus"].pk, Author(company.people["dora"])
    wanted = {account: {node(whole, "Iowa").pk: Decimal("0.2")}}
    assert share_accounts(plan=whole, wanted=wanted, author=author) == 1
    assert share_accounts(plan=whole, wanted=wanted, author=author) == 0
    assert Entry.objects.filter(object_type="alignment.overlay", action="create").count() == 1
    assert share_accounts(plan=whole, wanted={account: {}}, author=author) == 1
    assert "Columbus" not in shares(whole)


def test_shares_that_cannot_be_are_refused(company: Company, whole: Plan) -> None:
    account, author = company.accounts["columbus"].pk, Author(company.people["dora"])
    iowa, ohio, utah = (node(whole, name).pk for name in ("Iowa", "Ohio", "Utah"))
    for splits, said in (
        ({iowa: Decimal("0.6"), utah: Decimal("0.4")}, "leave something"),
        ({iowa: Decimal(0)}, "more than 0"),
        ({ohio: Decimal("0.2")}, "Whoever holds"),
        ({10**6: Decimal("0.2")}, "territories of this plan"),
    ):
        with pytest.raises(PlanError, match=said):
            share_accounts(plan=whole, wanted={account: splits}, author=author)
    with pytest.raises(PlanError, match="kind “Key accounts”"):
        make_key_account(
            plan=whole,
            account=company.accounts["chain"],
            to=node(whole, "Iowa"),
            split=Decimal("0.2"),
            author=author,
        )


def test_it_is_done_on_the_plans_page(company: Company, whole: Plan) -> None:
    client = company.client("dora")
    data = {"account": "CHAIN-OHIO", "territory": node(whole, "Key accounts").pk, "share": "25"}
    answer = client.post(reverse("plans:key_account", args=[whole.pk]), data, follow=True)
    assert answer.status_code == 200
    assert shares(whole)["Chain Ohio"] == ("Ohio", "0.2500")
    client.post(reverse("plans:key_account", args=[whole.pk]), data | {"share": "much"})
    assert shares(whole)["Chain Ohio"] == ("Ohio", "0.2500")
