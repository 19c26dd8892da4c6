"""The coverage model of a plan: who deserves whom, what that does to head count and cost, and applying it in one step."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from terrier.office.accounts.models import Account, Channel
from terrier.office.alignment.coverage_model import coverage_model
from terrier.office.alignment.coverage_model_applying import apply_coverage_model
from terrier.office.alignment.coverage_model_keeping import thresholds_of
from terrier.office.alignment.coverage_model_views import ThresholdsForm
from terrier.office.alignment.coverage_thresholds import Thresholds, read_thresholds
from terrier.office.alignment.effect import apply_plan
from terrier.office.alignment.errors import ChangedMeanwhileError, PlanError
from terrier.office.alignment.figures import sheet_of
from terrier.office.alignment.locking import lock_accounts
from terrier.office.alignment.missing_kinds import add_territories
from terrier.office.alignment.models import Coverage, Overlay, Placement, Plan, Territory, TerritoryKind
from terrier.office.alignment.moving import move_accounts
from terrier.office.alignment.states import approve
from terrier.office.alignment.undoing import undo
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.audit.undo import NotUndoneError, undo_act
from terrier.office.desks.warned import limits_now
from terrier.office.people.models import Position, ReportingLine, Role
from tests.office.alignment.planned import TODAY, east
from tests.office.conftest import Company

COLUMBUS, AMES, FAR = (39.96, -83.0), (42.03, -93.6), (45.0, -83.0)
KEYED = Thresholds(key_sales=1_000_000)


@pytest.fixture
def spring(company: Company) -> tuple[Plan, dict[str, Territory]]:
    """East's plan; home bases and accounts have places, and there is a territory for key accounts."""
    plan, nodes = east(company)
    nodes["Key"] = Territory.objects.create(
        plan=plan, name="Key", kind=TerritoryKind.KEY, position=company.positions["kate"]
    )
    for who, place in {"tess": COLUMBUS, "tim": AMES}.items():
        Position.objects.filter(pk=company.positions[who].pk).update(
            base_latitude=place[0], base_longitude=place[1]
        )
    for label, place in {
        "columbus": COLUMBUS,
        "dayton": COLUMBUS,
        "ames": AMES,
        "chain ohio": COLUMBUS,
    }.items():
        change(company, label, latitude=place[0], longitude=place[1], potential=50_000)
    return plan, nodes


def change(company: Company, label: str, **values: Any) -> None:
    Account.objects.filter(pk=company.accounts[label].pk).update(**values)


def deserving(plan: Plan, company: Company, kind: TerritoryKind, thresholds: Thresholds = KEYED) -> set[str]:
    numbers = coverage_model(plan, thresholds).accounts(kind).tolist()
    return {label for label, one in company.accounts.items() if one.pk in numbers}


def held_in(plan: Plan, company: Company, label: str) -> str:
    row = Placement.objects.select_related("territory").get(plan=plan, account=company.accounts[label])
    return "" if row.territory is None else row.territory.name


def test_what_is_neither_key_nor_small_and_far_is_the_fields(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    assert deserving(spring[0], company, TerritoryKind.GEOGRAPHIC) == {
        "columbus", "dayton", "ames", "chain ohio",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "thresholds"),
    [
        ({"annual_sales": 250_000}, Thresholds(key_sales=250_000)),
        ({"potential": 2_000_000}, Thresholds(key_potential=2_000_000)),
    ],
)
def test_a_customer_is_key_by_sales_or_potential(
    company: Company,
    spring: tuple[Plan, dict[str, Territory]],
    values: dict[str, Any],
    thresholds: Thresholds,
) -> None:
    change(company, "columbus", **values)
    assert deserving(spring[0], company, TerritoryKind.KEY, thresholds) == {"columbus"}


