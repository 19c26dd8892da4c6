"""Warnings in a browser: fit for everybody, set aside with a reason, brought back by Undo."""

from __future__ import annotations

from playwright.sync_api import expect

from terrier.office.accounts.models import Account
from tests.office.browser import EVERY_LOOK, Office


def test_the_pages_of_warnings_are_fit_for_everybody(office: Office) -> None:
    Account.objects.filter(name="Columbus").update(service_hours=3000, potential=2_000_000)
    for look in EVERY_LOOK:
        home = office.look("dora", "/", **look)
        expect(home.page.locator("#brief")).to_contain_text("Person over capacity")
        assert home.faults() == []
        page = office.look("dora", "/warnings/", **look)
        expect(page.page.locator("#list")).to_contain_text("Tess has 3,008 hours")
        page.picture("warnings")
        assert page.faults() == []
        assert office.look("dora", "/warnings/limits", **look).faults() == []


def test_a_warning_is_set_aside_and_brought_back(office: Office) -> None:
    page = office.open("rita", "/warnings/").page
    page.get_by_role("button", name="Set aside: Maine").click()
    page.get_by_role("button", name="Set aside", exact=True).click()
    expect(page.locator("#dismiss-form")).to_contain_text("required")
    page.get_by_label("Why").fill("Hiring")
    page.get_by_role("button", name="Set aside", exact=True).click()
    expect(page.locator("#list")).not_to_contain_text("Maine")
    with page.expect_response(lambda answer: "/undo" in answer.url):
        page.get_by_role("button", name="Undo").click()
    page.goto("/warnings/")
    expect(page.locator("#list")).to_contain_text("Maine")
