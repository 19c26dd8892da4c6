"""The coverage model in a browser: its effect follows what is typed, before anything is applied."""

from __future__ import annotations

from playwright.sync_api import expect

from terrier.office.accounts.models import Account
from tests.office.alignment.planned import east
from tests.office.browser import EVERY_LOOK, Office


def test_the_effect_follows_what_is_typed(office: Office) -> None:
    plan, _nodes = east(office.company)
    Account.objects.filter(name="Columbus").update(annual_sales=300_000)
    for look in EVERY_LOOK:
        assert office.look("rita", f"/plans/{plan.pk}/coverage", **look).faults() == []
    page = office.open("rita", f"/plans/{plan.pk}/coverage").page
    expect(page.locator("#effect")).to_contain_text("Geographic → Key accounts")
    page.get_by_label("Key from sales of").fill("400000")
    expect(page.locator("#effect")).not_to_contain_text("Geographic → Key accounts")
    expect(page.get_by_label("Key from sales of")).to_have_value("400000")
    page.get_by_label("or sites").fill("1")
    expect(page.locator("#effect")).to_contain_text("greater than or equal to 2")
