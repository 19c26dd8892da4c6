from __future__ import annotations

from playwright.sync_api import expect

from tests.office.browser import EVERY_LOOK, Office


def test_closing_a_position_shows_what_becomes_of_its_accounts_first(office: Office) -> None:
    ohio = office.company.positions["tess"].pk
    for look in (EVERY_LOOK[0], EVERY_LOOK[-1]):
        opened = office.look("ada", f"/positions/{ohio}/close/", **look)
        page = opened.page
        page.get_by_label("Closes on").fill("2030-04-01")
        page.get_by_role("button", name="Close the position").click()
        expect(page.get_by_text("Nobody holds 3 accounts from April 1, 2030")).to_be_visible()
        opened.picture("closing-nobody")
        assert opened.faults() == []
        page.get_by_role("link", name="Back").click()
        page.get_by_label("Closes on").fill("2030-04-01")
        page.get_by_label("Its accounts go to").select_option(label="Iowa (Territory manager)")
        page.get_by_role("button", name="Close the position").click()
        expect(page.get_by_text("Iowa takes over on April 1, 2030")).to_be_visible()
        opened.picture("closing-to")
        assert opened.faults() == []
    page.get_by_role("button", name="Close and hand over").click()
    expect(page.get_by_text("Closes on April 1, 2030", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Closes on April 1, 2030", exact=True)).to_have_count(0)
