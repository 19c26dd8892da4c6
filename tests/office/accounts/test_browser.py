"""Accounts in a real browser: drawers, editing in place, many at once, the map, and how all of it looks."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from terrier.office.accounts import bulk
from terrier.office.accounts.models import Account, Contact, Event, Note, Task
from terrier.office.accounts.services import edit_account
from terrier.office.alignment.models import Coverage
from terrier.office.audit.services import Author
from tests.office.browser import EVERY_LOOK, NARROW, PHONE, Office, Opened

WITHIN = """(panel) => {
  const { left, right } = panel.getBoundingClientRect();
  return left >= 0 && right <= innerWidth && document.documentElement.scrollWidth <= innerWidth + 1;
}"""

pytestmark = pytest.mark.django_db(transaction=True)


def at(office: Office, label: str = "columbus") -> str:
    return reverse("accounts:account", args=[office.company.accounts[label].pk])


def opened(office: Office, who: str = "tess", label: str = "columbus", **look: Any) -> Opened:
    return office.open(who, at(office, label), **look)


def toasts(page: Page) -> Any:
    return page.locator("#toasts")


def test_a_task_is_planned_in_a_drawer_checked_off_and_undone(office: Office) -> None:
    page = opened(office).page
    page.keyboard.press("t")
    drawer = page.get_by_role("dialog", name="New task")
    drawer.get_by_label("What").fill("Send the price list")
    drawer.get_by_label("Due").fill("2026-01-02")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer).not_to_be_visible()
    expect(page.locator("#account")).to_contain_text("Send the price list")
    page.get_by_role("button", name="Check off Send the price list").click()
    expect(page.locator("#account")).not_to_contain_text("Overdue")
    toasts(page).get_by_role("button", name="Undo").last.click()
    expect(page.get_by_role("button", name="Check off Send the price list")).to_be_visible()
    assert Task.objects.get().done_at is None


def test_one_types_at_once_in_a_drawer_that_a_key_opens(office: Office) -> None:
    page = opened(office).page
    page.keyboard.press("t")
    drawer = page.get_by_role("dialog", name="New task")
    expect(drawer.get_by_label("What")).to_be_focused()
    page.keyboard.type("Send the price list")
    page.keyboard.press("Enter")
    expect(page.locator("#account")).to_contain_text("Send the price list")
    page.keyboard.press("l")
    expect(page.get_by_role("dialog", name="Log what happened").get_by_label("Kind")).to_be_focused()


def test_what_is_wrong_in_a_drawer_is_said_in_the_drawer_and_nothing_typed_is_lost(office: Office) -> None:
    page = opened(office).page
    page.locator("summary", has_text="Log").click()
    page.get_by_role("button", name="With details…").click()
    drawer = page.get_by_role("dialog", name="Log what happened")
    drawer.get_by_label("What happened").fill("Showed the spring range")
    drawer.get_by_label("When").fill("2090-01-01T10:00")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer).to_contain_text("What has happened lies in the past")
    expect(drawer.get_by_label("What happened")).to_have_value("Showed the spring range")
    drawer.get_by_label("When").fill("2026-01-05T10:00")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer).not_to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("Showed the spring range")


def test_a_contact_is_edited_and_deleted_in_its_drawer(office: Office) -> None:
    page = opened(office).page
    page.get_by_role("button", name="Colin", exact=True).click()
    drawer = page.get_by_role("dialog", name="Edit the contact")
    drawer.get_by_label("Job title").fill("Owner")
    drawer.get_by_role("button", name="Save").click()
    expect(page.locator("#account")).to_contain_text("Owner")
    page.get_by_role("button", name="Colin", exact=True).click()
    drawer.get_by_role("button", name="Delete").click()
    expect(page.locator("#account")).to_contain_text("No contacts yet")
    assert Contact.objects.get().deleted_at is not None


def test_a_drawer_leaves_by_escape_and_by_its_cross(office: Office) -> None:
    page = opened(office).page
    for leave in ("Escape", "Close"):
        page.get_by_role("button", name="Write a note").click()
        drawer = page.get_by_role("dialog", name="New note")
        expect(drawer).to_be_visible()
        if leave == "Escape":
            page.keyboard.press("Escape")
        else:
            drawer.get_by_role("button", name="Close").click()
        expect(drawer).not_to_be_visible()


def test_a_call_is_logged_by_two_taps_on_a_phone(office: Office) -> None:
    page = opened(office, width=PHONE).page
    page.locator("summary", has_text="Log").click()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(toasts(page)).to_contain_text("Logged “Call” with Columbus")
    expect(page.locator("#timeline")).to_contain_text("Call")
    assert Event.objects.get().author == office.company.people["tess"]


def test_an_address_is_edited_in_place_and_both_values_shown_where_somebody_was_quicker(
    office: Office,
) -> None:
    page = opened(office).page
    page.get_by_role("button", name="Edit the address").click()
    form = page.locator("#edit-place")
    form.get_by_role("link", name="Cancel").click()
    expect(form).to_have_count(0)
    page.get_by_role("button", name="Edit the address").click()
    form.get_by_label("City").fill("Hilliard")
    edit_account(
        account=office.company.accounts["columbus"],
        values={"city": "Dublin"},
        version=1,
        author=Author(office.company.people["rita"]),
    )
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("they saved “Dublin”, you want “Hilliard”")
    form.get_by_role("button", name="Save mine").click()
    expect(page.locator("#section-place address")).to_contain_text("Hilliard")
    toasts(page).get_by_role("button", name="Undo").last.click()
    expect(page.locator("#section-place address")).to_contain_text("Dublin")


def test_a_holder_is_chosen_from_the_list_in_the_drawer(office: Office) -> None:
    page = opened(office, "rita").page
    page.locator("#holders").get_by_role("button", name="Assign").click()
    drawer = page.get_by_role("dialog", name="Who is to cover it?")
    drawer.get_by_role("combobox", name="Position").fill("iow")
    drawer.get_by_role("option", name="Iowa").click()
    drawer.get_by_label("Why").fill("Closer by")
    drawer.get_by_role("button", name="Assign").click()
    expect(page.locator("#holders")).to_contain_text("Closer by")
    assert Coverage.objects.get(account__name="Columbus", ends_on=None).position.name == "Iowa"


def test_earlier_things_come_below_each_once(office: Office) -> None:
    account = office.company.accounts["columbus"]
    moment = timezone.now() - dt.timedelta(days=3)
    Event.objects.bulk_create(
        Event(account=account, kind="call", happened_at=moment, summary=f"Talk {n:02}") for n in range(45)
    )
    page = opened(office).page
    for _page in range(2):
        count = page.locator("#timeline .story-item").count()
        page.get_by_role("button", name="Show earlier").click()
        expect(page.locator("#timeline .story-item").nth(count + 2)).to_be_visible()
    expect(page.get_by_role("button", name="Show earlier")).to_have_count(0)
    told = re.findall(r"Talk \d\d", page.locator("#timeline").inner_text())
    assert sorted(told) == [f"Talk {n:02}" for n in range(45)]


def test_the_ticked_accounts_are_edited_and_put_back(office: Office) -> None:
    page = office.open("tess", "/accounts/").page
    for name in ("Columbus", "Dayton"):
        page.get_by_role("checkbox", name=name).check()
    page.locator(".selection-bar").get_by_role("button", name="Edit", exact=True).click()
    drawer = page.get_by_role("dialog", name="Edit many accounts")
    expect(drawer).to_contain_text("2 accounts are meant")
    drawer.get_by_label("Set").select_option("account_class")
    drawer.get_by_label("To").select_option("B")
    drawer.get_by_role("button", name="Change 2 accounts").click()
    expect(toasts(page)).to_contain_text("Set class of 2 accounts")
    assert Account.objects.filter(account_class="B").count() == 2
    toasts(page).get_by_role("button", name="Undo").click()  # there is one
    expect(toasts(page).locator(".toast-card:not(.is-leaving)")).to_have_text(
        ["Undone: Set class of 2 accounts"]
    )
    assert not Account.objects.filter(account_class="B").exists()


def test_all_accounts_are_edited_only_once_that_is_confirmed(office: Office) -> None:
    page = office.open("tess", "/accounts/").page
    page.get_by_role("button", name="Edit all").first.click()
    drawer = page.get_by_role("dialog", name="Edit many accounts")
    drawer.get_by_label("To").select_option("lapsed")
    drawer.get_by_role("button", name="Change 3 accounts").click()
    asked = page.get_by_role("dialog", name="Change them all?")
    expect(asked).to_contain_text("for all 3 accounts that you see")
    assert not Account.objects.filter(status="lapsed").exists()
    asked.get_by_role("button", name="Change them all").click()
    expect(toasts(page)).to_contain_text("Set status of 3 accounts")


def test_an_edit_of_very_many_leads_to_the_page_of_its_job(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    page = office.open("tess", "/accounts/?q=c").page
    page.get_by_role("button", name="Edit all").first.click()
    drawer = page.get_by_role("dialog", name="Edit many accounts")
    drawer.get_by_label("To").select_option("lapsed")
    drawer.get_by_role("button", name="Change 2 accounts").click()
    expect(page).to_have_url(re.compile(r"/jobs/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit 2 accounts")
    expect(page.locator(".job-panel")).to_contain_text("It begins as soon as a worker is free.")


def test_many_accounts_get_a_holder_from_the_list(office: Office) -> None:
    page = office.open("rita", "/accounts/?q=d").page
    page.get_by_role("button", name="Edit all").first.click()
    drawer = page.get_by_role("dialog", name="Edit many accounts")
    drawer.get_by_label("Set").select_option("holder")
    drawer.get_by_placeholder("Position or person").fill("iow")
    drawer.get_by_role("option", name="Iowa").click()
    expect(drawer).to_contain_text("1 account is meant; 1 would change.")
    drawer.get_by_role("button", name="Change 1 account").click()
    expect(toasts(page)).to_contain_text("Gave 1 account to Iowa")


def test_the_holder_is_chosen_by_arrows_in_the_menu_of_filters(office: Office) -> None:
    page = office.open("rita", "/accounts/").page
    page.locator("summary", has_text="More").click()
    box = page.get_by_role("combobox", name="Held by, or below")
    box.fill("o")
    second = box.locator("xpath=ancestor::*[@data-combobox]").locator(".option").nth(1)
    expect(second).to_be_visible()
    value = second.get_attribute("data-value")
    box.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page).to_have_url(re.compile(rf"holder={value}(&|$)"))


def test_the_map_is_part_of_the_address_and_remembered(office: Office) -> None:
    Account.objects.filter(name__in=["Columbus", "Dayton"]).update(latitude=39.9, longitude=-83)
    page = office.open("tess", "/accounts/?q=day").page
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?q=day&map=yes$"))
    expect(page.locator("[data-map=list]")).to_have_attribute("data-shown", "1")
    page.get_by_role("searchbox", name="Name, number").fill("")
    expect(page.locator("[data-map=list]")).to_have_attribute("data-shown", "2")
    expect(page.get_by_role("link", name="Map", exact=True)).to_have_attribute("aria-current", "true")
    page.goto("/accounts/")
    expect(page.locator("[data-map=list]")).to_have_attribute("data-shown", "2")
    page.get_by_role("link", name="List", exact=True).click()
    expect(page.locator("[data-map=list]")).to_have_count(0)


def test_nothing_on_the_way_through_accounts_breaks_the_rules_for_contents(office: Office) -> None:
    """Styles in attributes are refused by the content security policy; htmx must not carry any over."""
    company = office.company
    Note.objects.create(account=company.accounts["columbus"], text="Closed on Mondays")
    seen = office.open("tess", "/accounts/")
    page = seen.page
    page.get_by_role("link", name="Columbus").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Columbus")
    page.get_by_role("button", name="Edit: Note").click()
    text = page.get_by_role("dialog", name="Edit the note").get_by_label("Text")
    text.evaluate("(field) => { field.style.height = '20rem' }")  # as by pulling its corner
    text.fill("")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(text).to_have_attribute("aria-invalid", "true")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.get_by_role("link", name="Accounts").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accounts")
    assert [told for told in seen.complaints if "422" not in told] == []


def test_no_menu_opens_beyond_the_edge_of_a_phone(office: Office) -> None:
    for path in ("/accounts/", at(office)):
        seen = office.open("rita", path, width=NARROW)
        for summary in seen.page.locator("main summary").all():
            summary.click()
            panel = summary.locator("xpath=following-sibling::div")
            expect(panel).to_be_visible()
            seen.page.wait_for_function(WITHIN, arg=panel.element_handle())
            seen.page.keyboard.press("Escape")


looks = pytest.mark.parametrize("look", EVERY_LOOK, ids=lambda look: f"{look['width']}-{look['theme']}")


@looks
def test_the_pages_of_accounts_are_fit_for_everybody(office: Office, look: dict[str, Any]) -> None:
    account = office.company.accounts["chain ohio"]
    _live_through(office, account)
    for name, who, path in (
        ("list", "dora", "/accounts/"),
        ("map", "dora", "/accounts/?map=yes"),
        ("account", "rita", reverse("accounts:account", args=[account.pk])),
        ("new", "tess", reverse("accounts:new")),
        ("home", "rita", "/"),
        ("changes", "dora", "/changes/"),
    ):
        page = office.look(who, path, **look)
        expect(page.page.get_by_role("heading", level=1)).to_be_visible()
        page.picture(f"accounts-{name}", whole=True)
        assert page.faults() == [], name


@looks
def test_drawers_are_fit_for_everybody(office: Office, look: dict[str, Any]) -> None:
    seen = opened(office, "rita", **look)
    page = seen.page
    for button, title in (
        ("Task", "New task"),
        ("Assign", "Who is to cover it?"),
        ("Write a note", "New note"),
    ):
        page.get_by_role("button", name=button, exact=True).first.click()
        expect(page.get_by_role("dialog", name=title)).to_be_visible()
        seen.picture(f"drawer-{button}")
        assert seen.faults() == [], title
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Edit the address").click()
    expect(page.locator("#edit-place")).to_be_visible()
    assert seen.faults() == [], "in place"
    many = office.open("rita", "/accounts/", **look)
    many.page.get_by_role("button", name="Edit all").first.click()
    expect(many.page.get_by_role("dialog", name="Edit many accounts")).to_be_visible()
    many.picture("drawer-bulk")
    assert many.faults() == [], "many"


def _live_through(office: Office, account: Account) -> None:
    """Something of everything that a page can show."""
    tess, today = office.company.people["tess"], timezone.localdate()
    Account.objects.filter(pk=account.pk).update(
        latitude=39.96,
        longitude=-83,
        city="Columbus",
        street="1 High Street",
        phone="(614) 555-0123",
        website="https://chain.example",
        annual_sales=12345,
        potential=20000,
        account_class="A",
    )
    Contact.objects.create(
        account=account, name="Bo Baker", role="decision_maker", stance="critic", phone="(614) 555-0199"
    )
    Task.objects.create(
        account=account, title="Offer the treats", due_on=today - dt.timedelta(days=2), assignee=tess
    )
    Task.objects.create(account=account, title="Later", due_on=today, assignee=office.company.people["rita"])
    Note.objects.create(account=account, author=tess, text="Closed on Mondays")
    Event.objects.create(
        account=account,
        kind="order",
        happened_at=timezone.now(),
        summary="By phone",
        amount=1234,
        author=tess,
    )
    Event.objects.create(
        account=account,
        kind="visit",
        happened_at=timezone.now(),
        summary="Visit",
        author=office.company.people["rita"],
    )
    row = Account.objects.get(pk=account.pk)
    edit_account(account=row, values={"phone": "555-0100"}, version=row.version, author=Author(tess))
