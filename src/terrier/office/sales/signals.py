"""The accounts to act on, and the reason for each: they slip, they have not ordered on their rhythm, or they lack what their like buy.

Found for the company at once and kept, beside the ledger and by this process, until lines or accounts change; whoever asks sees those of
their own accounts.
"""

from __future__ import annotations

import datetime as dt
from threading import Lock
from typing import Any

import polars as pl
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from terrier.ledger import Tables, remembered_rows
from terrier.office.sales import gateway
from terrier.office.sales.credit import accounts_now, accounts_version
from terrier.office.sales.texts import money

SLIP_DAYS = 91
SLIP_SHARE = 0.25
"""Who bought this much less in the last thirteen weeks than in the same weeks a year before slips."""
FEWEST_ORDERS = 5
LATE = 1.7
"""So many times its usual interval an account has to be silent before it is told of."""
LATE_DAYS = 6
ADOPTED = 0.6
"""What this share of an account's like buy is white space where it buys none of it."""
FEWEST_ALIKE = 12

_kept: dict[str, Any] = {}
_lock = Lock()


def signals(on: dt.date, currency: str) -> pl.DataFrame:
    """account, kind (slipping, silent, white_space), stake, a year's revenue, and what the reason tells of: category, days, usual, drop, was."""
    tables = gateway.ledger().open()
    version = (str(tables.folder), tables.manifest.version, accounts_version(), on, currency)
    with _lock:
        if _kept.get("version") != version:
            alike = accounts_now(accounts_version()).select("account", "channel", "account_class")
            name = f"signals-{on}-{currency}-{int(alike.hash_rows(seed=0).sum()) & (2**64 - 1):016x}"
            found = remembered_rows(
                tables.folder, tables.manifest, name, lambda: _signals(tables, on, currency)
            )
            _kept.update(found=found, version=version)
        kept: pl.DataFrame = _kept["found"]
        return kept


def _signals(tables: Tables, on: dt.date, currency: str) -> pl.DataFrame:
    end = on + dt.timedelta(days=1)
    year = _by_category(tables, end - dt.timedelta(days=365), end, currency)
    of = year.group_by("account").agg(revenue=pl.col("net").sum()).filter(pl.col("revenue") > 0)
    found = [_slipping(tables, end, currency), _silent(tables, end, currency), _white_space(year)]
    return (
        pl.concat(found, how="diagonal")
        .join(of, on="account", how="left")
        .with_columns(pl.col("revenue").fill_null(0.0))
        .filter(pl.col("stake") > 0)
        .sort("stake", "account", descending=[True, False])
    )


def _by_category(tables: Tables, start: dt.date, end: dt.date, currency: str) -> pl.DataFrame:
    lines, products = tables.lines, tables.products
    inside = lines.filter((lines.date >= start) & (lines.date < end) & (lines.currency == currency))
    told = inside.left_join(products, "product").select(inside.account, products.category, inside.net_cents)
    sums = told.group_by(["account", "category"]).agg(net=told.net_cents.sum()).to_polars()
    found: pl.DataFrame = sums.with_columns(pl.col("net").cast(pl.Float64) / 100)
    return found


def _slipping(tables: Tables, end: dt.date, currency: str) -> pl.DataFrame:
    days = dt.timedelta(days=SLIP_DAYS)
    then = end - dt.timedelta(days=364)  # the same days of the week
    now, was = (
        _by_category(tables, last - days, last, currency).group_by("account").agg(pl.col("net").sum())
        for last in (end, then)
    )
    both = (
        was.rename({"net": "was"})
        .join(now, on="account", how="left")
        .with_columns(pl.col("net").fill_null(0.0))
    )
    fell = both.filter((pl.col("was") > 0) & (pl.col("net") < (1 - SLIP_SHARE) * pl.col("was")))
    return fell.select(
        "account", "was", kind=pl.lit("slipping"), stake=pl.col("was") - pl.col("net"), drop=1 - pl.col("net").clip(0) / pl.col("was")
    )  # fmt: skip


def _silent(tables: Tables, end: dt.date, currency: str) -> pl.DataFrame:
    lines = tables.lines
    start = end - dt.timedelta(days=365)
    inside = lines.filter(
        (lines.date >= start) & (lines.date < end) & (lines.currency == currency) & ~lines.is_credit_note
    )
    orders = inside.group_by(["account", "date"]).agg(net=inside.net_cents.sum()).to_polars()
    of = orders.group_by("account").agg(
        n=pl.len(), first=pl.col("date").min(), last=pl.col("date").max(), usual_order=pl.col("net").median() / 100
    )  # fmt: skip
    span = (pl.col("last") - pl.col("first")).dt.total_days()
    timed = of.filter(pl.col("n") >= FEWEST_ORDERS).with_columns(
        usual=span / (pl.col("n") - 1), days=(pl.lit(end - dt.timedelta(days=1)) - pl.col("last")).dt.total_days()
    )  # fmt: skip
    late = timed.filter(
        (pl.col("days") > LATE * pl.col("usual")) & (pl.col("days") > pl.col("usual") + LATE_DAYS)
    )
    missed = (
        (pl.col("days") / pl.col("usual"))
        .floor()
        .clip(upper_bound=pl.max_horizontal(1.0, SLIP_DAYS / pl.col("usual")))
    )
    told: pl.DataFrame = late.select(
        "account", "days", "usual", kind=pl.lit("silent"), stake=missed * pl.col("usual_order")
    )
    return told


def _white_space(year: pl.DataFrame) -> pl.DataFrame:
    """For each account the category that its like buy and it does not, at what it would come to at its size."""
    told = accounts_now(accounts_version()).select("account", "channel", "account_class")
    bought = year.filter((pl.col("net") > 0) & pl.col("category").is_not_null())
    totals = bought.group_by("account").agg(total=pl.col("net").sum()).join(told, on="account")
    alike = ["channel", "account_class"]
    sizes = totals.group_by(alike).agg(n_alike=pl.len()).filter(pl.col("n_alike") >= FEWEST_ALIKE)
    shares = bought.join(totals, on="account").with_columns(share=pl.col("net") / pl.col("total"))
    usual = (
        shares.group_by(*alike, "category")
        .agg(n=pl.len(), share=pl.col("share").median())
        .join(sizes, on=alike)
        .filter(pl.col("n") >= ADOPTED * pl.col("n_alike"))
    )
    lacking = totals.join(usual, on=alike).join(bought, on=["account", "category"], how="anti")
    best = lacking.with_columns(stake=pl.col("share") * pl.col("total")).sort(
        "stake", "account", "category", descending=[True, False, False]
    )
    return best.unique("account", keep="first", maintain_order=True).select(
        "account", "category", kind=pl.lit("white_space"), stake="stake", adopted=pl.col("n") / pl.col("n_alike")
    )  # fmt: skip


def reason(row: dict[str, Any]) -> str:
    """Why an account is to be acted on, in a sentence."""
    match row["kind"]:
        case "silent":
            return _("No order for %(days)s days; it usually orders every %(usual)s.") % {
                "days": row["days"],
                "usual": number_format(round(row["usual"])),
            }
        case "slipping":
            told = {"drop": f"{round(100 * row['drop'])}%", "was": money(row["was"])}
            if row["drop"] >= 0.995:
                return _("Bought nothing in the last 13 weeks; a year before it was %(was)s.") % told
            return (
                _("Bought %(drop)s less in the last 13 weeks than a year before, when it was %(was)s.") % told
            )
    return _("Buys no %(category)s, as %(adopted)s of its like do.") % {
        "category": row["category"],
        "adopted": f"{round(100 * row['adopted'])}%",
    }
