"""The page of sizes in a real browser, opened from disk as its reader does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from terrier.engine.design import Problem, evaluate
from terrier.engine.size import Economics, Point, SellingTime, Situation, answer, profits_on_trend
from terrier.engine.size.curve import measured
from terrier.engine.travel import Calls, StraightRoads, Workday, bases_of, travel_of
from terrier.report.size_document import SizeDocument, answer_sentences
from terrier.report.size_writing import write_size
from tests.report.conftest import Opened

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
ATTACK = "</script><script>window.hit=1</script><img src=x onerror='window.hit=2'>"


def document(title: str = "How many people", *, money: bool = True) -> SizeDocument:
    """Strips of a square as plans for 3 to 12 people."""
    random = np.random.default_rng(4)
    n = 150
    places = np.array([-100.0, 40.0]) + random.random((n, 2)) * 3
    calls = Calls(random.choice([4.0, 12.0], n), np.full(n, 0.75))
    situation = Situation(
        problem=Problem(
            coordinates=places, measures=calls.total[:, None], tolerances=np.array([0.1]), n_territories=3
        ),
        measure=0,
        calls=calls,
        roads=StraightRoads(places, "sphere", np.full(n, 60.0)),
        time=SellingTime(300.0),
        workday=Workday(),
        sales=random.lognormal(9, 1, n),
        economics=Economics(0.3, 20_000.0, 0.4) if money else None,
    )
    order = np.argsort(places[:, 0]).argsort()
    points = [_strips(situation, people, order) for people in range(3, 13)]
    profits = profits_on_trend(situation, points)
    return SizeDocument(
        title=title,
        created=datetime(2026, 3, 1, 9, 30),
        command="terrier size accounts.csv --from 3 --to 12",
        settings=[("Accounts", "accounts.csv")],
        notes=["The calls alone are the work of 3 people.", ATTACK],
        points=points,
        profits=profits,
        answer=answer(points, profits),
        time=situation.time,
    )


def _strips(situation: Situation, people: int, order: np.ndarray) -> Point:
    assignment = (order * people // len(order)).astype(np.int32)
    calls = situation.calls
    asked = Problem(
        coordinates=situation.problem.coordinates,
        measures=calls.total[:, None],
        tolerances=np.array([0.1]),
        n_territories=people,
    )
    travel = travel_of(assignment, bases_of(asked, assignment), calls, situation.roads, situation.workday)
    return measured(situation, asked, evaluate(asked, assignment), travel)


@pytest.fixture
def opened(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    title, width, scheme, money = getattr(request, "param", ("How many people", 1280, "light", True))
    write_size(document(title, money=money), tmp_path)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(5000)
    opened = Opened(context.new_page())
    opened.page.goto((tmp_path / "size.html").as_uri())
    opened.page.locator(".plot svg").first.wait_for()
    yield opened
    context.close()


def tile(page: Page, label: str) -> str:
    return page.locator(".tile", has_text=label).locator(".now").inner_text()


def test_it_opens_from_disk_without_network_or_complaint_and_answers_first(opened: Opened) -> None:
    assert [url.split(":")[0] for url in opened.requests] == ["file"]
    assert opened.complaints == []
    expect(opened.page.locator(".answer")).to_have_text(answer_sentences(document())[0])


def test_the_slider_walks_along_the_curve_and_comes_back(opened: Opened) -> None:
    page = opened.page
    best = tile(page, "People")
    page.get_by_role("slider").fill("0")
    assert tile(page, "People") == "3"
    expect(page.locator(".chosen-row th")).to_contain_text("3")
    page.get_by_role("button", name="Back to the answer").click()
    assert tile(page, "People") == best


def test_a_row_of_the_table_chooses_its_size(opened: Opened) -> None:
    opened.page.locator(".table tbody tr").nth(5).click()
    assert tile(opened.page, "People") == "8"


def test_the_pointer_chooses_on_the_chart(opened: Opened) -> None:
    box = opened.page.locator(".plot").first.bounding_box()
    assert box is not None
    opened.page.mouse.move(box["x"] + box["width"] - 25, box["y"] + 100)
    assert tile(opened.page, "People") == "12"


@pytest.mark.parametrize("opened", [("x", 1280, "light", False)], indirect=True)
def test_without_money_there_is_one_chart_and_no_profit(opened: Opened) -> None:
    expect(opened.page.locator(".plot")).to_have_count(1)
    expect(opened.page.get_by_text("Profit")).to_have_count(0)


@pytest.mark.parametrize("opened", [(ATTACK, 1280, "light", True)], indirect=True)
def test_hostile_texts_do_not_run(opened: Opened) -> None:
    assert opened.page.evaluate("window.hit") is None
    expect(opened.page.get_by_role("heading", level=1)).to_have_text(ATTACK)


@pytest.mark.parametrize(
    "opened",
    [("x", width, scheme, True) for width in (1280, 390) for scheme in ("light", "dark")],
    indirect=True,
)
def test_nothing_overflows_and_everybody_can_use_it(opened: Opened) -> None:
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
