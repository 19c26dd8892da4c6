"""Moving about: without jumps, by keyboard alone, and without losing anything when the network or the session goes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from tests.office.browser import DARK, LIGHT, Office


def hold(page: Page, address: str) -> list[Route]:
    """Keeps what the page asks for waiting, until the test lets it go on."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(address, keep)
    return held


@pytest.fixture(autouse=True)
def in_debug(settings: Settings) -> None:
    settings.DEBUG = True  # there is a gallery


@pytest.fixture
def page(office: Office) -> Page:
    opened = office.open("dora", "/gallery/").page
    opened.evaluate("window.sameDocument = true")
    return opened


def test_a_click_changes_the_page_without_loading_it_anew(office: Office) -> None:
    page = office.open("dora", "/people/").page
    page.evaluate("window.sameDocument = true")
    page.get_by_role("main").get_by_role("link", name="Positions").click()
    expect(page).to_have_url(re.compile("/positions/"))
    expect(page.locator("h1")).to_be_focused()
    assert page.evaluate("window.sameDocument") is True
    assert page.evaluate("window.scrollY") == 0
    expect(page.locator("#announcer")).to_contain_text("Positions: page loaded")


def test_an_error_page_comes_like_any_other(office: Office, settings: Settings) -> None:
    settings.DEBUG = False
    page = office.open("dora", "/people/").page
    page.evaluate("window.sameDocument = true")
    page.route(
        "**/positions/", lambda route: route.continue_(url=route.request.url.replace("positions", "nothing"))
    )
    page.get_by_role("main").get_by_role("link", name="Positions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    assert page.evaluate("window.sameDocument") is True


def test_the_page_asked_for_last_is_shown_whichever_comes_last(office: Office) -> None:
    page = office.open("dora", "/people/").page
    page.evaluate(
        "document.addEventListener('htmx:beforeSwap', "
        "({ detail }) => { document.documentElement.dataset.answered = detail.xhr.responseURL })"
    )
    held = hold(page, "**/positions/")
    page.get_by_role("main").get_by_role("link", name="Positions").click()
    page.get_by_role("main").get_by_role("link", name="Org chart").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Org chart")
    held[0].continue_()
    expect(page.locator("html")).to_have_attribute("data-answered", re.compile("/positions/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Org chart")
    expect(page).to_have_url(re.compile("/org-chart/"))
    expect(page.locator("body")).not_to_have_attribute("aria-busy", "true")


def test_a_list_asked_for_by_a_page_that_has_gone_comes_to_nothing(office: Office) -> None:
    page = office.open("dora", "/accounts/").page
    asked = "**/accounts/?**q=paw**"
    held = hold(page, asked)
    with page.expect_request(asked):
        page.get_by_role("searchbox").first.fill("paw")
    page.get_by_role("link", name="People").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    with page.expect_event("requestfinished", lambda request: "q=paw" in request.url):
        held[-1].continue_()
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")  # it would say its address now
    expect(page).to_have_url(re.compile("/people/"))


def test_without_a_connection_nothing_is_lost_and_one_can_try_again(page: Page) -> None:
    page.route("**/gallery/**", lambda route: route.abort())
    page.get_by_role("link", name="A link", exact=True).click()
    toast = page.locator("#toasts [role=alert]")
    expect(toast).to_contain_text("No connection")
    page.unroute("**/gallery/**")
    page.locator("h1").evaluate("heading => heading.textContent = 'Before'")
    toast.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gallery")


def test_a_server_error_is_told_with_a_way_to_try_again(page: Page) -> None:
    page.route("**/gallery/**", lambda route: route.fulfill(status=500, body="{}"))
    page.get_by_role("link", name="A link", exact=True).click()
    expect(page.locator("#toasts [role=alert]")).to_contain_text("Something went wrong on our side")


def test_a_slow_answer_shows_that_something_happens(page: Page) -> None:
    held = hold(page, "**/gallery/**")
    page.get_by_role("link", name="A link", exact=True).click()
    expect(page.locator("#loading-bar")).to_have_class(re.compile("is-on"))
    held[0].continue_()
    expect(page.locator("#loading-bar")).not_to_have_class(re.compile("is-on"))


def test_when_the_session_has_ended_a_change_of_page_leads_to_signing_in_and_back(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("link", name="A link", exact=True).click()
    page.wait_for_url("**/sign-in/?next=%2Fgallery%2F")


def test_when_the_session_has_ended_what_was_typed_stays(page: Page) -> None:
    page.locator("[name=street]").fill("5 Elm Street")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#signed-out")).to_be_visible()
    page.get_by_role("button", name="Continue here").click()
    expect(page.locator("[name=street]")).to_have_value("5 Elm Street")


def test_the_palette_finds_and_opens_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("dra")
    option = page.locator("#palette").get_by_role("option", selected=True)
    expect(option).to_contain_text("Drawer")
    page.keyboard.press("Enter")
    expect(page.locator("#sample-drawer")).to_be_visible()
    expect(page.locator("#palette")).to_be_hidden()


def test_the_palette_says_when_it_finds_nothing(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")
    expect(page.locator("#palette-note")).to_have_text("Nothing found for “zzzz”.")


def test_keys_walk_the_rows_and_tick_them(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Whisker & Tail")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-selection]")).to_contain_text("1 selected")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("[data-selection]")).to_contain_text("2 selected")


def test_shift_ticks_all_between(page: Page) -> None:
    ticks = page.locator("[data-tick]")
    ticks.first.click()
    ticks.last.click(modifiers=["Shift"])
    expect(page.locator("[data-selection]")).to_contain_text("4 selected")
    expect(page.locator("[data-tick-all]")).to_be_checked()
    page.get_by_role("button", name="Tick nothing").click()
    expect(page.locator("[data-selection]")).to_be_hidden()


def test_keys_are_letters_while_one_types(page: Page) -> None:
    page.locator("[name=street]").focus()
    page.keyboard.type("?jx")
    expect(page.locator("#shortcuts")).to_be_hidden()
    expect(page.locator("[data-selection]")).to_be_hidden()


def test_the_slash_goes_to_the_search(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search accounts")).to_be_focused()


def test_a_combobox_chooses_by_keyboard(page: Page) -> None:
    box = page.get_by_role("combobox", name="Held by")
    box.focus()
    page.keyboard.type("we")
    page.keyboard.press("Enter")
    expect(box).to_have_value("West")
    expect(page.locator("[name=holder]")).to_have_value("west")
    expect(page.get_by_role("listbox", name="Held by")).to_be_hidden()


def test_what_names_nothing_is_not_chosen(page: Page) -> None:
    box = page.get_by_role("combobox", name="Held by")
    box.focus()
    page.keyboard.type("nowhere")
    expect(page.get_by_role("listbox", name="Held by")).to_contain_text("Nothing matches.")
    page.keyboard.press("Tab")
    expect(box).to_have_value("")


def test_a_tree_is_climbed_by_arrows(page: Page) -> None:
    tree = page.get_by_role("tree")
    tree.get_by_role("treeitem").first.focus()
    for key in ("ArrowDown", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    expect(tree.get_by_role("treeitem", name="Kate Moss")).to_be_focused()
    expect(tree.get_by_text("Tess Miller")).to_be_hidden()


def test_a_menu_opens_walks_and_closes_by_keyboard(page: Page) -> None:
    menu = page.locator("main details[data-pop]").first
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Edit", exact=True).last).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    assert menu.get_attribute("open") is None


def test_theme_and_density_act_at_once_and_are_remembered(page: Page) -> None:
    page.locator("header summary").click()
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("button", name="Compact").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == DARK
    assert page.locator("html").get_attribute("data-density") == "compact"
    page.locator("header summary").click()
    page.get_by_role("button", name="As the device").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") is None


def test_the_device_decides_on_the_theme_of_whoever_has_not_chosen(office: Office) -> None:
    page = office.open("dora", "/gallery/", theme="").page
    body = page.locator("body")
    page.emulate_media(color_scheme="light")
    light = body.evaluate("body => getComputedStyle(body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    expect(body).not_to_have_css("background-color", light)
    page.evaluate(f"document.documentElement.dataset.theme = '{LIGHT}'")
    expect(body).to_have_css("background-color", light)
