"""What the tests' company sold: a year and a half of lines up to June 30, 2026, in two categories."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from terrier.office.sales import gateway

LAST = dt.date(2026, 6, 30)
PRODUCTS = {"leash": "Walk", "ball": "Play"}


def sell(folder: Path, rows: list[tuple[str, str, str, float]]) -> None:
    """Load lines: day, account, product, net; each an invoice of its own, one unit for each ten dollars."""
    folder.mkdir(parents=True, exist_ok=True)
    products = pl.DataFrame({"product": list(PRODUCTS), "category": list(PRODUCTS.values())})
    lines = pl.DataFrame(
        [(f"{at:05d}", "1", *row, row[3] / 10, row[3] * 0.6) for at, row in enumerate(rows)],
        schema=["invoice", "line", "date", "account", "product", "net", "quantity", "cost"],
        orient="row",
    )
    products.write_csv(folder / "products.csv")
    lines.with_columns(pl.col("cost").round(2)).write_csv(folder / "lines.csv")
    gateway.take("products", folder / "products.csv", {}, name="products.csv")
    gateway.take("lines", folder / "lines.csv", {}, name="lines.csv")


def half_years() -> list[tuple[str, str, str, float]]:
    """The first halves of 2025 and 2026. Columbus grows from 100 to 150, Provo falls from 200 to 120, the chain's site in Ohio has 1000
    and 2000, the one in Utah 500 and 400; Dayton is new with 80, Ames lapses from 60; a stray account has 30. Ames has bought since the ledger began, at the start of 2024."""
    return [
        ("2024-01-02", "AMES", "ball", 60.0),
        ("2025-02-10", "COLUMBUS", "leash", 100.0),
        ("2026-02-10", "COLUMBUS", "leash", 150.0),
        ("2025-03-10", "PROVO", "ball", 200.0),
        ("2026-03-10", "PROVO", "ball", 120.0),
        ("2025-04-10", "CHAIN-OHIO", "leash", 1000.0),
        ("2026-04-10", "CHAIN-OHIO", "leash", 2000.0),
        ("2025-04-11", "CHAIN-UTAH", "ball", 500.0),
        ("2026-04-11", "CHAIN-UTAH", "ball", 400.0),
        ("2026-05-01", "DAYTON", "ball", 80.0),
        ("2025-05-01", "AMES", "ball", 60.0),
        (LAST.isoformat(), "STRAY", "ball", 30.0),
    ]
