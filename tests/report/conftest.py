"""A real browser for the page, and documents to show in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from terrier.report import PlanDocument, write_all


class Opened:
    """A report open in the browser, with everything it asked of the network and complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)


Open = Callable[..., Opened]


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Write a document's report and open it from disk."""
    contexts = []

    def open_it(document: PlanDocument, *, width: int = 1280, height: int = 900, **options: Any) -> Opened:
        write_all(document, tmp_path)
        context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", **options
        )
        context.set_default_timeout(5000)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.goto((tmp_path / "report.html").as_uri())
        opened.page.locator(".map-canvas[data-paint-ms]").wait_for()
        return opened

    yield open_it
    for context in contexts:
        context.close()
