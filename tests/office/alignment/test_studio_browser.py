"""The map studio in a real browser: choose on the map, move, undo, lock, remark, and two people at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Comment, Lock, Placement, Plan
from tests.office.alignment.shaped import ROWS, shaped
from tests.office.browser import EVERY_LOOK, PHONE, Office, Opened

TABLET = 1024

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan(office: Office) -> Plan:
    return shaped(office.company)[0]


def opened(office: Office, plan: Plan, persona: str = "rita", **look: Any) -> Opened:
    """The studio, with its map drawn."""
    page = office.open(persona, f"/plans/{plan.pk}/studio/", **look)
    expect(page.page.locator(".studio-canvas")).to_have_attribute("data-ready", "yes")
    return page


def spot(page: Page, account: int) -> tuple[float, float]:
    """Where the account of that position is on the screen."""
    box = page.locator(".studio-canvas").bounding_box()
    assert box is not None
    at = page.evaluate("i => document.querySelector('.studio-canvas').map.pixelOf(i)", account)
    return box["x"] + at["x"], box["y"] + at["y"]


def circle(page: Page, *corners: tuple[float, float]) -> None:
    """Draw around, with the mouse."""
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in (*corners[1:], corners[0]):
        page.mouse.move(*corner, steps=6)
    page.mouse.up()


def lasso_column(page: Page, column: int) -> None:
    """Draw a lasso around the accounts of one column, from south to north."""
    page.keyboard.press("l")
    (left, bottom), (_, top) = spot(page, column * ROWS), spot(page, column * ROWS + ROWS - 1)
    right = spot(page, column * ROWS + 1)[0]
    circle(page, (left - 9, bottom + 9), (left - 9, top - 9), (right + 9, top - 9), (right + 9, bottom + 9))


def move_to(page: Page, territory: str) -> None:
    page.get_by_role("button", name="Move to…").click()
    page.keyboard.type(territory)
    page.keyboard.press("Enter")


def row(page: Page, territory: str) -> Locator:
    name = page.get_by_role("button", name=re.compile(f"^{territory}"))
    return page.locator(".studio-table tbody tr", has=name)


def named(page: Page, territory: str) -> Locator:
    """A territory's name in the table, which makes it stand out."""
    return row(page, territory).get_by_role("button", name=re.compile(f"^{territory}"))


def accounts_of(page: Page, territory: str) -> Locator:
    """The cell that counts a territory's accounts; two measures stand before it."""
    return row(page, territory).locator("td").nth(2)


def saved(page: Page) -> None:
    expect(page.locator(".studio-state")).to_have_attribute("data-state", "saved")


def held(plan: Plan, territory: str) -> int:
    return Placement.objects.filter(plan=plan, territory__name=territory).count()


