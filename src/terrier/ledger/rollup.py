"""Sums that are kept beside the lines, month by month, and are never stale: a load makes anew those of the months it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from terrier.ledger.columns import LINES, PRODUCTS
from terrier.ledger.store import MONTHLY, ORDERS, PRICES, Manifest, scan

_KEYS: Final = {
    "monthly": ("month", "account", "category", "currency"),
    "orders": ("month", "account", "currency"),
    "prices": ("month", "product", "currency"),
}


AT_ONCE = 2_000_000
"""Lines."""


@dataclass(frozen=True)
class Rolled:
    """The sums of one month, as `store` describes them."""

    monthly: pl.DataFrame
    orders: pl.DataFrame
    prices: pl.DataFrame


def added_up(folder: Path, before: Manifest, after: Manifest, month: str) -> Rolled | None:
    """The sums of a month after a load: those of before and those of its lines. None where that is not enough: there are none of
    before, or an invoice has lines in both, which is one order.
    """
    new = [path for path in after.lines(month) if path not in set(before.lines(month))]
    if not (month in before.monthly and month in before.orders and month in before.prices):
        return None
    invoice = pl.col("invoice")
    brought = scan(folder, new, LINES).select(invoice.unique()).collect()
    first, last = brought.select(invoice.min().alias("first"), invoice.max().alias("last")).row(0)
    there = scan(folder, before.lines(month), LINES).filter(invoice.is_between(pl.lit(first), pl.lit(last)))
    if not there.join(brought.lazy(), on="invoice", how="semi").limit(1).collect().is_empty():
        return None
    fresh = _rolled(folder, new, after)
    monthly = (
        _both(folder, before.monthly[month], fresh.monthly).group_by(_KEYS["monthly"]).agg(pl.all().sum())
    )
    orders = (
        _both(folder, before.orders[month], fresh.orders)
        .group_by(_KEYS["orders"])
        .agg(pl.col("n_orders").sum(), pl.col("first_date").min(), pl.col("last_date").max())
    )
    prices = _both(folder, before.prices[month], fresh.prices).group_by(_KEYS["prices"]).agg(pl.all().sum())
    return Rolled(
        _ordered(monthly, MONTHLY, *_KEYS["monthly"]),
        _ordered(orders, ORDERS, *_KEYS["orders"]),
        _ordered(prices, PRICES, *_KEYS["prices"]),
    )


def _both(folder: Path, path: str, fresh: pl.DataFrame) -> pl.LazyFrame:
    return pl.concat([pl.scan_parquet(folder / path), fresh.lazy()])


def rolled_up(folder: Path, manifest: Manifest, month: str) -> Rolled:
    """The sums of a month ("2026-03"), over the lines of all loads.

    A line whose product is unknown, or has no category, counts under none.
    """
    return _rolled(folder, manifest.lines(month), manifest)


def _rolled(folder: Path, paths: list[str], manifest: Manifest) -> Rolled:
    """The sums of some files' lines, of no more accounts at once than have so many."""
    lines = scan(folder, paths, LINES)
    n_parts = -(-int(lines.select(pl.len()).collect().item()) // AT_ONCE)
    if n_parts <= 1:
        return _summed(lines, folder, manifest)
    whose = pl.col("account").hash() % n_parts
    parts = [_summed(lines.filter(whose == part), folder, manifest) for part in range(n_parts)]
    prices = pl.concat([part.prices for part in parts]).lazy().group_by(_KEYS["prices"]).agg(pl.all().sum())
    return Rolled(
        pl.concat([part.monthly for part in parts]).sort(_KEYS["monthly"]),
        pl.concat([part.orders for part in parts]).sort(_KEYS["orders"]),
        _ordered(prices, PRICES, *_KEYS["prices"]),
    )


def _summed(told: pl.LazyFrame, folder: Path, manifest: Manifest) -> Rolled:
    invoice = pl.col("invoice").cast(pl.Categorical).to_physical().cast(pl.UInt64)
    lines = (
        told.with_columns(
            pl.col("date").dt.month_start().alias("month"),
            (invoice * 32 + pl.col("date").dt.day()).alias(
                "order"
            ),  # as a number: sooner counted than as texts
        )
        .collect()
        .lazy()
    )
    products = scan(folder, [manifest.products] if manifest.products else [], PRODUCTS)
    grouped = lines.join(products.select("product", "category"), on="product", how="left")
    costed, sale = pl.col("cost_cents").is_not_null(), ~pl.col("is_credit_note")
    order = pl.col("order").filter(sale)
    monthly = grouped.group_by("month", "account", "category", "currency").agg(
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
        _ordered(monthly, MONTHLY, *_KEYS["monthly"]),
        _ordered(orders, ORDERS, *_KEYS["orders"]),
        _ordered(prices, PRICES, *_KEYS["prices"]),
    )


def _ordered(sums: pl.LazyFrame, schema: Mapping[str, pl.DataType], *by: str) -> pl.DataFrame:
    return sums.select(pl.col(name).cast(kind) for name, kind in schema.items()).sort(by).collect()
