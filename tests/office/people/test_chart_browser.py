"""The org chart in a real browser: dragged by mouse, by finger and by keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from terrier.office.people.models import ReportingLine
from tests.office.browser import EVERY_LOOK, Office

pytestmark = pytest.mark.django_db(transaction=True)


def manager_of(office: Office, name: str) -> str:
    lines = ReportingLine.objects.filter(position=office.company.positions[name], ends_on=None)
    return lines.get().manager.name


def card(office: Office, page: Any, name: str) -> Any:
    return page.locator(f"#position-{office.company.positions[name].pk} > .org-card")


def middle(box: Any) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_card_dragged_onto_another_reports_to_it_from_a_day_on(office: Office) -> None:
    page = office.open("ada", "/org-chart/").page
    page.mouse.move(*middle(card(office, page, "tim").bounding_box()))
    page.mouse.down()
    page.mouse.move(*middle(card(office, page, "ralph").bounding_box()), steps=8)
    expect(card(office, page, "ralph")).to_have_class(re.compile(r"\bis-over\b"))
    page.mouse.up()
    dialog = page.locator("#org-move")
    expect(dialog).to_contain_text("“Iowa” is to report to “West”.")
    dialog.get_by_label("From").fill("2026-01-01")
    dialog.get_by_role("button", name="Move").click()
    expect(page.locator("#toasts")).to_contain_text("Iowa reports to West")
    assert manager_of(office, "tim") == "West"


def test_nothing_can_be_dropped_below_itself(office: Office) -> None:
    page = office.open("ada", "/org-chart/").page
    page.mouse.move(*middle(card(office, page, "rita").bounding_box()))
    page.mouse.down()
    page.mouse.move(*middle(card(office, page, "tess").bounding_box()), steps=8)
    page.mouse.up()
    expect(page.locator("#org-move")).not_to_be_visible()


def test_escape_lets_go(office: Office) -> None:
    page = office.open("ada", "/org-chart/").page
    page.mouse.move(*middle(card(office, page, "tim").bounding_box()))
    page.mouse.down()
    page.mouse.move(*middle(card(office, page, "ralph").bounding_box()), steps=8)
    page.keyboard.press("Escape")
    expect(page.locator(".org-ghost")).to_have_count(0)
    page.mouse.up()
    expect(page.locator("#org-move")).not_to_be_visible()


def test_whoever_may_not_edit_drags_nothing(office: Office) -> None:
    page = office.open("rita", "/org-chart/").page
    page.mouse.move(*middle(card(office, page, "tim").bounding_box()))
    page.mouse.down()
    page.mouse.move(*middle(card(office, page, "tess").bounding_box()), steps=8)
    expect(page.locator(".org-ghost")).to_have_count(0)
    page.mouse.up()


def test_the_pages_of_people_are_fit_for_everybody(office: Office) -> None:
    tess = office.company.positions["tess"].pk
    for look in EVERY_LOOK:
        for name, path in {
            "chart": "/org-chart/",
            "people": "/people/",
            "positions": "/positions/",
            "position": f"/positions/{tess}/",
            "report": f"/positions/{tess}/report-to/",
            "security": "/sign-in/security/",
        }.items():
            page = office.look("ada", path, **look)
            page.picture(f"people-{name}")
            assert page.faults() == [], (path, look)
        stranger = office.look(None, "/sign-in/", **look)
        stranger.picture("people-sign-in")
        assert stranger.faults() == [], look
