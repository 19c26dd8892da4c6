"""The worked example: a dozen lines by which every measure is reckoned, and the page that shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl

from terrier.ledger.measures.definition import Measure
from terrier.ledger.measures.sales import Given
from terrier.ledger.period import Period

PERIOD = Period(dt.date(2026, 1, 1), dt.date(2026, 4, 1))

LINES = """\
invoice,line,date,account,product,quantity,net,cost,kind
1001,1,2024-06-01,Fins,ball,12.5,50,,invoice
1002,1,2025-01-10,Wags,leash,40,400,200,invoice
1003,1,2025-02-05,Purrs,ball,100,400,150,invoice
1004,1,2025-03-01,Chirps,leash,30,300,180,invoice
1011,1,2025-05-15,Wags,leash,30,300,150,invoice
1012,1,2025-05-20,Chirps,leash,10,100,60,invoice
1013,1,2025-06-20,Chirps,leash,10,100,60,invoice
1014,1,2025-07-21,Chirps,ball,25,100,40,invoice
1015,1,2025-09-12,Wags,leash,20,200,100,invoice
1005,1,2026-01-12,Wags,leash,40,500,300,invoice
1005,2,2026-01-12,Wags,ball,50,200,100,invoice
1006,1,2026-02-20,Purrs,ball,75,300,110,invoice
1007,1,2026-03-02,Fins,ball,47.5,190,,invoice
1008,1,2026-03-15,Hops,leash,12,150,,invoice
1009,1,2026-03-20,Hops,leash,-4,-50,,credit note
1010,1,2026-04-01,Wags,leash,80,999,500,invoice
"""

PRODUCTS = """\
product,category
leash,Walk
ball,Play
"""

ACCOUNTS = """\
account,area,potential_cents,calls
Wags,North,600000,12
Purrs,North,200000,6
Chirps,North,200000,
Fins,South,400000,4
Hops,West,,4
"""

MARKET = """\
area,potential_customers,potential_cents
North,8,1500000
South,5,900000
"""

CALL_CENTS, TERRITORY_CENTS = 3_000, 80_000


def given() -> Given:
    """What the lines of the example do not tell."""
    return Given(
        market=pl.read_csv(MARKET.encode()),
        call_cents=CALL_CENTS,
        fixed=pl.DataFrame(
            {"holder": [None], "cost_cents": [TERRITORY_CENTS]},
            schema={"holder": pl.String, "cost_cents": pl.Int64},
        ),
    )


def page(measures: Iterable[Measure]) -> str:
    """docs/measures.md."""
    measures = list(measures)
    parts = [
        "# Measures",
        "Each measure is one function in `src/terrier/ledger/measures`, from credited sales to a table. This page is written from them, and its example is\n"
        "reckoned again by every test run.",
        "## The example",
        "The first quarter of 2026, in these invoice lines of two categories (a leash is Walk, a ball is Play):",
        _table(LINES),
        "What lines do not tell, amounts in cents and a year's (a call costs $30.00, the territory $800.00 a year):",
        _table(ACCOUNTS),
        _table(MARKET),
        "Wags and Purrs bought in the first quarter of both years, Chirps only in 2025, Fins only long before and now, Hops for the first time. The line of\n"
        "April 1 lies outside.",
        "## All of them",
        "\n".join(
            [
                "| measure | formula | in the example |",
                "|---|---|---:|",
                *(f"| [{one.title}](#{_anchor(one)}) | {one.formula} | {one.example} |" for one in measures),
            ]
        ),
        *(_section(one) for one in measures),
    ]
    return "\n\n".join(parts) + "\n"


def _section(measure: Measure) -> str:
    edges = "\n".join(f"- {edge}" for edge in measure.edges)
    return f"## {measure.title}\n\n{measure.formula}\n\n{edges}\n\nIn the example: **{measure.example}**. `{measure.name}`"


def _anchor(measure: Measure) -> str:
    return "".join(c for c in measure.title.lower().replace(" ", "-") if c.isalnum() or c == "-")


def _table(text: str) -> str:
    head, *rows = (line.split(",") for line in text.splitlines())
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
