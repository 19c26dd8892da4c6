"""The report in a real browser, opened from disk as its reader does."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from terrier.engine.design import Bound
from terrier.report import page as page_module
from terrier.report.delimited import read_csv
from terrier.report.page import embeddable
from tests.report.factory import make_document, with_limits

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def picture(page: Page) -> str:
    """The map's pixels, once they have settled."""
    page.wait_for_timeout(120)
    found: str = page.locator(".map-canvas").evaluate("canvas => canvas.toDataURL()")
    return found


def column(page: Page, table: str, position: int) -> list[str]:
    return page.locator(f"{table} tbody tr > :nth-child({position})").all_inner_texts()


def test_opens_from_disk_without_network_or_complaint(open_report: Any) -> None:
    opened = open_report(make_document())
    assert [url.split(":")[0] for url in opened.requests] == ["file"]
    assert opened.complaints == []
    expect(opened.page.get_by_role("heading", level=1)).to_have_text("Northwest, spring realignment")


def test_headlines_state_the_plan(open_report: Any) -> None:
    document = make_document()
    page = open_report(document).page
    tiles = page.locator(".tile")
    expect(tiles.nth(0)).to_contain_text(f"±{document.plan.balance[0] * 100:.1f}%")
    expect(tiles.last).to_contain_text("240")


def test_the_verdict_says_how_near_the_best_possible_the_plan_is(open_report: Any) -> None:
    plan = make_document().plan
    bound = Bound(0.975 * plan.score.total, "centers")
    page = open_report(make_document(plan=replace(plan, bound=bound))).page
    said = "within 2.6% of the best possible with these centers"
    expect(page.locator(".verdict")).to_contain_text(said)
    expect(page.locator(".settings")).to_contain_text(said)


def test_limits_without_balance_are_shown_as_such(open_report: Any) -> None:
    opened = open_report(with_limits(make_document()))
    assert opened.complaints == []
    expect(opened.page.locator(".tile").nth(1)).to_contain_text("not balanced")
    expect(opened.page.locator(".chart").nth(1)).to_contain_text("not balanced")
    expect(opened.page.locator("body")).to_contain_text("Seattle holds")
    expect(opened.page.locator("body")).to_contain_text("it may hold 100.")


def test_the_map_switches_between_before_and_after(open_report: Any) -> None:
    page = open_report(make_document()).page
    after = picture(page)
    page.get_by_role("button", name="Before").click()
    before = picture(page)
    page.get_by_role("button", name="Compare").click()
    both = picture(page)
    assert len({after, before, both}) == 3
    page.get_by_role("slider").fill("900")
    assert picture(page) != both
    page.get_by_role("button", name="After", exact=True).click()
    assert picture(page) == after


def test_only_moves_changes_the_map_and_back(open_report: Any) -> None:
    page = open_report(make_document()).page
    everything = picture(page)
    page.get_by_role("button", name="Only moves").click()
    assert picture(page) != everything
    page.keyboard.press("m")
    assert picture(page) == everything


def test_the_map_zooms_and_comes_back(open_report: Any) -> None:
    page = open_report(make_document()).page
    whole = picture(page)
    page.locator(".map-canvas").focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    assert picture(page) != whole
    page.keyboard.press("0")
    assert picture(page) == whole


def test_choosing_a_territory_filters_moves_and_shows_its_figures(open_report: Any) -> None:
    page = open_report(make_document()).page
    page.locator(".panel-list").get_by_role("button", name=re.compile("Missoula")).click()
    expect(page.locator(".chosen")).to_contain_text("Missoula")
    for source, target in zip(column(page, ".moves-table", 2), column(page, ".moves-table", 3), strict=True):
        assert "Missoula" in {source, target}
    page.keyboard.press("Escape")
    expect(page.locator(".panel-list")).to_be_visible()


def test_an_account_on_the_map_tells_why_it_moved(open_report: Any) -> None:
    page = open_report(make_document()).page
    page.locator(".moves-table tbody tr").nth(4).click()
    expect(page.locator(".panel-account")).to_contain_text("Eugene is closed")


def test_the_territory_table_sorts_both_ways_and_filters(open_report: Any) -> None:
    page = open_report(make_document()).page
    head = page.locator(".territories-table").get_by_role("button", name="Accounts")
    head.click()
    falling = [int(text) for text in column(page, ".territories-table", 3) if text.isdigit()]
    assert falling == sorted(falling, reverse=True)
    head.click()
    rising = [int(text) for text in column(page, ".territories-table", 3) if text.isdigit()]
    assert rising == falling[::-1]
    page.get_by_label("Filter territories").fill("boi")
    assert len(column(page, ".territories-table", 1)) == 1


def test_moves_filter_sort_and_page(open_report: Any) -> None:
    page = open_report(make_document(1500)).page
    rows = page.locator(".moves-table tbody tr")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Next page").click()
    expect(page.locator(".pager")).to_contain_text("51–")
    page.get_by_label("From", exact=True).select_option(label="Seattle")
    page.get_by_label("To", exact=True).select_option(label="Portland")
    assert set(column(page, ".moves-table", 2)) == {"Seattle"}
    assert set(column(page, ".moves-table", 3)) == {"Portland"}
    page.locator(".moves-table").get_by_role("button", name="sales").click()
    sales = [float(text.replace(",", "")) for text in column(page, ".moves-table", 6)]
    assert sales == sorted(sales, reverse=True)
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_label("Search accounts").fill("no such account")
    expect(page.get_by_text("No move matches.")).to_be_visible()


