"""The whole story of a plan in a real browser: a warning, the engine's plans, the studio, review, challenge, approval, the day, the hand-over."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db.models import Sum
from django.utils import timezone
from playwright.sync_api import Page, expect

from terrier.office.accounts.models import Account, Status
from terrier.office.alignment.models import Coverage, HandOver, Placement, Plan
from terrier.office.jobs.worker import run_one
from tests.office.browser import Office
from tests.office.conftest import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS, ROWS, TESS = 10, 4, 7
"""Accounts in rows across Ohio; seven of ten columns are Tess's, three Tim's."""


@pytest.fixture
def sample(office: Office) -> Office:
    """A small sample: Tess has far more than she can do. All sales add up to an odd number, so that no balance is perfect."""
    positions = office.company.positions
    accounts = Account.objects.bulk_create(
        Account(
            name=f"Store {column}-{row}",
            external_id=f"S-{column}-{row}",
            status=Status.ACTIVE,
            state="OH",
            account_class="B",
            annual_sales=10_000,
            service_hours=20,
            longitude=-84.4 + 0.25 * column,
            latitude=39.4 + 0.25 * row,
        )
        for column in range(COLUMNS)
        for row in range(ROWS)
    )
    Coverage.objects.bulk_create(
        Coverage(
            account=account,
            position=positions["tess" if at < TESS * ROWS else "tim"],
            starts_on=LONG_AGO,
        )
        for at, account in enumerate(accounts)
    )
    if int(Account.objects.aggregate(all=Sum("annual_sales"))["all"]) % 2 == 0:
        Account.objects.filter(pk=accounts[0].pk).update(annual_sales=10_001)
    for holder, longitude in {"tess": -83.9, "tim": -82.4}.items():
        positions[holder].base_longitude, positions[holder].base_latitude = longitude, 40.0
        positions[holder].capacity_hours = 400
        positions[holder].save()
    return office


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def plan_from_a_warning(page: Page) -> Plan:
    warning = page.locator("#list tr", has_text="Tess has")
    expect(warning).to_contain_text("hours must go elsewhere")
    warning.get_by_role("link", name="Plan").click()
    page.get_by_label("Name").fill("Spring")
    choose(page, "Make the plan")
    expect(page.get_by_role("heading", level=1, name="Spring")).to_be_visible()
    return Plan.objects.get(name="Spring")


def settle_what_counts(page: Page) -> None:
    """Sales alone are balanced, any number may move, and every proposal is for the region manager to decide."""
    page.get_by_role("link", name="Settings", exact=True).first.click()
    page.get_by_label("Workload").uncheck()
    page.get_by_label("Sales", exact=True).check()
    page.get_by_label(re.compile("Accounts that may move at most")).fill("")
    page.get_by_label(re.compile("Proposals of the field are accepted within")).fill("0")
    choose(page, "Save")
    expect(page.get_by_text("The settings are kept.")).to_be_visible()


def take_a_plan_of_the_engine(page: Page, plan: Plan) -> None:
    page.goto(f"/plans/{plan.pk}/engine/")
    choose(page, "Ask the engine")
    expect(page.get_by_text("It begins as soon as a worker is free.")).to_be_visible()
    assert run_one("test")
    take = page.get_by_role("row", name=re.compile("Recommended")).get_by_role("button", name="Take over")
    expect(take).to_be_visible()
    take.click()
    expect(page.locator("#toasts")).to_contain_text(re.compile(r"\d accounts? moved\."))


def move_in_the_studio(page: Page, plan: Plan) -> str:
    """One of the others' stores goes to Ohio. Returns its name."""
    placement = Placement.objects.filter(plan=plan, account__name__startswith="Store").exclude(
        territory__name="Ohio"
    )
    one = placement.select_related("account", "territory").order_by("account")[0]
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.locator(".studio-canvas")).to_have_attribute("data-ready", "yes")
    page.get_by_role("searchbox", name="Search accounts").fill(one.account.name)
    choose(page, "Choose the one shown")
    choose(page, "Move to…")
    page.keyboard.type("Ohio")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 account moved to Ohio.")
    expect(page.locator(".studio-state")).to_have_attribute("data-state", "saved")
    assert Placement.objects.filter(pk=one.pk, territory__name="Ohio").exists()
    return one.account.name


def send_into_review(page: Page, plan: Plan) -> None:
    page.goto(f"/plans/{plan.pk}/")
    choose(page, "Send into review")
    deadline = timezone.localdate() + dt.timedelta(7)
    page.locator("#review-dialog").get_by_label("Objections until").fill(deadline.isoformat())
    page.locator("#review-dialog").get_by_role("button", name="Send into review").click()
    expect(page.get_by_text("In review until").first).to_be_visible()


def object_to(page: Page, store: str, whose: str) -> None:
    page.get_by_role("checkbox", name=f"Choose {store}").check()
    page.get_by_label("The accounts ticked should go to").select_option(label=whose)
    page.get_by_label("Why").fill("Two hours from anything else of mine.")
    choose(page, "Propose")
    expect(page.get_by_text("Your proposal is sent.")).to_be_visible()


def approve(page: Page, plan: Plan, day: dt.date) -> None:
    page.goto(f"/plans/{plan.pk}/")
    choose(page, "Approve…")
    page.locator("#approve-dialog").get_by_label("Takes effect on").fill(day.isoformat())
    page.locator("#approve-dialog").get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved", exact=True).first).to_be_visible()


def let_it_take_effect(page: Page, plan: Plan, day: dt.date) -> None:
    page.goto(f"/plans/{plan.pk}/hand-overs/")
    page.get_by_role("button", name=re.compile("Let it take effect")).click()
    expect(page.get_by_text("It begins as soon as a worker is free.")).to_be_visible()
    assert run_one("test")
    page.goto(f"/plans/{plan.pk}/hand-overs/")
    expect(page.get_by_text("Until then all of it can be taken back.")).to_be_visible()
    assert Coverage.objects.filter(starts_on=day, ends_on=None).exists()


def test_a_plan_from_the_warning_to_the_hand_over(sample: Office) -> None:
    rita = sample.open("rita", "/warnings/").page
    plan = plan_from_a_warning(rita)
    settle_what_counts(rita)
    take_a_plan_of_the_engine(rita, plan)
    store = move_in_the_studio(rita, plan)
    send_into_review(rita, plan)

    ohio = plan.territories.get(name="Ohio", level="territory")
    tess = sample.open("tess", f"/plans/{plan.pk}/territories/{ohio.pk}/?q={store}").page
    object_to(tess, store, "Iowa")
    rita.goto(f"/plans/{plan.pk}/challenges/")
    proposal = rita.locator("article", has_text="Two hours from anything else of mine.")
    expect(proposal).to_contain_text(f"{store}: Ohio → Iowa")
    proposal.get_by_role("button", name="Accept").click()
    expect(rita.get_by_text("Accepted: the accounts have moved.")).to_be_visible()
    assert Placement.objects.get(plan=plan, account__name=store).territory == plan.territories.get(
        name="Iowa", level="territory"
    )
    tess.reload()
    expect(tess.get_by_text("Accepted", exact=True).first).to_be_visible()

    day = timezone.localdate() + dt.timedelta(30)
    approve(rita, plan, day)
    let_it_take_effect(rita, plan, day)
    n_open = HandOver.objects.filter(plan=plan, done_at=None).count()
    choose(rita, "Handed over")
    expect(rita.get_by_text("is handed over.")).to_be_visible()
    assert HandOver.objects.filter(plan=plan, done_at=None).count() == n_open - 1
