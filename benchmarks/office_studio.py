"""The map studio in a real browser: how long a plan takes to open, and a move of 1,000 accounts to be seen.

    PYTHONPATH=src python benchmarks/office_studio.py [MOVES]

on the database that TERRIER_HOME or DATABASE_URL names, filled by office_data.py; a plan of the whole company is made in it, once.
Chromium draws without a graphics card. The page marks (performance.mark) when the plan is here and the land is divided (which begins before
all of it is here), when its figures stand in the table, when the first picture with accounts is painted, and when nothing is left to draw;
each counts from the request. A move lasts from the key until the figures stand in the table, and until the map is painted. Processor is
what server and browser used for it; it says on a busy machine what the clock cannot. "First" is the first plan of a worker that has just
begun, packed by another before if nothing has happened since, "again" one where nothing has happened since, "changed" after an edit.
"""

from __future__ import annotations

import os
import shutil
import sys
import urllib.request
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrier.office.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in this thread
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import django

django.setup()

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.test import Client
from office_api import free_port, processor_ms, serve
from playwright.sync_api import Page, sync_playwright

from terrier.office.alignment.models import Placement, Plan, Territory
from terrier.office.alignment.moving import place
from terrier.office.alignment.planning import create_plan
from terrier.office.audit.services import Author
from terrier.office.people.models import Incumbency, Person, Role

ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]
NAME = "Benchmark"
STRIPS = 16
MOVED = 1000
PATIENCE_MS = 300_000
SETTLE_MS = 3000

CHOOSE = """([n, turn]) => {
  const { studio } = document.querySelector(".studio-canvas");
  const { x, y } = studio.finder;
  const placed = Uint32Array.from(x.keys()).filter((i) => !Number.isNaN(x[i]));
  const [cx, cy] = [x[placed[(turn * 7919) % placed.length]], y[placed[(turn * 7919) % placed.length]]];
  let reach = 1e-4;
  while (studio.finder.within(cx - reach, cy - reach, cx + reach, cy + reach).length < n) reach *= 1.2;
  studio.choose(studio.finder.within(cx - reach, cy - reach, cx + reach, cy + reach).slice(0, n));
}"""
"""Chooses accounts that lie around some account."""

MOVE = """async (turn) => {
  const { studio, map } = document.querySelector(".studio-canvas");
  const since = (started) => performance.now() - started;
  const gl = map.map.painter.context.gl;
  // The map tells that it is drawn when it has said what to draw: the picture is there when the driver is done with that.
  const painted = new Promise((done) => map.map.once("render", () => {
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    const ask = () => gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED ? done() : setTimeout(ask);
    ask();
  }));
  const told = new Promise((done) => new MutationObserver(done).observe(
    document.querySelector(".studio-table tbody"), { subtree: true, childList: true, characterData: true }));
  const held = new Set(studio.selection.list().map((i) => studio.accounts.territory[i]));
  let to = (turn * 31 + 5) % studio.territories.length;
  while (held.has(to)) to = (to + 1) % studio.territories.length;
  const started = performance.now();
  studio.moveChosen(to);
  const reckoned = since(started);
  const [figures, map_] = await Promise.all([told.then(() => since(started)), painted.then(() => since(started))]);
  return { reckoned, figures, map: map_ };
}"""
"""Moves what is chosen to a territory that has none of it; says when the table's figures and the map's picture were other than before."""

MARKS = """() => Object.fromEntries(
  performance.getEntriesByType("mark").map(({ name, startTime }) => [name.replace("studio:", ""), startTime]))"""
TOLD = {
    "here": "the plan is here, the land divided",
    "opened": "figures in the table",
    "painted": "map painted",
    "drawn": "nothing left to draw",
}


def plan_of(person: Person) -> Plan:
    """The company's plan, its accounts placed in strips from west to east: the company is made up without regard to where they lie."""
    found = Plan.objects.filter(name=NAME).first()
    if found is not None:
        return found
    position = Incumbency.objects.get(person=person, ends_on=None).position
    plan = create_plan(name=NAME, root=position, author=Author(person))
    nodes = list(Territory.objects.filter(plan=plan, level="territory", kind="geographic"))
    rows = list(
        Placement.objects.filter(plan=plan, account__longitude__isnull=False)
        .order_by("account__longitude")
        .values_list("account", "account__latitude")
    )
    in_strip = -(-len(rows) // STRIPS)
    wanted = {}
    for at in range(0, len(rows), in_strip):
        strip = sorted(rows[at : at + in_strip], key=lambda row: row[1])
        of_strip = nodes[at // in_strip :: STRIPS]
        for number, (account, _latitude) in enumerate(strip):
            wanted[account] = of_strip[number * len(of_strip) // len(strip)].pk
    with transaction.atomic():
        place(plan=plan, wanted=wanted, author=Author(person), cause="rule")
        Placement.objects.filter(plan=plan).update(present=F("territory"))
    return plan


def open_plan(page: Page, address: str) -> dict[str, float]:
    """When each mark was reached, in milliseconds, and the processor time of server and browser."""
    before = processor_ms(os.getpid())
    page.goto(address)
    page.locator(".studio-canvas[data-ready=yes]").wait_for(timeout=PATIENCE_MS)
    marks: dict[str, float] = page.evaluate(MARKS)
    return {**marks, "processor": processor_ms(os.getpid()) - before}


def told(name: str, times: list[float], processor: float | None = None) -> None:
    p50, worst = np.percentile(times, [50, 100])
    print(f"{name:<40} {p50:>8.0f} {worst:>8.0f} {'' if processor is None else f'{processor:.0f}':>10}")


def tell_opening(name: str, opened: list[dict[str, float]]) -> None:
    for mark, text in TOLD.items():
        told(f"{name}: {text}", [one[mark] for one in opened])
    last = [one["drawn"] for one in opened]
    told(f"{name}: processor", last, float(np.median([one["processor"] for one in opened])))


def move(page: Page, turn: int) -> dict[str, float]:
    page.evaluate(CHOOSE, [MOVED, turn])
    page.wait_for_timeout(SETTLE_MS)
    before = processor_ms(os.getpid())
    seen: dict[str, float] = page.evaluate(MOVE, turn)
    return {**seen, "processor": processor_ms(os.getpid()) - before}


def main(moves: int = 10) -> None:
    person = Incumbency.objects.filter(position__role=Role.DIRECTOR).select_related("person")[0].person
    plan = plan_of(person)
    n_accounts = Placement.objects.filter(plan=plan).count()
    signed_in = Client()
    signed_in.force_login(person)
    port = free_port()
    server = serve(port, 1)
    urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/").close()  # the worker is there
    print(f"{n_accounts:,} accounts, load {os.getloadavg()[0]:.1f}; milliseconds")
    print(f"{'':<40} {'p50':>8} {'worst':>8} {'processor':>10}")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.set_default_timeout(PATIENCE_MS)
            url = f"http://127.0.0.1:{port}"
            session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
            page = context.new_page()
            address = f"{url}/plans/{plan.pk}/studio/"
            tell_opening("first", [open_plan(page, address)])
            tell_opening("again", [open_plan(page, address) for _ in range(3)])
            made = [move(page, turn) for turn in range(moves)]
            for key, text in (("reckoned", "reckoned"), ("figures", "in the table"), ("map", "on the map")):
                told(f"a move of {MOVED:,}: {text}", [one[key] for one in made])
            told(
                "its processor",
                [one["map"] for one in made],
                float(np.median([m["processor"] for m in made])),
            )
            page.wait_for_timeout(SETTLE_MS)
            tell_opening("changed", [open_plan(page, address)])
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