def test_all_sites_of_a_chain_count_and_go_together(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    change(company, "dayton", parent=company.accounts["chain"].pk, chain=company.accounts["chain"].pk)
    both = {"chain ohio", "dayton"}
    assert deserving(plan, company, TerritoryKind.KEY, Thresholds(key_sites=2)) == both
    change(company, "chain ohio", annual_sales=600_000)
    change(company, "dayton", annual_sales=600_000)
    assert deserving(plan, company, TerritoryKind.KEY) == both
    key = next(one for one in coverage_model(plan, KEYED).kinds() if one.kind == TerritoryKind.KEY)
    assert (key.n_then, key.customers_then, key.people_then, key.sales_then) == (2, 1, 1, 1_200_000)


def test_small_accounts_far_from_every_base_and_web_shops_are_served_by_phone(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    small = {"annual_sales": 900, "potential": 1_000, "latitude": FAR[0], "longitude": FAR[1]}
    change(company, "columbus", **small)
    assert deserving(plan, company, TerritoryKind.PORTFOLIO) == {"columbus"}
    change(company, "columbus", potential=9_000)
    assert deserving(plan, company, TerritoryKind.PORTFOLIO) == set(), "it may become large"
    change(company, "ames", channel=Channel.ECOMMERCE)
    assert deserving(plan, company, TerritoryKind.PORTFOLIO) == {"ames"}


def test_head_count_and_cost_follow_from_loads(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    thresholds = Thresholds(field_load=3, field_cost=100_000)
    field = coverage_model(spring[0], thresholds).kinds()[2]
    assert (field.people_now, field.people_then, field.cost_then) == (2, 2, 200_000), (
        "four customers, three each"
    )


def test_applying_moves_each_to_its_kind_in_one_step_that_undo_takes_back(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, nodes = spring
    change(company, "columbus", annual_sales=2_000_000)
    change(company, "dayton", channel=Channel.ECOMMERCE)
    Placement.objects.filter(plan=plan, account=company.accounts["ames"]).update(territory=nodes["Inside"])
    author = Author(company.people["rita"])
    step = apply_coverage_model(plan=plan, thresholds=KEYED, author=author)
    assert step is not None
    assert (step.n_accounts, step.summary) == (3, "Applied the coverage model")
    held = {label: held_in(plan, company, label) for label in ("columbus", "dayton", "ames", "chain ohio")}
    assert held == {"columbus": "Key", "dayton": "Inside", "ames": "Iowa", "chain ohio": "Ohio"}
    assert apply_coverage_model(plan=plan, thresholds=KEYED, author=author) is None, "all are there"
    undo(plan=plan, author=author)
    assert held_in(plan, company, "columbus") == "Ohio"


def test_locked_accounts_stay(company: Company, spring: tuple[Plan, dict[str, Territory]]) -> None:
    plan, _nodes = spring
    change(company, "columbus", annual_sales=2_000_000)
    author = Author(company.people["rita"])
    lock_accounts(plan=plan, accounts=[company.accounts["columbus"].pk], author=author)
    assert apply_coverage_model(plan=plan, thresholds=KEYED, author=author) is None


def test_a_kind_that_the_plan_has_no_territory_of_is_told(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, nodes = spring
    nodes["Key"].delete()
    change(company, "columbus", annual_sales=2_000_000)
    with pytest.raises(
        PlanError,
        match="1 account would go to a territory of the kind “Key accounts”, and nobody in this plan holds one",
    ):
        apply_coverage_model(plan=plan, thresholds=KEYED, author=Author(company.people["rita"]))


def test_what_others_moved_meanwhile_is_not_overwritten(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    change(company, "columbus", annual_sales=2_000_000)
    Placement.objects.filter(plan=plan, account=company.accounts["columbus"]).update(version=7)
    with pytest.raises(ChangedMeanwhileError):
        apply_coverage_model(plan=plan, thresholds=KEYED, author=Author(company.people["rita"]), seen=3)


def test_the_page_shows_the_effect_of_what_is_typed_and_applies_it(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    change(company, "columbus", annual_sales=2_000_000)
    rita = company.client("rita")
    page = rita.get(f"/plans/{plan.pk}/coverage")
    sent = {name: page.context["form"][name].initial for name in page.context["form"].fields}
    assert "1 account with sales of $2,000,000: Geographic → Key accounts" in page.content.decode()
    other = rita.get(f"/plans/{plan.pk}/coverage", {**sent, "key_sales": 3_000_000})
    assert "Geographic → Key accounts" not in other.content.decode()
    wrong = rita.get(f"/plans/{plan.pk}/coverage", {**sent, "key_sites": 1})
    assert wrong.status_code == 422
    assert "greater than or equal to 2" in wrong.content.decode()
    rita.post(f"/plans/{plan.pk}/coverage", {**sent, "seen": plan.version})
    assert held_in(plan, company, "columbus") == "Key"


def key_position(company: Company) -> Position:
    """A key account manager's, opened below Rita since the plan was made."""
    made = Position.objects.create(
        name="Chains", role=Role.KEY_ACCOUNT_MANAGER, opens_on=TODAY, employment_share="0.5"
    )
    ReportingLine.objects.create(position=made, manager=company.positions["rita"], starts_on=TODAY)
    return made


def test_a_plan_without_a_territory_for_key_accounts_says_how_to_come_by_one(company: Company) -> None:
    plan, _nodes = east(company)
    change(company, "columbus", annual_sales=2_000_000)
    page = company.client("rita").get(f"/plans/{plan.pk}/coverage")
    assert page.context["missing"] == [(TerritoryKind.KEY, [])]
    assert "no such position is open below" in page.content.decode()
    refused = company.client("rita").post(f"/plans/{plan.pk}/coverage/add", {"kind": "key"}, follow=True)
    assert "No position that would hold a territory of the kind “Key accounts” is open below" in (
        refused.content.decode()
    )


def test_a_kind_that_a_plan_lacks_is_added_to_it(company: Company) -> None:
    plan, _nodes = east(company)
    change(company, "columbus", annual_sales=2_000_000)
    position = key_position(company)
    rita = company.client("rita")
    page = rita.get(f"/plans/{plan.pk}/coverage")
    assert page.context["missing"] == [(TerritoryKind.KEY, ["Chains"])]
    told = rita.post(f"/plans/{plan.pk}/coverage/add", {"kind": "key"}, follow=True)
    assert "Added to the plan: Chains." in told.content.decode()
    assert told.context["missing"] == []
    made = Territory.objects.get(plan=plan, kind=TerritoryKind.KEY)
    assert (made.position, made.parent and made.parent.name, str(made.share)) == (position, "East", "0.500")
    before = plan.version
    plan.refresh_from_db()
    assert made.version == plan.version == before + 1
    with pytest.raises(PlanError, match="is open below"):
        add_territories(plan=plan, kind="key", author=Author(None))
    apply_coverage_model(plan=plan, thresholds=Thresholds(), author=Author(company.people["rita"]))
    assert held_in(plan, company, "columbus") == "Chains"


def test_an_added_territory_goes_by_undo_until_it_is_used(company: Company) -> None:
    plan, _nodes = east(company)
    key_position(company)
    rita = Author(company.people["rita"])
    add_territories(plan=plan, kind="key", author=rita)
    undo_act(act=Act.objects.get(summary="1 territory added to “Spring”"), author=rita)
    assert not Territory.objects.filter(plan=plan, kind=TerritoryKind.KEY).exists()
    (made,) = add_territories(plan=plan, kind="key", author=rita)
    act = Act.objects.filter(entries__object_id=made.pk, entries__object_type="alignment.territory").latest(
        "at"
    )
    move_accounts(plan=plan, accounts=[company.accounts["columbus"].pk], to=made, author=rita)
    with pytest.raises(NotUndoneError, match="go to this territory by now"):
        undo_act(act=act, author=rita)
    assert held_in(plan, company, "columbus") == "Chains"


def test_the_api_adds_a_kind_that_a_plan_lacks(company: Company) -> None:
    plan, _nodes = east(company)
    key_position(company)
    address = f"/api/v1/plans/{plan.pk}/coverage-model/territories"
    made = company.client("rita").post(address, {"kind": "key"}, content_type="application/json")
    assert (made.status_code, [one["name"] for one in made.json()]) == (201, ["Chains"])


def test_the_api_tells_accounts_by_kind_and_applies(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    change(company, "columbus", annual_sales=2_000_000)
    rita, address = company.client("rita"), f"/api/v1/plans/{plan.pk}/coverage-model"
    told = rita.get(f"{address}/accounts?key_sales=1000000").json()
    assert told[0] == {"kind": "key", "accounts": [company.accounts["columbus"].pk]}
    assert rita.get(f"{address}?key_sales=5000000").json()["n_changes"] == 0
    assert rita.get(f"{address}?key_sites=1").status_code == 422
    answer = rita.post(f"{address}/apply", {"seen": plan.version}, content_type="application/json")
    assert answer.json()["step"]["n_accounts"] == 1


def test_a_threshold_that_cannot_be_is_named() -> None:
    with pytest.raises(PlanError, match="key_load: Must be 1 or more"):
        read_thresholds({"key_load": 0})


def test_queries_do_not_grow_with_accounts(
    company: Company,
    spring: tuple[Plan, dict[str, Territory]],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(5):
        coverage_model(spring[0], KEYED)


def shares(plan: Plan, company: Company, label: str) -> dict[str, Decimal]:
    rows = Overlay.objects.filter(plan=plan, account=company.accounts[label])
    return dict(rows.values_list("territory__name", "split"))


def test_the_territory_manager_of_a_site_keeps_a_share_of_a_key_account(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    change(company, "chain ohio", annual_sales=2_000_000)
    asked = Thresholds(key_sales=1_000_000, field_share=0.3)
    apply_coverage_model(plan=plan, thresholds=asked, author=Author(None))
    assert held_in(plan, company, "chain ohio") == "Key"
    assert shares(plan, company, "chain ohio") == {"Ohio": Decimal("0.3")}
    sales = {row.territory.name: row.credited for row in sheet_of(plan).rows}
    assert sales["Key"] == pytest.approx(1_400_000)
    undo(plan=plan, author=Author(None))
    assert held_in(plan, company, "chain ohio") == "Ohio"
    sales = {row.territory.name: row.credited for row in sheet_of(plan).rows}
    assert (sales["Key"], sales["Ohio"]) == pytest.approx(
        (0, 2_000_000 + sum_of(company, "columbus", "dayton"))
    )


def sum_of(company: Company, *labels: str) -> float:
    numbers = [company.accounts[label].pk for label in labels]
    return float(sum(one.annual_sales for one in Account.objects.filter(pk__in=numbers)))


def test_in_force_the_shares_of_a_key_account_add_up_to_all_of_it(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    change(company, "chain ohio", annual_sales=2_000_000)
    apply_coverage_model(plan=plan, thresholds=KEYED, author=Author(None))
    approve(plan=plan, effective_on=timezone.localdate(), author=Author(None))
    apply_plan(plan=Plan.objects.get(pk=plan.pk), author=Author(None))
    rows = Coverage.objects.on(timezone.localdate()).filter(account=company.accounts["chain ohio"])
    told = {row.position.name: (row.kind, row.split) for row in rows.select_related("position")}
    holder, overlay = company.positions["kate"].name, company.positions["tess"].name
    assert told[holder] == ("primary", Decimal("0.8"))
    assert told[overlay] == ("overlay", Decimal("0.2"))
    assert sum(split for _kind, split in told.values()) == 1


def test_an_account_that_is_no_longer_key_returns_to_who_shared_it(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    change(company, "columbus", annual_sales=2_000_000)
    apply_coverage_model(plan=plan, thresholds=KEYED, author=Author(None))
    change(company, "columbus", annual_sales=10_000, latitude=AMES[0], longitude=AMES[1])
    apply_coverage_model(plan=plan, thresholds=KEYED, author=Author(None))
    assert held_in(plan, company, "columbus") == "Ohio", "though Iowa's home base is nearer"
    approve(plan=plan, effective_on=timezone.localdate(), author=Author(None))
    apply_plan(plan=Plan.objects.get(pk=plan.pk), author=Author(None))
    rows = Coverage.objects.on(timezone.localdate()).filter(account=company.accounts["columbus"])
    assert [(row.position, row.split) for row in rows] == [(company.positions["tess"], 1)]


def test_thresholds_are_kept_with_the_plan_or_for_the_company(
    company: Company, spring: tuple[Plan, dict[str, Territory]]
) -> None:
    plan, _nodes = spring
    posted = {**ThresholdsForm().initial, **{name: f.initial for name, f in ThresholdsForm().fields.items()}}
    rita, ada = company.client("rita"), company.client("ada")
    address = f"/plans/{plan.pk}/coverage"
    rita.post(address, {**posted, "key_sales": 77_000, "field_share": 15, "deed": "keep"})
    kept = thresholds_of(Plan.objects.get(pk=plan.pk))
    assert (kept.key_sales, kept.field_share) == (77_000, 0.15)
    assert 'value="77000"' in rita.get(address).content.decode()
    assert thresholds_of(east(company, name="Other")[0]).key_sales == 250_000
    assert rita.post(address, {**posted, "deed": "company"}).status_code == 404
    ada.post(address, {**posted, "key_sales": 99_000, "far_km": 55, "deed": "company"})
    other = thresholds_of(Plan.objects.get(name="Other"))
    assert (other.key_sales, other.far_km) == (99_000, 55)
    assert limits_now().key_sales == 99_000, "warnings take the same for key size"
    assert thresholds_of(Plan.objects.get(pk=plan.pk)).key_sales == 77_000
    over_api = rita.get(f"/api/v1/plans/{plan.pk}/coverage-model/thresholds").json()
    assert over_api["key_sales"] == 77_000
    changed = {**over_api, "key_sites": 3}
    rita.put(f"/api/v1/plans/{plan.pk}/coverage-model/thresholds", changed, content_type="application/json")
    assert thresholds_of(Plan.objects.get(pk=plan.pk)).key_sites == 3