def test_exports_the_filtered_moves(open_report: Any, tmp_path: Path) -> None:
    document = make_document(unit_names=["=HYPERLINK(0)"] * 240)
    page = open_report(document).page
    page.get_by_label("From", exact=True).select_option(label="Eugene")
    wanted = page.locator(".moves-table tbody tr").count()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    path = tmp_path / "export.csv"
    download.value.save_as(path)
    assert "\n=" not in path.read_text()
    assert ",=" not in path.read_text()
    table = read_csv(path)
    assert table.height == wanted > 0
    assert set(table["previous"]) == {"Eugene"}
    assert set(table["name"]) == {"=HYPERLINK(0)"}


def test_miles_and_kilometers(open_report: Any) -> None:
    page = open_report(make_document()).page
    tile = page.locator(".tile", has_text="Mean distance").locator(".now")
    in_km = float(tile.inner_text().split()[0])
    page.keyboard.press("u")
    assert float(tile.inner_text().split()[0]) == pytest.approx(in_km * 0.6214, abs=0.06)
    expect(tile).to_contain_text("mi")


def test_a_plan_made_in_miles_opens_in_miles(open_report: Any) -> None:
    page = open_report(make_document(miles=True)).page
    assert page.get_by_role("button", name="mi", exact=True).get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="km", exact=True).click()
    assert page.get_by_role("button", name="km", exact=True).get_attribute("aria-pressed") == "true"


def test_keys_find_help_and_let_go(open_report: Any) -> None:
    page = open_report(make_document()).page
    page.keyboard.press("/")
    expect(page.get_by_label("Search accounts")).to_be_focused()
    page.keyboard.type("b?/")
    expect(page.get_by_label("Search accounts")).to_have_value("b?/")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_theme_follows_the_system_and_the_reader(open_report: Any) -> None:
    page = open_report(make_document(), color_scheme="dark").page
    dark = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    page.get_by_role("button", name="Switch to the light theme").click()
    light = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert dark == "rgb(11, 13, 18)"
    assert light == "rgb(247, 248, 250)"


@pytest.mark.parametrize("width", [360, 390, 768, 3840])
def test_never_scrolls_sideways(open_report: Any, width: int) -> None:
    names = ["The Greater Puget Sound and Olympic Peninsula", "Spokane", "Portland", "Boise", "Missoula"]
    page = open_report(make_document(territory_names=names), width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_is_accessible(open_report: Any, scheme: str, width: int) -> None:
    page = open_report(make_document(), width=width, color_scheme=scheme).page
    page.locator(".panel-list button").nth(2).click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []


def test_the_list_says_which_figure_it_shows(open_report: Any) -> None:
    page = open_report(make_document()).page
    expect(page.locator(".panel-caption")).to_have_text("Largest deviation, after")
    expect(page.locator(".panel-list [title]").first).to_have_attribute("title", re.compile("sales|hours"))


def test_the_map_says_what_land_without_color_means(open_report: Any) -> None:
    page = open_report(make_document()).page
    expect(page.locator(".map-legend")).to_have_text("no account nearby")
    page.get_by_role("button", name="Before").click()
    expect(page.locator(".map-legend")).to_have_text("no account nearby, or held by nobody")


def test_hostile_names_do_not_run(open_report: Any) -> None:
    attack = "</script><script>window.hit=1</script><img src=x onerror='window.hit=2'>\u2028"
    document = make_document(
        title=attack,
        unit_names=[attack] * 240,
        territory_names=[f"{attack}{j}" for j in range(5)],
        people=[attack] * 5,
        measure_names=[attack, "hours"],
        notes=[attack],
        settings=[(attack, attack)],
        details={attack: [attack] * 240},
    )
    opened = open_report(document)
    opened.page.locator(".moves-table tbody tr").first.click()
    opened.page.locator(".map-canvas").hover()
    opened.page.wait_for_timeout(100)
    assert opened.page.evaluate("window.hit") is None
    assert opened.complaints == []
    assert opened.page.locator("h1").inner_text().startswith("</script>")


def test_a_plan_from_scratch_has_no_past(open_report: Any) -> None:
    opened = open_report(make_document(present=False))
    assert opened.complaints == []
    expect(opened.page.get_by_role("button", name="Before")).to_have_count(0)
    expect(opened.page.get_by_text("designed from scratch")).to_be_visible()


def test_the_command_can_be_copied(open_report: Any) -> None:
    opened = open_report(make_document(), permissions=["clipboard-read", "clipboard-write"])
    opened.page.get_by_role("button", name="Copy command").click()
    expect(opened.page.get_by_text("Copied")).to_be_attached()
    assert "--territories 5" in opened.page.evaluate("navigator.clipboard.readText()")


def test_paper_shows_the_figures_and_hides_the_controls(open_report: Any) -> None:
    page = open_report(make_document(), color_scheme="dark").page
    page.emulate_media(media="print")
    expect(page.locator(".header")).to_be_hidden()
    expect(page.locator(".territories-table")).to_be_visible()
    assert (
        page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_data_cannot_end_its_own_element() -> None:
    text = embeddable({"a": "</script><!--\u2028\u2029"})
    assert not set("<>\u2028\u2029") & set(text)


def test_a_page_that_was_not_built_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Exception, match="make assets"):
        page_module.asset("missing.js")
