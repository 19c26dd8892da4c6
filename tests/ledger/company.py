"""A small company with everything that makes measures differ, and what it means for two engines to agree on it."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from terrier.ledger import (
    MEASURES,
    Credit,
    Given,
    Ledger,
    Period,
    QuestionError,
    Sales,
    Tables,
    load_lines,
    load_products,
    scorecard,
)
from terrier.ledger.credit import COVERAGE, WHOLE
from tests.ledger.naive import Line, write
from tests.ledger.oracle import Account

CATEGORIES = {"leash": "Walk", "ball": "Play"}
PERIOD = Period(dt.date(2026, 1, 1), dt.date(2026, 3, 15))
TAKEOVER = dt.date(2026, 2, 10)
ROWS: list[tuple[Any, ...]] = [
    ("wags", "ann", dt.date(2024, 1, 1), TAKEOVER, WHOLE),
    ("wags", "bob", TAKEOVER, None, 7500),
    ("wags", "ann", TAKEOVER, None, 2500),
    ("purrs", "bob", dt.date(2024, 1, 1), None, WHOLE),
]
KNOWN = {
    "wags": Account("store", "North", 40_000, 12.0),
    "purrs": Account("groomer", "South", None, 6.0),
    "hops": Account("store", "North", 9_000, 2.0),
}
MARKET = {"North": (8, 150_000), "South": (5, 90_000)}
FIXED = {"ann": 80_000, "bob": 70_000}
BYS: tuple[tuple[str, ...], ...] = ((), ("holder",), ("category",), ("account",), ("channel",), ("area",), ("holder", "category"), ("channel", "holder"))  # fmt: skip
DAYS = [
    dt.date(2023, 5, 5),
    dt.date(2024, 5, 20),
    dt.date(2025, 4, 20),
    dt.date(2025, 5, 20),
    *(
        dt.date(year, *day)
        for year in (2025, 2026)
        for day in ((1, 1), (1, 31), (2, 9), (2, 10), (3, 14), (3, 15))
    ),
]


def ledger_of(folder: Path, sold: list[Line]) -> Ledger:
    (folder / "products.csv").write_text("product,category\nleash,Walk\nball,Play\n")
    ledger = Ledger(folder / "ledger")
    load_products(ledger, folder / "products.csv")
    if sold:
        load_lines(ledger, write(folder / "lines.csv", sold), credit_notes="negative")
    return ledger


def sales_of(tables: Tables, peers: tuple[str, ...] = (), **only: Any) -> Sales:
    accounts = pl.DataFrame(
        [(account, told.channel, told.area, told.potential, told.calls) for account, told in KNOWN.items()],
        schema=["account", "channel", "area", "potential_cents", "calls"],
        orient="row",
    )
    market = pl.DataFrame([(area, *told) for area, told in MARKET.items()], schema=["area", "potential_customers", "potential_cents"], orient="row")  # fmt: skip
    fixed = pl.DataFrame({"holder": list(FIXED), "cost_cents": list(FIXED.values())})
    credit = Credit(pl.DataFrame(ROWS, schema=COVERAGE, orient="row"))
    return Sales(tables, credit, PERIOD, accounts, only=only, given=Given(market, 3000, fixed, peers))


def names_by(by: tuple[str, ...], sales: Sales) -> list[str]:
    """The measures that can be told apart so."""
    if by not in _NAMES:
        _NAMES[by] = [name for name in MEASURES if told_apart(sales, name, by)]
    return _NAMES[by]


_NAMES: dict[tuple[str, ...], list[str]] = {}


def told_apart(sales: Sales, name: str, by: tuple[str, ...]) -> bool:
    try:
        MEASURES[name].of(sales, by)
    except QuestionError:
        return False
    return True


def sold_at_random(n_lines: int) -> list[Line]:
    rng = random.Random(6)
    return [
        Line(
            str(i // 2),
            i % 2,
            rng.choice(DAYS),
            rng.choice(["wags", "purrs", "chirps", "hops"]),
            rng.choice(["leash", "ball", "bone"]),
            (-1 if credit else 1) * rng.randint(1, 900),
            rng.choice([None, 20]),
            credit,
            rng.randint(1, 9),
        )
        for i in range(n_lines)
        for credit in (rng.random() < 0.2,)
    ]


def agree(one: Tables, other: Tables, bys: tuple[tuple[str, ...], ...]) -> None:
    """Every measure comes to the same on both, by everything that it can be told apart by."""
    here, there = sales_of(one, ("channel",)), sales_of(other, ("channel",))
    for by in bys:
        names = names_by(by, here)
        assert_frame_equal(scorecard(there, names, by), scorecard(here, names, by), check_exact=False, abs_tol=1e-4, rel_tol=1e-9)  # fmt: skip
