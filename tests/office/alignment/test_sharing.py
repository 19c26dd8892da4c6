from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from terrier.office.alignment.effect import apply_plan
from terrier.office.alignment.errors import ChangedMeanwhileError, PlanError
from terrier.office.alignment.models import Coverage, Overlay, Placement, Plan, Step, Territory
from terrier.office.alignment.moving import move_accounts
from terrier.office.alignment.planning import create_plan
from terrier.office.alignment.sharing import make_key_account, share_accounts
from terrier.office.alignment.states import approve
from terrier.office.alignment.undoing import redo, undo
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


def key_account(company: Company, plan: Plan, split: str = "0.4") -> None:
    make_key_account(
        plan=plan,
        account=company.accounts["chain ohio"],
        to=node(plan, "Key accounts"),
        split=Decimal(split),
        author=Author(company.people["dora"]),
    )


def holder_of(company: Company, plan: Plan) -> str:
    row = Placement.objects.select_related("territory").get(plan=plan, account=company.accounts["chain ohio"])
    return row.territory.name if row.territory else ""


def test_undo_takes_a_key_account_back_with_its_shares_and_redo_does_both_again(
    company: Company, whole: Plan
) -> None:
    author = Author(company.people["dora"])
    held, shared = holder_of(company, whole), shares(whole)
    for split in ("0.4", "0.2"):
        key_account(company, whole, split)
    assert Step.objects.filter(plan=whole).count() == 2
    for _again in range(2):
        assert shares(whole)["Chain Ohio"] == ("Ohio", "0.2000")
        undo(plan=whole, author=author)
        assert (holder_of(company, whole), shares(whole)["Chain Ohio"]) == (
            "Key accounts",
            ("Ohio", "0.4000"),
        )
        undo(plan=whole, author=author)
        assert (holder_of(company, whole), shares(whole)) == (held, shared)
        assert redo(plan=whole, author=author)
        assert redo(plan=whole, author=author)
    assert holder_of(company, whole) == "Key accounts"


def test_undo_leaves_shares_that_others_changed_since(company: Company, whole: Plan) -> None:
    key_account(company, whole)
    account = company.accounts["chain ohio"].pk
    other = {account: {node(whole, "Iowa").pk: Decimal("0.1")}}
    share_accounts(plan=whole, wanted=other, author=Author(company.people["rita"]))
    with pytest.raises(ChangedMeanwhileError):
        undo(plan=whole, author=Author(company.people["dora"]))
    assert shares(whole)["Chain Ohio"] == ("Iowa", "0.1000")


@pytest.mark.parametrize("to", ["Ohio", "Iowa", None])
def test_a_key_account_that_moves_to_the_field_leaves_no_share_behind(
    company: Company, whole: Plan, to: str | None
) -> None:
    author, account = Author(company.people["dora"]), company.accounts["chain ohio"]
    key_account(company, whole)
    target = None if to is None else node(whole, to)
    move_accounts(plan=whole, accounts=[account.pk], to=target, author=author)
    assert "Chain Ohio" not in shares(whole)
    undo(plan=whole, author=author)
    assert shares(whole)["Chain Ohio"] == ("Ohio", "0.4000")


def test_after_undo_and_a_move_the_field_shares_nothing_in_force(company: Company, whole: Plan) -> None:
    author, account = Author(company.people["dora"]), company.accounts["chain ohio"]
    key_account(company, whole)
    undo(plan=whole, author=author)
    move_accounts(plan=whole, accounts=[account.pk], to=node(whole, "Iowa"), author=author)
    approve(plan=whole, effective_on=timezone.localdate(), author=author)
    apply_plan(plan=whole, author=author)
    rows = Coverage.objects.on(timezone.localdate()).filter(account=account)
    told = {(row.position.name, row.kind) for row in rows.select_related("position")}
    assert told == {("Iowa", "primary"), ("Key accounts", "overlay")}, "the overlay was there before the plan"


def test_a_move_within_the_field_keeps_the_shares_of_others_than_the_new_holder(
    company: Company, whole: Plan
) -> None:
    author, account = Author(company.people["dora"]), company.accounts["columbus"].pk
    wanted = {account: {node(whole, "Iowa").pk: Decimal("0.2")}}
    share_accounts(plan=whole, wanted=wanted, author=author)
    move_accounts(plan=whole, accounts=[account], to=node(whole, "Utah"), author=author)
    assert shares(whole)["Columbus"] == ("Iowa", "0.2000")
    move_accounts(plan=whole, accounts=[account], to=node(whole, "Iowa"), author=author)
    assert "Columbus" not in shares(whole)


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


def test_it_is_done_and_listed_over_the_api(company: Company, whole: Plan) -> None:
    client, address = company.client("dora"), f"/api/v1/plans/{whole.pk}"
    account, ohio = company.accounts["chain ohio"], node(whole, "Ohio")
    sent = {"account_id": account.pk, "territory_id": node(whole, "Key accounts").pk, "split": "0.25"}
    answer = client.post(f"{address}/key-accounts", sent, content_type="application/json")
    whole.refresh_from_db()
    assert (answer.status_code, answer.json()) == (200, {"n": 3, "version": whole.version})
    listed = client.get(f"{address}/overlays", {"account_id": account.pk}).json()["items"]
    told = [(one["account_id"], one["territory_id"], Decimal(one["split"])) for one in listed]
    assert told == [(account.pk, ohio.pk, Decimal("0.25"))]
    of_ohio = client.get(f"{address}/overlays", {"territory_id": ohio.pk}).json()["items"]
    assert of_ohio == listed

    assert client.post(f"{address}/undo").status_code == 200
    assert shares(whole).get("Chain Ohio") != ("Ohio", "0.2500")
    for wrong, status in (({"territory_id": ohio.pk}, 409), ({"split": "1"}, 409), ({"account_id": 0}, 422)):
        answer = client.post(f"{address}/key-accounts", sent | wrong, content_type="application/json")
        assert answer.status_code in {status, 422}, answer.content
    away = {"account_id": company.accounts["columbus"].pk + 10**6}
    answer = client.post(f"{address}/key-accounts", sent | away, content_type="application/json")
    assert "not part of this plan" in answer.json()["detail"]


def test_whoever_sees_a_part_of_a_plan_is_told_what_is_shared_of_it(company: Company, whole: Plan) -> None:
    key_account(company, whole)
    address = f"/api/v1/plans/{whole.pk}/overlays"
    assert company.client("tess").get(address).status_code == 404
    Plan.objects.filter(pk=whole.pk).update(state="in_review", review_until=timezone.localdate())
    everything = {one["account_id"] for one in company.client("dora").get(address).json()["items"]}
    ohio, utah = (company.accounts[f"chain {label}"].pk for label in ("ohio", "utah"))
    assert {ohio, utah} <= everything
    for who, seen in {"tess": {ohio}, "tom": {utah}, "kate": {ohio, utah}, "tim": set()}.items():
        told = {one["account_id"] for one in company.client(who).get(address).json()["items"]}
        assert told & {ohio, utah} == seen, who
