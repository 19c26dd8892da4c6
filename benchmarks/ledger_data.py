"""Invoice lines by the million: skewed accounts, seasons, each account with its own few categories.

    python benchmarks/ledger_data.py MILLIONS FOLDER

writes files of ten million lines each, as an ERP would export them, with products.csv, coverage.parquet and accounts.parquet beside them.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import polars as pl

N_ACCOUNTS, N_TERRITORIES, N_REGIONS = 50_000, 300, 12
N_PRODUCTS, N_CATEGORIES, MOST_CATEGORIES = 4_000, 12, 7
START, N_DAYS = dt.date(2023, 10, 1), 1096
"""Thirty-six months, to the end of September 2026."""
FILE_LINES = 10_000_000


def main(millions: int, folder: Path) -> None:
    """Write it all; the same for the same number of lines."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(6)
    products(folder)
    coverage(folder, rng)
    n_lines, at = millions * 1_000_000, 0
    for file in range(-(-n_lines // FILE_LINES)):
        size = min(FILE_LINES, n_lines - at)
        lines(rng, at, size).write_parquet(folder / f"lines-{file:02d}.parquet", compression="zstd")
        at += size


def products(folder: Path) -> None:
    at = np.arange(N_PRODUCTS)
    frame = pl.DataFrame({"sku": at, "category": at % N_CATEGORIES}).select(
        pl.format("P{}", pl.col("sku").cast(pl.String).str.zfill(5)).alias("sku"),
        pl.format("Category {}", pl.col("category").cast(pl.String).str.zfill(2)).alias("category"),
    )
    frame.write_csv(folder / "products.csv")


def coverage(folder: Path, rng: np.random.Generator) -> None:
    """One holder an account; a tenth changes hands in the middle of a month, a fiftieth shares its credit with an overlay."""
    account = np.arange(N_ACCOUNTS)
    first = account * N_TERRITORIES // N_ACCOUNTS
    moved = rng.random(N_ACCOUNTS) < 0.1
    then = np.where(moved, (first + 1) % N_TERRITORIES, first)
    change = dt.date(2025, 7, 15)
    shared = rng.random(N_ACCOUNTS) < 0.02

    def rows(who: np.ndarray, mask: np.ndarray, starts: dt.date, ends: dt.date | None) -> pl.DataFrame:
        share = np.where(shared, 7_500, 10_000)
        return pl.DataFrame({"account": account[mask], "holder": who[mask], "share": share[mask]}).select(
            pl.format("C{}", pl.col("account").cast(pl.String).str.zfill(6)).alias("account"),
            pl.format("T{}", pl.col("holder").cast(pl.String).str.zfill(3)).alias("holder"),
            pl.lit(starts).alias("starts_on"),
            pl.lit(ends, dtype=pl.Date).alias("ends_on"),
            pl.col("share").cast(pl.Int64),
        )

    whole = rows(first, ~moved, START, None)
    before, after = rows(first, moved, START, change), rows(then, moved, change, None)
    overlay = pl.DataFrame({"account": account[shared]}).select(
        pl.format("C{}", pl.col("account").cast(pl.String).str.zfill(6)).alias("account"),
        pl.lit("K001").alias("holder"),
        pl.lit(START).alias("starts_on"),
        pl.lit(None, dtype=pl.Date).alias("ends_on"),
        pl.lit(2_500, dtype=pl.Int64).alias("share"),
    )
    pl.concat([whole, before, after, overlay]).write_parquet(folder / "coverage.parquet")
    pl.DataFrame(
        {
            "account": [f"C{one:06d}" for one in account],
            "territory": [f"T{one:03d}" for one in then],
            "region": [f"R{one * N_REGIONS // N_TERRITORIES:02d}" for one in then],
            "channel": [("store", "groomer", "vet", "online")[one % 4] for one in account],
            "area": [f"{one % 900:05d}" for one in account],
            "potential_cents": rng.integers(100_000, 90_000_000, N_ACCOUNTS),
        }
    ).write_parquet(folder / "accounts.parquet")


def lines(rng: np.random.Generator, at: int, size: int) -> pl.DataFrame:
    """``size`` lines, numbered from line ``at`` on: six to an invoice, on average."""
    starts = rng.random(size) < 1 / 6
    starts[0] = True
    invoice = np.cumsum(starts) - 1
    n_invoices = int(invoice[-1]) + 1
    number = np.arange(size) - np.flatnonzero(starts)[invoice] + 1
    buyer = (N_ACCOUNTS * rng.random(n_invoices) ** 1.6).astype(np.int64)
    day = (N_DAYS * rng.random(n_invoices) ** 0.9).astype(np.int64)
    account = buyer[invoice]
    kept = 2 + account % (MOST_CATEGORIES - 1)  # each has two to seven categories
    category = (account * 7 + (rng.random(size) ** 1.5 * kept).astype(np.int64) * 5) % N_CATEGORIES
    product = rng.integers(0, N_PRODUCTS // N_CATEGORIES, size) * N_CATEGORIES + category
    net = np.maximum(100, rng.gamma(2.0, 2_500.0, size)).astype(np.int64)
    credit = (rng.random(n_invoices) < 0.03)[invoice]
    cents = np.where(credit, -net, net)
    return pl.DataFrame(
        {
            "invoice": invoice + at,
            "line": number,
            "date": day[invoice],
            "account": account,
            "product": product,
            "quantity": np.where(credit, -1, 1) * (1 + net // 1_500),
            "net": cents,
            "cost": cents * 7 // 10,
            "kind": credit,
        }
    ).select(
        pl.format("I{}", pl.col("invoice").cast(pl.String).str.zfill(9)).alias("invoice"),
        pl.col("line").cast(pl.Int32),
        (pl.lit(START) + pl.duration(days="date")).alias("date"),
        pl.format("C{}", pl.col("account").cast(pl.String).str.zfill(6)).alias("account"),
        pl.format("P{}", pl.col("product").cast(pl.String).str.zfill(5)).alias("product"),
        pl.col("quantity").cast(pl.Int32),
        (pl.col("net") / 100).round(2),
        (pl.col("cost") / 100).round(2),
        pl.when("kind").then(pl.lit("credit note")).otherwise(pl.lit("invoice")).alias("kind"),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
