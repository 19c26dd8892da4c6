"""The analysis page in a browser: fit for everybody, and its story: ask, look into a figure, save, go back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from terrier.office.analysis.models import Analysis
from tests.office.browser import EVERY_LOOK, Office
from tests.office.sales.sold import half_years, sell


@pytest.fixture
def sold(office: Office, tmp_path: Path) -> Office:
    sell(tmp_path / "brought", half_years())
    return office


def test_the_page_is_fit_for_everybody(sold: Office) -> None:
    for look in EVERY_LOOK:
        opened = sold.look(
            "rita", "/analysis/?measures=revenue&measures=growth&rows=category&compare=year", **look
        )
        expect(opened.page.locator("#results table")).to_contain_text("Walk")
        expect(opened.page.locator("#analysis-chart[data-opened] canvas")).to_be_visible()
        opened.picture("analysis")
        assert opened.faults() == []
        opened.page.get_by_role("button", name="Measures").click()
        expect(opened.page.get_by_placeholder("Find a measure")).to_be_visible()
        assert opened.axe("#measures") == []


def test_the_picture_of_a_chart_says_what_it_shows(sold: Office, tmp_path: Path) -> None:
    page = sold.open("rita", "/analysis/?measures=revenue&rows=category&compare=year").page
    drawn = page.locator("#analysis-chart[data-opened] canvas")
    expect(drawn).to_be_visible()
    expect(page.locator("#analysis-chart")).to_have_attribute("data-about", re.compile("compared with"))
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as saved:
        page.get_by_text("Picture (PNG)").click()
    saved.value.save_as(tmp_path / "analysis.png")
    height = int.from_bytes((tmp_path / "analysis.png").read_bytes()[20:24])
    assert height > drawn.evaluate("canvas => canvas.offsetHeight") * 2


def test_somebody_asks_looks_into_a_figure_saves_and_goes_back(sold: Office) -> None:
    page = sold.open("rita", "/analysis/?measures=revenue&rows=category").page
    table = page.locator("#results table")
    expect(table).to_contain_text("Walk")
    page.get_by_label("Rows").select_option("account")
    expect(table).to_contain_text("Columbus")
    expect(page).to_have_url(re.compile("rows=account"))

    page.get_by_role("button", name="Measures").click()
    page.get_by_placeholder("Find a measure").fill("lapsed acc")
    expect(page.get_by_text("Growth, like for like", exact=True)).to_be_hidden()
    page.get_by_role("checkbox", name=re.compile("^Lapsed accounts")).check()
    expect(table).to_contain_text("Lapsed accounts")
    expect(page).to_have_url(re.compile("measures=lapsed"))
    page.keyboard.press("Escape")
    expect(page.get_by_placeholder("Find a measure")).to_be_hidden()

    page.get_by_role("row", name=re.compile("Columbus")).get_by_role("button", name="$150").click()
    expect(page.locator("#explain-sheet")).to_contain_text("Formula")
    page.keyboard.press("Escape")
    expect(page.locator("#explain-sheet")).to_be_hidden()

    page.get_by_role("button", name="Save…").click()
    page.get_by_label("Name", exact=True).fill("Who buys, who left")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who buys, who left")
    expect(page).to_have_url(re.compile(r"/analysis/\d+/$"))
    kept = Analysis.objects.get().question
    assert (kept.rows, kept.measures) == ("account", ("revenue", "lapsed"))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Analysis")
    expect(page.locator("#results table")).to_contain_text("Lapsed accounts")
