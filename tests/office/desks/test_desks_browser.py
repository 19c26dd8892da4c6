"""Desks in a browser: fit for everybody, their charts drawn, a number explained."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.office.browser import LAPTOP, LIGHT, Office
from tests.office.sales.sold import half_years, sell

CHARTS = 4


@pytest.fixture
def sold(office: Office, tmp_path: Path) -> Office:
    for at, account in enumerate(office.company.accounts.values()):
        account.latitude, account.longitude = 40 + at / 4, -84 + at / 3
        account.save()
    sell(tmp_path / "brought", half_years())
    return office


def test_a_desk_draws_its_charts_and_explains_its_numbers(sold: Office) -> None:
    desk = sold.open("dora", "/", width=LAPTOP, theme=LIGHT)
    expect(desk.page.locator("[data-opened]")).to_have_count(CHARTS)
    expect(desk.page.locator("#desk-team")).to_contain_text("East")
    desk.picture("desk", whole=True)
    assert desk.faults() == []
    desk.page.get_by_role("button", name="Growth").first.click()
    sheet = desk.page.get_by_role("dialog", name="Growth")
    expect(sheet).to_contain_text("revenue of the same days a year before")
    expect(sheet.get_by_role("link", name="By account")).to_be_visible()
