"""The gallery shows every component; what is sound there is sound on the pages that use it."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.office.browser import DARK, EVERY_LOOK, LAPTOP, LIGHT, NARROW, WIDE, Office
from tests.office.conftest import Company


@pytest.fixture(autouse=True)
def in_debug(settings: Settings) -> None:
    settings.DEBUG = True


@pytest.mark.parametrize("look", EVERY_LOOK, ids=lambda look: f"{look['width']}-{look['theme']}")
def test_every_component_is_fit_for_everybody(office: Office, look: dict[str, object]) -> None:
    page = office.open("dora", "/gallery/", **look)  # type: ignore[arg-type]
    page.picture("gallery", whole=True)
    assert page.faults() == []


def test_the_pages_use_a_large_screen_without_falling_apart(office: Office) -> None:
    page = office.open("dora", "/gallery/", width=WIDE, height=2160, density="compact")
    page.picture("gallery-wide")
    assert not page.scrolls_sideways()


@pytest.mark.parametrize(("width", "theme"), [(LAPTOP, LIGHT), (NARROW, DARK)])
def test_dialogs_drawers_menus_and_the_palette_are_fit_for_everybody(
    office: Office, width: int, theme: str
) -> None:
    opened = office.open("dora", "/gallery/", width=width, theme=theme)
    page = opened.page
    for name in ("Drawer", "Dialog"):
        page.get_by_role("button", name=name, exact=True).click()
        opened.picture(name)
        assert opened.axe("dialog[open]") == []
        page.keyboard.press("Escape")
    page.locator("header summary").click()
    opened.picture("user-menu")
    assert opened.axe("header") == []
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("#palette-query").fill("dr")
    page.locator(".palette-option").first.wait_for()
    opened.picture("palette")
    assert opened.axe("dialog[open]") == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#shortcuts[open]").wait_for()
    opened.picture("shortcuts")
    assert opened.axe("dialog[open]") == []
    assert opened.complaints == []


def test_there_is_no_gallery_in_production(company: Company, settings: Settings) -> None:
    settings.DEBUG = False
    client: Client = company.client("ada")
    assert client.get("/gallery/").status_code == 404
