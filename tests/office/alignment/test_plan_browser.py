"""The story of a plan in a real browser: made, asked of the engine, reviewed, challenged, approved, in force, handed over."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage, Plan
from terrier.office.jobs.worker import run_one
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


def page_of(office: Office, who: str, name: str, *args: Any) -> Page:
    return office.open(who, reverse(f"plans:{name}", args=args)).page


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def test_a_plan_from_its_making_to_the_hand_over(located: Office) -> None:
    page = page_of(located, "rita", "new")
    page.get_by_label("Name").fill("Spring")
    choose(page, "Make the plan")
    expect(page.get_by_role("heading", name="Spring")).to_be_visible()
    plan = Plan.objects.get()

    page = page_of(located, "rita", "settings", plan.pk)
    page.get_by_label("Workload").uncheck()
    page.get_by_label("Sales", exact=True).uncheck()
    page.get_by_label("Accounts", exact=True).check()
    page.get_by_label(re.compile("Accounts that may move at most")).fill("")
    choose(page, "Save")
    expect(page.get_by_text("The settings are kept.")).to_be_visible()

    page = page_of(located, "rita", "engine", plan.pk)
    choose(page, "Ask the engine")
    expect(page.get_by_text("It begins as soon as a worker is free.")).to_be_visible()
    assert run_one("test")
    expect(page.get_by_role("button", name="Take over").first).to_be_visible()
    choose(page, "Take over")
    expect(page.get_by_role("heading", name="Spring")).to_be_visible()

    choose(page, "Send into review")
    deadline = timezone.localdate() + dt.timedelta(7)
    page.locator("#review-dialog").get_by_label("Objections until").fill(deadline.isoformat())
    page.locator("#review-dialog").get_by_role("button", name="Send into review").click()
    expect(page.get_by_text("In review until").first).to_be_visible()

    node = plan.territories.get(name="Ohio", level="territory")
    page = page_of(located, "tess", "territory", plan.pk, node.pk)
    choose(page, "Accept")
    expect(page.get_by_text("Accepted by Tess.")).to_be_visible()

    page = page_of(located, "rita", "plan", plan.pk)
    choose(page, "Approve…")
    day = timezone.localdate() + dt.timedelta(30)
    page.locator("#approve-dialog").get_by_label("Takes effect on").fill(day.isoformat())
    page.locator("#approve-dialog").get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved", exact=True).first).to_be_visible()

    page = page_of(located, "rita", "handovers", plan.pk)
    page.get_by_role("button", name=re.compile("Let it take effect")).click()
    expect(page.get_by_text("It begins as soon as a worker is free.")).to_be_visible()
    assert run_one("test")
    page = page_of(located, "rita", "handovers", plan.pk)
    expect(page.get_by_text("Until then all of it can be taken back.")).to_be_visible()
    assert Coverage.objects.filter(starts_on=day, ends_on=None).exists()
    choose(page, "Handed over")
    expect(page.get_by_text("is handed over.")).to_be_visible()


def test_the_pages_of_plans_are_fit_for_everybody(located: Office) -> None:
    plan, nodes = east(located.company)
    pages = ("plan", "rules", "engine", "challenges", "handovers", "compare", "history", "settings")
    for look in (EVERY_LOOK[0], EVERY_LOOK[3]):
        for name in pages:
            opened = located.open("rita", reverse(f"plans:{name}", args=[plan.pk]), **look)
            opened.picture(f"plan-{name}")
            assert opened.faults() == [], name
        opened = located.open("rita", reverse("plans:territory", args=[plan.pk, nodes["Ohio"].pk]), **look)
        assert opened.faults() == []
        assert located.open("rita", reverse("plans:list"), **look).faults() == []
