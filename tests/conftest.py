"""What all tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

# What Playwright turns off, as a second list takes the place of its own; and two pages that Chromium keeps ready below the address bar
# of each window, which nobody here sees and which cost most of what a new window costs.
PLAYWRIGHTS = """AimEnabled AvoidCorsURLLoaderRestartOnRedirect AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose
    HttpsFirstBalancedModeAutoEnable HttpsUpgrades LensOverlay MediaRouter NetworkTimeServiceQuerying OptimizationHints PaintHolding
    PreconnectToSearch TcpPortRandomizationWin ThirdPartyStoragePartitioning"""
WITHOUT = [*PLAYWRIGHTS.split(), "WebUIOmniboxPopup", "WebUIOmniboxAimPopup"]

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
    f"--disable-features={','.join(WITHOUT)}",
]

# The first example compiles kernels, which no deadline should count. The seed is fixed so that a run can be repeated.
settings.register_profile("terrier", deadline=None, derandomize=True)
settings.load_profile("terrier")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, one for all tests."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("The pages' tests need Chromium: install it (on Debian: apt-get install chromium).")
    # Playwright runs a loop in this thread until the end, which Django would take for an asynchronous view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is the same on every database: it opens a browser, or asks for no database at all. Others say so themselves."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        asks = fixtures & {"db", "transactional_db"} or item.get_closest_marker("django_db")
        if "browser" in fixtures or not asks:
            item.add_marker("once")
