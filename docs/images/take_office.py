"""Take the pictures of the office anew, while `make demo` runs: python docs/images/take_office.py http://127.0.0.1:8000"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


def main(office: str) -> None:
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 820}, color_scheme="light")
        page.goto(f"{office}/sign-in/")
        page.get_by_role("button", name="Territory manager").click()
        page.wait_for_url(f"{office}/")
        page.goto(f"{office}/accounts/?sort=-annual_sales&map=yes")
        page.locator("[data-map=list][data-shown]").wait_for()
        take(page, "accounts")
        page.locator("#results .row-main").first.click()
        page.locator("[data-map=place][data-shown]").wait_for()
        take(page, "account")
        browser.close()


def take(page: Page, name: str) -> None:
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
