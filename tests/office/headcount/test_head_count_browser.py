"""A head count in a browser: its curve is drawn, and its figures follow the chosen number of people."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.office.browser import EVERY_LOOK, Office
from tests.office.headcount.routes import answered


def test_the_pages_of_head_counts_are_fit_for_everybody(office: Office) -> None:
    key = answered(office.company, "rita")
    for look in EVERY_LOOK:
        page = office.look("rita", f"/head-counts/{key}/", **look)
        expect(page.page.get_by_role("img", name="Profit by number of people")).to_be_visible()
        page.picture("head-count", whole=True)
        assert page.faults() == []
        for address in ("/head-counts/", "/head-counts/new"):
            assert office.look("rita", address, **look).faults() == []


def test_the_figures_follow_the_chosen_number(office: Office) -> None:
    key = answered(office.company, "rita")
    page = office.open("rita", f"/head-counts/{key}/").page
    chosen = page.locator("[data-head-count] dl")
    expect(chosen).to_contain_text("$75")
    page.get_by_role("slider").press("ArrowLeft")
    expect(chosen).not_to_contain_text("$75")
    page.get_by_role("button", name="Back to the answer").click()
    expect(chosen).to_contain_text("$75")
