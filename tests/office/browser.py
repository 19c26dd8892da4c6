"""The office in a real browser: signed in as a persona, in either theme, at any width.

    def test_the_list_is_fit_for_everybody(office: Office) -> None:
        for look in EVERY_LOOK:
            page = office.look("tess", "/accounts/", **look)
            page.picture("accounts")                # kept if PICTURES names a folder: PICTURES=/tmp/p pytest …
            assert page.faults() == []              # axe-core, sideways scrolling, the console

Ask for the fixture ``office``; it serves the company of conftest.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

if TYPE_CHECKING:
    from tests.office.conftest import Company

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RUN_AXE = """async (part) => {
  const { violations } = await axe.run(part, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) =>
    `${id}: ${help}: ${node.html.slice(0, 160)} ${(node.any[0]?.message ?? "").slice(0, 160)}`));
}"""

EMPTY = '<!doctype html><link rel="icon" href="data:,">'

PATIENCE_MS = 45_000
"""A machine that is busy with other tests may take its time."""
expect.set_options(timeout=PATIENCE_MS)

PHONE, NARROW, LAPTOP, WIDE = 390, 360, 1440, 3840
LIGHT, DARK = "terrier", "terrier-dark"
EVERY_LOOK: tuple[dict[str, Any], ...] = (
    {"width": LAPTOP, "theme": LIGHT},
    {"width": LAPTOP, "theme": DARK},
    {"width": NARROW, "theme": LIGHT},
    {"width": PHONE, "theme": DARK},
)


class Opened:
    """A page in the browser, and what it complained about."""

    def __init__(self, page: Page, width: int, theme: str) -> None:
        self.page = page
        self.name = f"{width}-{theme}"
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        """Errors and warnings of the page. What the driver says of its own speed is not the page's."""
        if message.type in {"error", "warning"} and "GL Driver Message" not in message.text:
            self.complaints.append(message.text)

    def axe(self, part: str = "body") -> list[str]:
        """What axe-core finds wrong on the page as it is now, or in a part of it, each with its place."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found: list[str] = self.page.evaluate(RUN_AXE, part)
        return found

    def scrolls_sideways(self) -> bool:
        over: bool = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        return over

    def faults(self) -> list[str]:
        """Everything that a page must not have once all its parts have come, in words; an empty list is good."""
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
        found = self.axe() + self.complaints
        return [*found, "the page scrolls sideways"] if self.scrolls_sideways() else found

    def picture(self, name: str, *, whole: bool = False) -> None:
        """A picture for the eye, if somebody wants to look: PICTURES names a folder."""
        folder = os.environ.get("PICTURES")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}-{self.name}.png", full_page=whole)


class Office:
    def __init__(self, browser: Browser, server: LiveServer, company: Company) -> None:
        self.browser, self.company, self.url = browser, company, server.url
        self._contexts: list[BrowserContext] = []
        self._looking: Page | None = None

    def open(self, persona: str | None, path: str, **look: Any) -> Opened:
        """A page as a persona sees it, in a browser of its own; ``None`` is somebody who has not signed in. look : as of `_shown`."""
        return self._shown(self._new_page(), persona, path, **look)

    def look(self, persona: str | None, path: str, **look: Any) -> Opened:
        """A page that is only looked at, in the place of the one before: in a browser of its own all is compiled anew, axe-core above all."""
        if self._looking is None:
            self._looking = self._new_page()
        else:
            self._leave(self._looking)
            self._looking.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            self._looking.context.clear_cookies()
        return self._shown(self._looking, persona, path, **look)

    def _leave(self, page: Page) -> None:
        """For an empty page of the same origin: after about:blank the next comes in another process, which compiles all anew, too."""
        page.route("**/empty", lambda route: route.fulfill(content_type="text/html", body=EMPTY))
        page.goto("/empty")
        page.unroute("**/empty")

    def _new_page(self) -> Page:
        context = self.browser.new_context(
            viewport={"width": LAPTOP, "height": 900}, reduced_motion="reduce", base_url=self.url
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        return context.new_page()

    def _shown(
        self,
        page: Page,
        persona: str | None,
        path: str,
        *,
        width: int = LAPTOP,
        height: int = 900,
        theme: str = LIGHT,
        density: str = "comfortable",
        language: str = "en",
    ) -> Opened:
        cookies = {"theme": theme, "density": density, settings.LANGUAGE_COOKIE_NAME: language}
        if persona:
            client = self.company.client(persona)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in cookies.items()]
        )
        page.set_viewport_size({"width": width, "height": height})
        opened = Opened(page, width, theme)
        page.goto(path)
        return opened

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def office(browser: Browser, live_server: LiveServer, company: Company) -> Iterator[Office]:
    opened = Office(browser, live_server, company)
    yield opened
    opened.close()
