from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from terrier.office.accounts.models import Account
from terrier.office.alignment import figures, workload
from terrier.office.alignment.choices import Measure
from terrier.office.alignment.figures import Sheet, sheet_of
from terrier.office.alignment.models import Overlay, Territory
from terrier.office.alignment.moving import move_accounts
from terrier.office.audit.services import Author
from terrier.office.people.models import Position
from tests.office.alignment.planned import east
from tests.office.conftest import Company


@pytest.fixture
def priced(company: Company) -> Company:
    """Four accounts with figures: Ohio holds 600 of sales in three, Iowa 200 in one."""
    for label, sales, potential, kind, place in (
        ("columbus", 300, 1000, "A", (-83.0, 40.0)),
        ("dayton", 200, None, "B", (-84.2, 39.8)),
        ("chain ohio", 100, 500, "", (-82.9, 40.0)),
        ("ames", 200, 400, "C", (-93.6, 42.0)),
    ):
        Account.objects.filter(pk=company.accounts[label].pk).update(
            annual_sales=sales,
            potential=potential,
            account_class=kind,
            longitude=place[0],
            latitude=place[1],
        )
    Position.objects.filter(name="Iowa").update(
        base_pay=50_000, commission_rate="0.1", base_longitude=-93.6, base_latitude=41.6
    )
    return company


def row(sheet: Sheet, name: str) -> figures.Figures:
    return next(one for one in sheet.rows if one.territory.name == name)


def test_each_territory_has_its_sums(priced: Company) -> None:
    plan, _ = east(priced)
    sheet = sheet_of(plan)
    ohio = row(sheet, "Ohio")
    assert (ohio.n_accounts, ohio.sales, ohio.potential, ohio.visits) == (3, 600, 1500, 24 + 12 + 6)
    assert ohio.hours == pytest.approx(24 * 1 + 12 * 0.75 + 6 * 40 / 60)
    assert ohio.travel_hours > 0
    assert 10 < ohio.spread_km < 60
    assert row(sheet, "Inside").n_accounts == 0
    assert (sheet.n_accounts, sheet.n_nowhere, sheet.n_unplaced) == (4, 0, 0)


def test_deviations_are_from_the_share_that_a_territory_should_hold(priced: Company) -> None:
    plan, nodes = east(priced)
    sheet = sheet_of(plan)
    assert row(sheet, "Ohio").deviations[Measure.SALES] == pytest.approx(0.5)
    assert row(sheet, "Iowa").deviations[Measure.SALES] == pytest.approx(-0.5)
    assert sheet.balance[Measure.SALES] == pytest.approx(0.5)
    assert not sheet.is_within(row(sheet, "Iowa"))
    Territory.objects.filter(pk=nodes["Ohio"].pk).update(share=3)
    assert row(sheet_of(plan), "Ohio").deviations[Measure.SALES] == pytest.approx(0.0)


def test_pay_is_by_own_terms_and_else_by_the_plans(priced: Company) -> None:
    plan, _ = east(priced)
    sheet = sheet_of(plan)
    assert row(sheet, "Iowa").pay == pytest.approx(50_000 + 0.1 * 200)
    assert row(sheet, "Ohio").pay == pytest.approx(60_000 + 0.01 * 600)


def test_overlays_share_the_credit(priced: Company) -> None:
    plan, nodes = east(priced)
    Overlay.objects.create(
        plan=plan, account=priced.accounts["columbus"], territory=nodes["Inside"], split="0.25"
    )
    sheet = sheet_of(plan)
    assert row(sheet, "Ohio").credited == pytest.approx(525)
    assert row(sheet, "Inside").credited == pytest.approx(75)
    assert sum(one.credited for one in sheet.rows) == pytest.approx(800)


def test_what_moved_is_counted_on_both_sides(priced: Company) -> None:
    plan, nodes = east(priced)
    move_accounts(plan=plan, accounts=[priced.accounts["dayton"].pk], to=nodes["Iowa"], author=Author(None))
    sheet = sheet_of(plan)
    assert (row(sheet, "Ohio").n_lost, row(sheet, "Iowa").n_gained) == (1, 1)
    assert (sheet.n_moved, sheet.n_held, sheet.share_moved) == (1, 4, 0.25)


def test_only_territories_in_which_something_changed_are_reckoned_anew(
    priced: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    plan, nodes = east(priced)
    before = sheet_of(plan)
    asked: list[list[int]] = []
    reckoned = workload.reckoned

    def listen(those: list[int], holders: Any, read: Any) -> Any:
        asked.append(sorted(those))
        return reckoned(those, holders, read)

    monkeypatch.setattr(workload, "reckoned", listen)
    assert row(sheet_of(plan), "Ohio").travel_hours == row(before, "Ohio").travel_hours
    assert asked == []
    move_accounts(plan=plan, accounts=[priced.accounts["dayton"].pk], to=nodes["Inside"], author=Author(None))
    after = sheet_of(plan)
    assert asked == [sorted([nodes["Ohio"].pk, nodes["Inside"].pk])]
    assert row(after, "Ohio").travel_hours < row(before, "Ohio").travel_hours
    Account.objects.filter(pk=priced.accounts["ames"].pk).update(longitude=-95)
    assert row(sheet_of(plan), "Iowa").travel_km != row(before, "Iowa").travel_km


def test_an_account_without_a_place_counts_but_is_not_driven_to(priced: Company) -> None:
    plan, _ = east(priced)
    Account.objects.filter(pk=priced.accounts["ames"].pk).update(longitude=None, latitude=None)
    sheet = sheet_of(plan)
    assert sheet.n_nowhere == 1
    assert row(sheet, "Iowa").travel_hours == 0
    account = Account.objects.get(pk=priced.accounts["ames"].pk)
    account.postal_code = "50010"
    account.save()
    assert sheet_of(plan).n_nowhere == 0


def test_the_sheet_takes_as_many_queries_however_many_territories(
    priced: Company, django_assert_max_num_queries: Any
) -> None:
    plan, _ = east(priced)
    with django_assert_max_num_queries(14):
        sheet_of(plan)
