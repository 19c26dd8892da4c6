"""Take the pictures of the office anew, while `make demo` runs: python docs/images/take_office.py http://127.0.0.1:8000"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


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
        take_analysis(page, office)
        take_plan(page, office)
        browser.close()


def take_analysis(page: Page, office: str) -> None:
    """A director's question: regions by quarter, beside a year before."""
    page.context.clear_cookies()
    page.goto(f"{office}/sign-in/")
    page.get_by_role("button", name="Director").click()
    page.wait_for_url(f"{office}/")
    page.goto(f"{office}/analysis/?measures=revenue&measures=growth&rows=region&columns=quarter&compare=year")
    page.locator("#analysis-chart[data-opened] canvas").wait_for()
    page.set_viewport_size({"width": 1280, "height": 1000})
    take(page, "analysis")
    page.set_viewport_size({"width": 1280, "height": 820})


def take_plan(page: Page, office: str) -> None:
    """A region's plan: as it begins, the engine's answers, and the map once one is taken over."""
    page.context.clear_cookies()
    page.goto(f"{office}/sign-in/")
    page.get_by_role("button", name="Region manager").click()
    page.wait_for_url(f"{office}/")
    take(page, "desk")
    page.goto(f"{office}/market/?shade=penetration")
    page.locator("[data-opened]").wait_for()
    take(page, "market")
    page.goto(f"{office}/plans/new")
    page.locator("main form").get_by_role("button").last.click()
    page.wait_for_url(f"{office}/plans/*/")
    plan = page.url
    take(page, "plan")
    page.goto(f"{plan}engine/")
    page.get_by_role("button", name="Ask the engine").first.click()
    page.get_by_role("button", name="Take over").first.wait_for(timeout=300_000)
    take(page, "frontier")
    page.locator("tr", has_text="Recommended").get_by_role("button", name="Take over").click()
    page.wait_for_url(plan)
    page.goto(f"{plan}studio/")
    page.locator(".studio-canvas[data-ready=yes]").wait_for(timeout=60_000)
    take(page, "studio")


def take(page: Page, name: str) -> None:
    for toast in page.locator("[data-toast-close]").all():
        toast.click()
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
