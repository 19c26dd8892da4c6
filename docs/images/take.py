"""Take the pictures of these pages from the sample's report: `make pictures`, after `make report` has run once."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
REPORT = HERE.parent.parent / "demo/plan/report.html"
FLAGS = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
LARGEST_BYTES = 300_000
MARGIN = 16


def main() -> None:
    if not REPORT.is_file():
        raise SystemExit("There is no demo/plan/report.html yet: run `make report` first.")
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
        page.goto(REPORT.as_uri())
        page.wait_for_function("document.querySelector('#map canvas')")
        page.wait_for_timeout(1500)  # the opening animation
        save("report", page.screenshot())
        section(page, "balance")
        section(page, "moves", height=620)
        page.set_viewport_size({"width": 1480, "height": 860})
        page.goto(family().as_uri())
        page.wait_for_timeout(1500)
        section(page, "choices")
        browser.close()


def family() -> Path:
    """The report of the demo's frontier, made here once."""
    report = HERE.parent.parent / "demo/frontier/report.html"
    if not report.is_file():
        accounts = str(HERE.parent.parent / "demo/sample/accounts.csv")
        words = ["--current", "owner", "--balance", "sales,workload", "--frontier"]
        subprocess.run(["terrier", "design", accounts, *words, "--out", str(report.parent)], check=True)
    return report


def section(page: Page, name: str, height: float | None = None) -> None:
    """One section of the page, cut to a height."""
    element = page.locator(f"#{name}")
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box is not None
    scrolled = page.evaluate("window.scrollY")
    tall = min(box["height"], height or box["height"]) + 2 * MARGIN
    area = {
        "x": box["x"] - MARGIN,
        "y": box["y"] + scrolled - MARGIN,
        "width": box["width"] + 2 * MARGIN,
        "height": tall,
    }
    save(name, page.screenshot(clip=area, full_page=True))  # type: ignore[arg-type]


def save(name: str, png: bytes) -> None:
    """In 256 colors, which these pictures do not exceed by much."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    file = HERE / f"{name}.png"
    picture.save(file, optimize=True)
    size = file.stat().st_size
    if size > LARGEST_BYTES:
        raise SystemExit(f"{file}: {size:,} bytes, more than {LARGEST_BYTES:,}")
    print(f"{file.name}: {size:,} bytes")


if __name__ == "__main__":
    main()
