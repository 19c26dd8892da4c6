"""Sums that are kept beside the lines, month by month, and are never stale: a load makes anew those of the months it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from terrier.ledger.columns import LINES, PRODUCTS
from terrier.ledger.store import MONTHLY, ORDERS, PRICES, Manifest, scan


@dataclass(frozen=True)
class Rolled:
    """The sums of one month, as `store` describes them."""

    monthly: pl.DataFrame
    orders: pl.DataFrame
    prices: pl.DataFrame


def rolled_up(folder: Path, manifest: Manifest, month: str) -> Rolled:
    """The sums of a month ("2026-03"), over the lines of all loads.

    A line whose product is unknown, or has no category, counts under none.
    """
    invoice = pl.col("invoice").cast(pl.Categorical).to_physical().cast(pl.UInt64)
    lines = (
        scan(folder, manifest.lines(month), LINES)
        .with_columns(
            pl.col("date").dt.month_start().alias("month"),
            (invoice * 32 + pl.col("date").dt.day()).alias(
                "order"
            ),  # as a number: sooner counted than as texts
        )
        .collect()
        .lazy()
    )
    products = scan(folder, [manifest.products] if manifest.products else [], PRODUCTS)
    told = lines.join(products.select("product", "category"), on="product", how="left")
    costed, sale = pl.col("cost_cents").is_not_null(), ~pl.col("is_credit_note")
    order = pl.col("order").filter(sale)
    monthly = told.group_by("month", "account", "category", "currency").agg(
        pl.col("net_cents").sum(),
        pl.col("cost_cents").sum(),
        pl.col("net_cents").filter(costed).sum().alias("costed_net_cents"),
        pl.col("quantity").sum(),
        pl.len().alias("n_lines"),
        order.n_unique().alias("n_orders"),
    )
    orders = (
        lines.filter(sale)
        .group_by("month", "account", "currency")
        .agg(
            pl.col("order").n_unique().alias("n_orders"),
            pl.col("date").min().alias("first_date"),
            pl.col("date").max().alias("last_date"),
        )
    )
    priced = lines.filter(pl.col("product").is_not_null() & pl.col("quantity").is_not_null())
    prices = priced.group_by("month", "product", "currency").agg(
        pl.col("net_cents").sum(), pl.col("quantity").sum()
    )
    return Rolled(
        _ordered(monthly, MONTHLY, "account", "category", "currency"),
        _ordered(orders, ORDERS, "account", "currency"),
        _ordered(prices, PRICES, "product", "currency"),
    )


def _ordered(sums: pl.LazyFrame, schema: Mapping[str, pl.DataType], *by: str) -> pl.DataFrame:
    return sums.select(pl.col(name).cast(kind) for name, kind in schema.items()).sort(by).collect()
