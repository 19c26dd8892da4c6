"""Desks in a browser: every role opens its morning page, and follows a number down to the invoice line."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.office.browser import DARK, EVERY_LOOK, PHONE, Office
from tests.office.conftest import Company
from tests.office.sales.sold import half_years, sell

PARTS = ("act", "growth", "trend", "team", "categories", "place")
TILES = {
    "dora": "Share of potential",
    "rita": "Acquisition",
    "tess": "Margin",
    "ann": "Categories per account",
    "kate": "Retention by value",
}
"""What the desk of each role tells, and not those of all others."""


@pytest.fixture
def sold(company: Company, tmp_path: Path) -> Company:
    account = company.accounts["columbus"]
    account.latitude, account.longitude = 39.96, -83.0
    account.save()
    sell(tmp_path / "brought", half_years())
    return company


def stands(page: Page) -> None:
    """All parts of a desk have come, and its charts are drawn."""
    for name in PARTS:
        part = page.locator(f"#desk-{name}")
        expect(part).not_to_have_attribute("hx-trigger", "load")
        expect(part.locator(".skeleton")).to_have_count(0)
    expect(page.locator("[data-chart]:not([data-opened])")).to_have_count(0)


@pytest.mark.parametrize("who", TILES)
@pytest.mark.usefixtures("sold")
def test_each_role_opens_its_morning_page(office: Office, who: str) -> None:
    page = office.open(who, "/")
    stands(page.page)
    expect(page.page.locator(".tiles")).to_contain_text(TILES[who])
    page.picture(f"desk-{who}", whole=True)
    assert page.complaints == []


@pytest.mark.usefixtures("sold")
def test_a_desk_is_fit_for_everybody(office: Office) -> None:
    for look in EVERY_LOOK:
        for who in ("dora", "tess"):
            page = office.look(who, "/", **look)
            stands(page.page)
            page.picture(f"desk-whole-{who}", whole=True)
            assert page.faults() == []


@pytest.mark.usefixtures("sold")
def test_a_chart_has_its_table_and_its_export_a_click_away(office: Office) -> None:
    page = office.open("dora", "/").page
    stands(page)
    trend = page.locator("#desk-trend")
    expect(trend.locator("[data-chart] canvas")).to_be_visible()
    table = trend.get_by_role("table")
    expect(table).to_be_hidden()
    trend.get_by_text("As a table").click()
    expect(table).to_contain_text("Jun 2026")
    with page.expect_download() as brought:
        trend.get_by_role("link", name="CSV").click()
    assert "A year before" in Path(brought.value.path()).read_text(encoding="utf-8-sig")


@pytest.mark.usefixtures("sold")
def test_the_period_is_changed_and_kept(office: Office) -> None:
    page = office.open("dora", "/").page
    expect(page.locator(".period-days")).to_have_text("Jan. 1, 2026 – June 30, 2026")
    page.get_by_role("navigation", name="Period").get_by_role("link", name="Quarter").click()
    expect(page.locator(".period-days")).to_have_text("April 1, 2026 – June 30, 2026")
    stands(page)
    page.goto("/invoices/")
    expect(page.locator(".period-days")).to_have_text("April 1, 2026 – June 30, 2026")


@pytest.mark.usefixtures("sold")
def test_a_number_leads_down_to_the_invoice_line(office: Office) -> None:
    page = office.open("dora", "/").page
    stands(page)
    page.locator("#desk-team").get_by_role("link", name="East", exact=True).click()
    page.get_by_role("table").get_by_role("link", name="Ohio", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ohio")
    page.get_by_role("table").get_by_role("link", name="Columbus", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Columbus")
    page.get_by_role("table").get_by_role("link", name="Walk", exact=True).click()
    expect(page.get_by_role("row", name="leash").filter(has_text="Feb")).to_contain_text("150.00")


@pytest.mark.usefixtures("sold")
def test_a_number_opens_its_explanation_also_on_a_phone_in_the_dark(office: Office) -> None:
    page = office.open("tess", "/", width=PHONE, theme=DARK)
    stands(page.page)
    page.page.locator(".tiles").get_by_role("button", name="Growth", exact=True).click()
    sheet = page.page.locator("#explain-sheet")
    expect(sheet).to_contain_text("revenue of the same days a year before")
    expect(sheet).to_contain_text("÷")
    page.picture("explained")
    assert page.faults() == []
    sheet.get_by_role("link", name="Invoice lines").click()
    expect(page.page.get_by_role("table")).to_contain_text("Columbus")


@pytest.mark.usefixtures("sold")
def test_the_map_is_shaded_by_a_measure(office: Office) -> None:
    page = office.open("dora", "/")
    stands(page.page)
    page.page.locator("#shade").select_option("revenue")
    expect(page.page.locator("#desk-place .shade-key")).to_contain_text("$150")
    expect(page.page.locator("#desk-place [data-chart][data-opened] canvas")).to_be_visible()
    page.page.locator("#desk-place").get_by_text("As a table").click()
    expect(page.page.locator("#desk-place").get_by_role("table")).to_contain_text("Franklin, OH")
    assert page.faults() == []
