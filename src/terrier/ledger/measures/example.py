"""The worked example: a dozen lines by which every measure is reckoned, and the page that shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from terrier.ledger.measures.definition import Measure
from terrier.ledger.period import Period

PERIOD = Period(dt.date(2026, 1, 1), dt.date(2026, 4, 1))

LINES = """\
invoice,line,date,account,product,net,cost,kind
1001,1,2024-06-01,Fins,ball,50,,invoice
1002,1,2025-01-10,Wags,leash,400,200,invoice
1003,1,2025-02-05,Purrs,ball,400,150,invoice
1004,1,2025-03-01,Chirps,leash,300,180,invoice
1005,1,2026-01-12,Wags,leash,500,300,invoice
1005,2,2026-01-12,Wags,ball,200,100,invoice
1006,1,2026-02-20,Purrs,ball,300,110,invoice
1007,1,2026-03-02,Fins,ball,190,,invoice
1008,1,2026-03-15,Hops,leash,150,,invoice
1009,1,2026-03-20,Hops,leash,-50,,credit note
1010,1,2026-04-01,Wags,leash,999,500,invoice
"""

PRODUCTS = """\
product,category
leash,Walk
ball,Play
"""


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
