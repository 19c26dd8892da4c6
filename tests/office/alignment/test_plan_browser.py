"""The pages of plans in a real browser. Their story is told in test_story_browser.py."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Challenge
from terrier.office.alignment.states import send_to_review
from terrier.office.audit.services import Author
from tests.office.alignment.planned import east
from tests.office.browser import EVERY_LOOK, Office

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def located(office: Office) -> Office:
    """Ohio holds three accounts and Iowa one, all of them a little way from one another."""
    for at, label in enumerate(("columbus", "dayton", "chain ohio", "ames")):
        Account.objects.filter(pk=office.company.accounts[label].pk).update(
            longitude=-84 - at, latitude=40, annual_sales=1000, account_class="B"
        )
    return office


def test_the_pages_of_plans_are_fit_for_everybody(located: Office) -> None:
    plan, nodes = east(located.company)
    pages = ("plan", "rules", "engine", "challenges", "handovers", "compare", "history", "settings")
    for look in (EVERY_LOOK[0], EVERY_LOOK[3]):
        for name in pages:
            opened = located.look("rita", reverse(f"plans:{name}", args=[plan.pk]), **look)
            opened.picture(f"plan-{name}")
            assert opened.faults() == [], name
        opened = located.look("rita", reverse("plans:territory", args=[plan.pk, nodes["Ohio"].pk]), **look)
        assert opened.faults() == []
        assert located.look("rita", reverse("plans:list"), **look).faults() == []


def test_what_is_ticked_for_a_proposal_stays_ticked_while_one_searches(located: Office) -> None:
    plan, nodes = east(located.company)
    until = timezone.localdate() + dt.timedelta(7)
    send_to_review(plan=plan, until=until, author=Author(located.company.people["rita"]))
    page = located.open("tess", reverse("plans:territory", args=[plan.pk, nodes["Ohio"].pk])).page
    page.get_by_role("checkbox", name="Choose Columbus").check()
    chosen = page.locator("[data-selection]")
    expect(chosen).to_contain_text("1 selected")
    search = page.get_by_role("searchbox", name="Search by name or city")
    search.fill("Dayton")
    expect(page.get_by_role("checkbox", name="Choose Columbus")).to_have_count(0)
    expect(chosen).to_contain_text("1 selected")
    page.get_by_role("checkbox", name="Choose Dayton").check()
    expect(chosen).to_contain_text("2 selected")
    search.fill("")
    expect(page.get_by_role("checkbox", name="Choose Columbus")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Choose Dayton")).to_be_checked()
    chosen.get_by_role("link", name="Propose otherwise").click()
    expect(page.get_by_label("Why")).to_be_in_viewport()
    page.get_by_label("The accounts ticked should go to").select_option(label="Iowa")
    page.get_by_label("Why").fill("Two hours from anything else of mine.")
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_text("Two hours from anything else of mine.")).to_be_visible()
    moves = Challenge.objects.get(plan=plan).moves.order_by("account__name")
    assert [move.account.name for move in moves] == ["Columbus", "Dayton"]


def test_a_refusal_goes_once_the_page_has_answered_otherwise(located: Office) -> None:
    plan, _ = east(located.company)
    page = located.open("rita", reverse("plans:plan", args=[plan.pk])).page
    dialog = page.locator("#review-dialog")

    def send(day: dt.date) -> None:
        page.get_by_role("button", name="Send into review").first.click()
        dialog.get_by_label("Objections until").fill(day.isoformat())
        dialog.get_by_role("button", name="Send into review").click()

    toasts = page.locator("#toasts")
    send(timezone.localdate() - dt.timedelta(1))
    expect(toasts).to_contain_text("The field needs time to object")
    send(timezone.localdate() + dt.timedelta(7))
    expect(toasts).to_contain_text("is in review")
    expect(toasts).not_to_contain_text("The field needs time to object")
