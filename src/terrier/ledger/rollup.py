"""Sums that are kept beside the lines, month by month, and are never stale: a load makes anew those of the months it touches."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from terrier.ledger.columns import LINES, PRODUCTS
from terrier.ledger.store import MONTHLY, ORDERS, Manifest, scan


def rolled_up(folder: Path, manifest: Manifest, month: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sums and the orders of a month ("2026-03"), over the lines of all loads.

    A line whose product is unknown, or has no category, counts under none.
    """
    lines = scan(folder, manifest.lines(month), LINES).with_columns(
        pl.col("date").dt.month_start().alias("month")
    )
    products = scan(folder, [manifest.products] if manifest.products else [], PRODUCTS)
    told = lines.join(products.select("product", "category"), on="product", how="left")
    costed = pl.col("cost_cents").is_not_null()
    sums = told.group_by("month", "account", "category", "currency").agg(
        pl.col("net_cents").sum(),
        pl.col("cost_cents").sum(),
        pl.col("net_cents").filter(costed).sum().alias("costed_net_cents"),
        pl.col("quantity").sum(),
        pl.len().alias("n_lines"),
    )
    counts = (
        lines.filter(~pl.col("is_credit_note"))
        .group_by("month", "account", "currency")
        .agg(
            pl.col("invoice").n_unique().alias("n_invoices"),
            pl.col("date").min().alias("first_date"),
            pl.col("date").max().alias("last_date"),
        )
    )
    return (
        sums.select(pl.col(name).cast(kind) for name, kind in MONTHLY.items()).sort("account", "category", "currency").collect(),
        counts.select(pl.col(name).cast(kind) for name, kind in ORDERS.items()).sort("account", "currency").collect(),
    )  # fmt: skip