def test_what_a_lasso_chooses_is_moved_undone_done_again_and_found_saved(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    lasso_column(page, 4)
    bar = page.get_by_role("region", name="Chosen accounts")
    expect(bar).to_contain_text("6 accounts")
    expect(bar).to_contain_text("Ohio: 6")
    move_to(page, "Iow")
    expect(page.locator("#toasts")).to_contain_text("6 accounts moved to Iowa.")
    expect(accounts_of(page, "Iowa")).to_have_text("36")
    expect(accounts_of(page, "Ohio")).to_have_text("24")
    expect(row(page, "Iowa")).to_contain_text("+6")
    expect(row(page, "Iowa").locator(".balance-figure").nth(1)).to_have_text("+20%")
    expect(page.locator("[data-figure=moved]")).to_contain_text("10.0%")
    saved(page)
    assert held(plan, "Iowa") == 36
    page.keyboard.press("Control+z")
    expect(accounts_of(page, "Iowa")).to_have_text("30")
    saved(page)
    assert held(plan, "Iowa") == 30
    page.keyboard.press("Control+Shift+z")
    expect(accounts_of(page, "Iowa")).to_have_text("36")
    saved(page)
    page.reload()
    expect(accounts_of(page, "Iowa")).to_have_text("36")
    expect(page.locator("[data-figure=moved]")).to_contain_text("10.0%")


def test_a_locked_account_stays_where_it_is(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    page.mouse.click(*spot(page, 4 * ROWS))
    bar = page.get_by_role("region", name="Chosen accounts")
    expect(bar).to_contain_text("Store 4-0")
    bar.get_by_role("button", name="Lock").click()
    expect(page.locator("#toasts")).to_contain_text("1 account locked.")
    lasso_column(page, 4)
    expect(bar).to_contain_text("1 locked")
    move_to(page, "Iowa")
    expect(page.locator("#toasts")).to_contain_text("1 locked one stayed.")
    expect(page.locator("#toasts .is-warning")).to_have_count(1)
    expect(accounts_of(page, "Iowa")).to_have_text("35")
    saved(page)
    assert Lock.objects.filter(plan=plan).count() == 1
    assert held(plan, "Iowa") == 35


def test_a_locked_territory_is_seen_to_be_and_takes_nothing(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    named(page, "Iowa").click()
    card = page.get_by_role("region", name="Iowa", exact=True)
    expect(card).to_contain_text("Accounts")
    card.get_by_role("button", name="Lock the territory").click()
    expect(card).to_contain_text("Locked: no account leaves it, none comes.")
    lasso_column(page, 4)
    chosen = page.get_by_role("region", name="Chosen accounts")
    expect(chosen).to_contain_text("6 accounts")
    expect(row(page, "Iowa").get_by_role("button", name="Move what is chosen to Iowa")).to_be_disabled()
    page.keyboard.press("v")
    expect(chosen).to_contain_text("60 accounts")
    move_to(page, "Inside")
    expect(page.locator("#toasts")).to_contain_text("30 locked ones stayed.")
    expect(accounts_of(page, "Iowa")).to_have_text("30")
    saved(page)
    assert Lock.objects.get(plan=plan).territory == plan.territories.get(name="Iowa")
    page.reload()
    expect(row(page, "Iowa").locator(".territory-name use")).to_have_attribute("href", re.compile("#lock$"))
    named(page, "Iowa").click()
    card.get_by_role("button", name="Unlock the territory").click()
    expect(card.get_by_role("button", name="Lock the territory", exact=True)).to_be_visible()
    page.keyboard.press("Control+z")
    expect(card.get_by_role("button", name="Unlock the territory")).to_be_visible()
    card.get_by_role("button", name="Choose its accounts").click()
    expect(chosen).to_contain_text("Iowa: 30")


def test_locks_are_undone_and_set_again_after_the_page_is_loaded_anew(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    page.mouse.click(*spot(page, 4 * ROWS))
    page.get_by_role("region", name="Chosen accounts").get_by_role("button", name="Lock").click()
    expect(page.locator("#toasts")).to_contain_text("1 account locked.")
    named(page, "Iowa").click()
    card = page.get_by_role("region", name="Iowa", exact=True)
    card.get_by_role("button", name="Lock the territory").click()
    saved(page)
    assert Lock.objects.filter(plan=plan).count() == 2
    page = opened(office, plan).page
    lock = row(page, "Iowa").locator(".territory-name use[href$='#lock']")
    expect(lock).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(lock).to_have_count(0)
    page.keyboard.press("Control+z")
    saved(page)
    assert not Lock.objects.filter(plan=plan).exists()
    page = opened(office, plan).page
    page.get_by_role("button", name="Redo").click()
    page.keyboard.press("Control+Shift+z")
    expect(lock).to_have_count(1)
    saved(page)
    assert Lock.objects.filter(plan=plan).count() == 2


def test_undo_goes_on_after_the_page_is_loaded_anew(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    for column, territory in ((4, "Iowa"), (3, "Inside")):
        lasso_column(page, column)
        move_to(page, territory)
        expect(page.locator("#toasts")).to_contain_text(f"6 accounts moved to {territory}.")
    page.keyboard.press("Control+z")
    expect(accounts_of(page, "Inside")).to_have_text("0")
    saved(page)
    page = opened(office, plan).page
    page.get_by_role("button", name="Redo").click()
    expect(accounts_of(page, "Inside")).to_have_text("6")
    page.get_by_role("button", name="Undo", exact=True).first.click()
    page.keyboard.press("Control+z")
    expect(accounts_of(page, "Ohio")).to_have_text("30")
    expect(page.get_by_role("button", name="Undo", exact=True).first).to_be_disabled()
    saved(page)
    assert held(plan, "Ohio") == 30
    dora = opened(office, plan, "dora").page
    expect(dora.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_two_people_never_overwrite_each_other_unseen(office: Office, plan: Plan) -> None:
    first, second = opened(office, plan).page, opened(office, plan, "dora").page
    second.route("**/news*", lambda route: route.abort())  # Dora has not heard of it yet
    for page in (first, second):
        lasso_column(page, 4)
        expect(page.get_by_role("region", name="Chosen accounts")).to_contain_text("6 accounts")
    move_to(first, "Inside")
    expect(accounts_of(first, "Inside")).to_have_text("6")
    saved(first)
    move_to(second, "Iowa")
    note = second.locator("#studio-conflict")
    expect(note).to_contain_text("Rita moved 6 of these accounts in the meantime.")
    expect(note).to_contain_text("is now in Inside")
    expect(accounts_of(second, "Inside")).to_have_text("6")
    assert held(plan, "Inside") == 6
    note.get_by_role("button", name="Move all 6 as I wanted").click()
    expect(accounts_of(second, "Iowa")).to_have_text("36")
    saved(second)
    assert held(plan, "Iowa") == 36
    expect(accounts_of(first, "Iowa")).to_have_text("36")  # Rita hears of it


def test_without_a_connection_nothing_is_lost(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    page.route("**/edits", lambda route: route.abort())
    lasso_column(page, 4)
    move_to(page, "Iowa")
    expect(page.locator(".studio-state")).to_contain_text("Not saved yet: 1 change")
    expect(accounts_of(page, "Iowa")).to_have_text("36")
    page.unroute("**/edits")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert held(plan, "Iowa") == 36


def test_rectangles_counties_territories_and_filters_choose(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    bar = page.get_by_role("region", name="Chosen accounts")
    page.keyboard.press("r")
    (left, bottom), (right, top) = spot(page, 0), spot(page, ROWS + 1)
    page.mouse.move(left - 9, bottom + 9)
    page.mouse.down()
    page.mouse.move(right + 9, top - 9, steps=5)
    page.mouse.up()
    expect(bar).to_contain_text("4 accounts")
    page.keyboard.press("t")
    page.mouse.click(*spot(page, 3))
    expect(bar).to_contain_text("30 accounts")
    page.keyboard.press("a")
    page.mouse.click(*spot(page, 2))
    expect(bar).to_contain_text("Ohio")
    expect(bar).not_to_contain_text("30 accounts")
    Account.objects.filter(name__startswith="Store 2-").update(postal_code="43215")
    page.get_by_text("ZIP code", exact=True).click()
    page.mouse.click(*spot(page, 2 * ROWS))
    expect(bar).to_contain_text("6 accounts")
    page.get_by_text("Own area", exact=True).click()
    page.mouse.click(*spot(page, 2 * ROWS))
    expect(page.locator("#toasts")).to_contain_text("There is no such area here.")
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    page.get_by_role("searchbox", name="Search accounts").fill("store 9")
    page.get_by_role("button", name="Choose all 6 shown").click()
    expect(bar).to_contain_text("Iowa: 6")


def test_a_break_is_shown_and_repaired(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    page.mouse.click(*spot(page, 2))
    move_to(page, "Iowa")
    page.get_by_role("tab", name="Warnings").click()
    warning = page.locator(".studio-list li", has_text="Iowa is broken: 1 account is cut off")
    expect(warning).to_contain_text("It lies beside Ohio. Repair moves it there.")
    warning.get_by_role("button", name="Repair").click()
    expect(warning).to_have_count(0)
    saved(page)
    assert held(plan, "Ohio") == 30
    page.get_by_role("link", name="warnings of the plan").click()
    expect(page.locator("#plan-warnings")).to_contain_text("Apart from these, the map counts")


def test_a_picture_of_the_page_has_every_row_and_paper_has_those_of_hundreds(
    office: Office, plan: Plan
) -> None:
    page = opened(office, plan).page
    rows = page.locator(".studio-table tbody tr")
    expect(rows.first).to_have_css("content-visibility", "visible")
    page.evaluate(
        "() => { const rows = document.querySelector('.studio-table tbody');"
        " for (let n = 0; n < 200; n++) rows.append(rows.lastElementChild.cloneNode(true)); }"
    )
    expect(rows.last).to_have_css("content-visibility", "auto")
    page.emulate_media(media="print")
    expect(rows.last).to_have_css("content-visibility", "visible")
    hidden = "table => table.scrollHeight - table.clientHeight"
    assert page.locator(".studio-table").evaluate(hidden) <= 1, "nothing of it is behind a scroll bar"


def test_the_keyboard_alone_chooses_and_moves(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    page.keyboard.press("s")
    the_map = page.get_by_label("Map of the plan")
    expect(the_map).to_be_focused()  # its arrows and Enter
    page.keyboard.press("v")
    expect(page.get_by_role("region", name="Chosen accounts")).to_contain_text("60 accounts")
    page.keyboard.press("m")
    expect(page.get_by_role("combobox", name="Move 60 accounts to…")).to_be_focused()
    page.keyboard.type("inside")
    page.keyboard.press("Enter")
    expect(accounts_of(page, "Inside")).to_have_text("60")
    expect(the_map).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Ctrl Z")


def test_a_remark_stands_on_the_map_and_is_settled(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    page.keyboard.press("n")
    page.mouse.click(*spot(page, 10))
    said = page.get_by_label("What do you have to say about this place?")
    said.fill("Too far for Tess")
    said.press("Control+Enter")
    pin = page.get_by_role("button", name="Remark by Rita: Too far for Tess")
    expect(pin).to_be_visible()
    assert Comment.objects.get(plan=plan).longitude == pytest.approx(-84.13, abs=0.05)
    page.get_by_role("button", name="Settle").click()
    expect(pin).to_have_count(0)


def test_escape_ends_the_writing_of_a_remark_and_leaves_what_is_chosen(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    lasso_column(page, 2)
    chosen = page.locator(".studio-selection")
    expect(chosen).to_be_visible()
    page.keyboard.press("n")
    page.mouse.click(*spot(page, 10))
    said = page.get_by_label("What do you have to say about this place?")
    said.fill("Too far for Tess")
    said.press("Escape")
    expect(said).to_have_count(0)
    expect(chosen).to_be_visible()
    page.keyboard.press("Escape")
    expect(chosen).to_have_count(0)


def test_before_and_now_are_compared_by_a_line_one_moves(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    page.keyboard.press("b")
    line = page.get_by_label("Where before ends and now begins, in percent")
    expect(line).to_have_value("50")
    line.press("ArrowLeft")
    expect(line).to_have_value("49")
    page.keyboard.press("b")
    expect(line).to_have_count(0)


def test_a_territory_stands_out_and_the_table_is_sorted(office: Office, plan: Plan) -> None:
    page = opened(office, plan).page
    page.get_by_role("button", name="Accounts", exact=True).click()
    expect(page.locator(".studio-table tbody tr").last).to_contain_text("Inside")
    named(page, "Ohio").click()
    expect(row(page, "Ohio")).to_have_class(re.compile(r"\bis-lit\b"))
    expect(page.locator(".studio-name.is-lit")).to_contain_text("Ohio")


def test_an_approved_plan_is_there_to_be_looked_at(office: Office, plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(state="archived")
    page = opened(office, plan).page
    expect(page.locator(".studio-state")).to_have_text("Approved: to look at, not to change")
    page.keyboard.press("v")
    expect(page.get_by_role("region", name="Chosen accounts")).to_contain_text("60 accounts")
    expect(page.get_by_role("button", name="Move to…")).to_have_count(0)


def test_a_plan_that_does_not_come_is_told(office: Office, plan: Plan) -> None:
    page = office.open("rita", "/plans/").page
    page.route("**/studio/plan", lambda route: route.fulfill(status=500))
    page.goto(f"/plans/{plan.pk}/studio/")
    expect(page.get_by_role("alert")).to_contain_text("The plan could not be opened.")


def test_the_studio_speaks_italian(office: Office, plan: Plan) -> None:
    page = opened(office, plan, language="it").page
    expect(page.get_by_role("tab", name="Territori")).to_be_visible()


def test_the_studio_is_fit_for_everybody(office: Office, plan: Plan) -> None:
    for look in (*EVERY_LOOK, {"width": TABLET}):
        page = opened(office, plan, **look)
        named(page.page, "Ohio").click()
        expect(page.page.get_by_role("region", name="Ohio", exact=True)).to_be_visible()
        # what the map's own style sheet says
        expect(page.page.locator(".maplibregl-canvas")).to_have_css("position", "absolute")
        page.page.keyboard.press("v")
        expect(page.page.get_by_role("region", name="Chosen accounts")).to_be_visible()
        over = "e => e.scrollWidth > e.clientWidth + 1"
        assert not page.page.locator(".studio-table").evaluate(over), f"the table scrolls sideways: {look}"
        page.picture("studio")
        assert page.faults() == [], look
        page.page.get_by_role("tab", name="Warnings").click()
        assert page.axe(".studio-panel") == [], look


def test_a_finger_draws_a_lasso_and_takes_out_of_it(office: Office, plan: Plan) -> None:
    page = opened(office, plan, width=PHONE).page
    page.get_by_role("button", name="Choose by a lasso").click()
    (left, bottom), (right, top) = spot(page, 4 * ROWS), spot(page, 5 * ROWS - 1)
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        )

    def around(below: float) -> None:
        touch("touchStart", (left - 9, below))
        for corner in ((left - 9, top - 9), (right + 9, top - 9), (right + 9, below)):
            touch("touchMove", corner)
        touch("touchEnd")

    around(bottom + 9)
    chosen = page.get_by_role("region", name="Chosen accounts")
    expect(chosen).to_contain_text("Ohio: 6")
    page.get_by_role("button", name="Take out of what is chosen").click()
    around((spot(page, 4 * ROWS + 2)[1] + spot(page, 4 * ROWS + 3)[1]) / 2)
    expect(chosen).to_contain_text("Ohio: 3")


def test_a_message_offers_undo_only_while_that_takes_back_what_it_tells_of(
    office: Office, plan: Plan
) -> None:
    page = opened(office, plan).page
    lasso_column(page, 4)
    move_to(page, "Iow")
    toasts = page.locator("#toasts")
    expect(toasts).to_contain_text("6 accounts moved to Iowa.")
    move_to(page, "Ohi")
    expect(toasts).to_contain_text("6 accounts moved to Ohio.")
    expect(toasts.get_by_role("button", name="Undo")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(accounts_of(page, "Iowa")).to_have_text("36")
    expect(toasts.get_by_role("button", name="Undo")).to_have_count(0)
    saved(page)
    assert held(plan, "Iowa") == 36


def test_a_customer_of_a_portfolio_far_away_does_not_make_the_land_small(office: Office, plan: Plan) -> None:
    inside = plan.territories.get(name="Inside")
    far = Account.objects.create(
        name="Web shop", external_id="W-1", account_class="B", longitude=-122.4, latitude=37.8
    )
    Placement.objects.create(
        plan=plan, account=far, territory=inside, present=inside, changed_at=timezone.now()
    )
    page = opened(office, plan).page
    assert spot(page, 9 * ROWS)[0] - spot(page, 0)[0] > 250
    page.get_by_role("button", name="Show everything").click()
    page.wait_for_function(
        "() => { const map = document.querySelector('.studio-canvas').map;"
        f" return map.pixelOf({9 * ROWS}).x - map.pixelOf(0).x < 60 }}"
    )


def test_names_and_headings_of_the_table_keep_to_their_columns(office: Office, plan: Plan) -> None:
    """In a language of long words, and with the arrow beside a long name."""
    plan.territories.filter(name="Iowa").update(name="Inside sales of the Northern Great Plains 12")
    page = opened(office, plan, language="it").page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("v")
    expect(page.locator(".studio-table.is-moving")).to_be_visible()
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('.studio-table thead th')].filter(th => {
          const of = th.getBoundingClientRect(), own = th.querySelector('button').getBoundingClientRect();
          return own.left < of.left - 0.5 || own.right > of.right + 0.5 || (!th.querySelector('.icon') && th.querySelector('button').scrollWidth > Math.ceil(own.width) + 1);
        }).map(th => th.textContent)"""
    )
    assert beyond == []
    under = page.evaluate(
        """() => [...document.querySelectorAll('.studio-table tbody tr')].filter(tr => {
          const name = tr.querySelector('.row-main'), arrow = tr.querySelector('.territory-take');
          return name && arrow && name.getBoundingClientRect().right > arrow.getBoundingClientRect().left + 0.5;
        }).map(tr => tr.textContent)"""
    )
    assert under == []
