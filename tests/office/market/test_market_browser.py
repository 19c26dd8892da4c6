"""The market in a browser: fit for everybody, from the map and the list down to an account, and a file from its look to its undoing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.office.browser import EVERY_LOOK, Office
from tests.office.conftest import Company
from tests.office.market.told import FRANKLIN, bring, place, tell, work
from tests.office.sales.sold import half_years, sell

DRAWN = "[data-chart][data-opened]"
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def told(company: Company, tmp_path: Path) -> None:
    place(company)
    sell(tmp_path / "brought", half_years())
    tell(company)


@pytest.mark.usefixtures("told")
def test_the_pages_of_the_market_are_fit_for_everybody(office: Office) -> None:
    for look in EVERY_LOOK:
        page = office.look("dora", "/market/", **look)
        expect(page.page.locator(DRAWN)).to_be_visible()
        page.picture("market", whole=True)
        assert page.faults() == []
        area = office.look("tess", reverse("market:area", args=[FRANKLIN]), **look)
        expect(area.page.get_by_role("link", name="Columbus", exact=True)).to_be_visible()
        area.picture("market-area", whole=True)
        assert area.faults() == []
        files = office.look("al", "/market/files/", **look)
        expect(files.page.get_by_role("link", name="market.csv")).to_be_visible()
        assert files.faults() == []


@pytest.mark.usefixtures("told")
def test_areas_are_narrowed_and_lead_down_to_an_account(office: Office) -> None:
    page = office.open("dora", "/market/").page
    expect(page.locator("#market")).to_contain_text("Utah, UT")
    page.locator("#level").select_option("state")
    expect(page.locator("#market")).to_contain_text("Nevada")
    expect(page.locator(DRAWN)).to_be_visible()
    page.locator("#market").get_by_role("link", name="Ohio", exact=True).click()
    expect(page.locator("#market")).to_contain_text("Montgomery, OH")
    expect(page.locator("#market")).not_to_contain_text("Utah, UT")
    page.get_by_role("link", name="Franklin, OH").click()
    expect(page.get_by_role("heading", name="Franklin, OH")).to_be_visible()
    page.get_by_role("link", name="Chain Ohio").click()
    expect(page.get_by_role("heading", name="Chain Ohio", level=1)).to_be_visible()


@pytest.mark.usefixtures("told")
def test_a_number_explains_itself_and_the_map_leads_to_an_area(office: Office) -> None:
    page = office.open("tess", "/market/").page
    expect(page.locator(DRAWN)).to_be_visible()
    page.get_by_role("button", name="Penetration").click()
    sheet = page.locator("#explain-sheet")
    expect(sheet).to_contain_text("3 ÷ 50")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.goto("/market/?q=franklin")
    expect(page.locator(DRAWN)).to_be_visible()
    page.evaluate(TWO_FRAMES)  # it is drawn once more when its size is known
    page.locator(f"{DRAWN} canvas").click()  # one county fills the map
    expect(page).to_have_url(re.compile(f"/market/areas/{FRANKLIN}"))


def test_without_potential_the_page_says_what_to_bring(office: Office) -> None:
    page = office.open("al", "/market/")
    expect(page.page.get_by_text("The market is not known yet")).to_be_visible()
    page.picture("market-empty")
    assert page.faults() == []
    page.page.get_by_role("link", name="Bring market potential").click()
    expect(page.page.get_by_text("Drop a file here")).to_be_visible()


def test_a_file_is_looked_at_loaded_and_withdrawn(office: Office) -> None:
    source = bring(office.company.client("al"))
    address = reverse("market:source", args=[source.pk])
    for look in EVERY_LOOK:
        page = office.look("al", address, **look)
        expect(page.page.get_by_role("button", name="Load 4 areas")).to_be_visible()
        expect(page.page.locator("#main")).to_contain_text("99001")
        page.picture("market-file", whole=True)
        assert page.faults() == []
    loaded = office.open("al", address).page
    loaded.get_by_role("button", name="Load 4 areas").click()
    expect(loaded.locator("[aria-live=polite]").get_by_role("button", name="Cancel")).to_be_visible()
    loaded.goto("about:blank")  # it would ask every second how far it is
    work()
    loaded.goto(address)
    loaded.get_by_role("button", name="Withdraw").click()
    expect(loaded.locator("#main")).to_contain_text("It counts no more")
