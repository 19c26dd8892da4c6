"""The accounts to act on, and the reason for each: they slip, they have not ordered on their rhythm, or they lack what their like buy. What
each means is the ledger's to say, by its measures `slipped`, `off_rhythm` and `white_space`; what is at stake is said here.

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

from terrier.ledger import Period, remembered_rows
from terrier.office.sales import gateway
from terrier.office.sales.credit import accounts_now, accounts_version
from terrier.office.sales.figures import PEERS, figures
from terrier.office.sales.texts import money

QUARTER = 91
"""Days, thirteen weeks: over so many it is asked whether an account slips, and so many's orders it can have missed."""
LACKS = 0.1
"""White space in a category is told of where it comes to this share of all that the account buys, and it buys less than a quarter of what its
like do."""

_kept: dict[str, Any] = {}
_lock = Lock()


def signals(on: dt.date, currency: str = "") -> pl.DataFrame:
    """account, kind (slipping, silent, white_space), stake, a year's revenue, and what the reason tells of: category, days, usual, drop, was,
    own, more."""
    tables, currency = gateway.ledger().open(), currency or gateway.main_currency()
    version = (str(tables.folder), tables.manifest.version, accounts_version(), on, currency)
    with _lock:
        if _kept.get("version") != version:
            alike = accounts_now(accounts_version()).select("account", *PEERS)
            name = (
                f"signals-by-measure-{on}-{currency}-{int(alike.hash_rows(seed=0).sum()) & (2**64 - 1):016x}"
            )
            found = remembered_rows(tables.folder, tables.manifest, name, lambda: _signals(on, currency))
            _kept.update(found=found, version=version)
        kept: pl.DataFrame = _kept["found"]
        return kept


def _signals(on: dt.date, currency: str) -> pl.DataFrame:
    end = on + dt.timedelta(days=1)
    year = figures(Period(end - dt.timedelta(days=365), end), currency=currency)
    quarter = figures(Period(end - dt.timedelta(days=QUARTER), end), currency=currency)
    rhythm = year.table(
        ("revenue", "order_value", "off_rhythm", "order_interval", "days_since_order"), ("account",)
    )
    slips = quarter.table(("revenue", "revenue_before", "slipped"), ("account",), partly=True)
    gaps = year.table(("revenue", "white_space"), ("account", "category"))
    revenue = rhythm.select("account", pl.col("revenue").fill_null(0.0).clip(lower_bound=0.0))
    found = [_slipping(slips), _silent(rhythm), _white_space(gaps, revenue)]
    return (
        pl.concat(found, how="diagonal")
        .join(revenue, on="account", how="left")
        .with_columns(pl.col("revenue").fill_null(0.0))
        .filter(pl.col("stake") > 0)
        .sort("stake", "account", descending=[True, False])
    )


def _slipping(slips: pl.DataFrame) -> pl.DataFrame:
    """At stake is what the quarter lost."""
    return slips.filter(pl.col("slipped") > 0).select(
        "account", was="revenue_before", kind=pl.lit("slipping"), stake="slipped", drop=pl.col("slipped") / pl.col("revenue_before")
    )  # fmt: skip


def _silent(rhythm: pl.DataFrame) -> pl.DataFrame:
    """At stake are the orders that were missed, a quarter's at most, at what its orders come to."""
    late = rhythm.filter(pl.col("off_rhythm") > 0)
    days, usual = pl.col("days_since_order"), pl.col("order_interval").clip(lower_bound=1.0)
    missed = (days / usual).floor().clip(upper_bound=pl.max_horizontal(1.0, QUARTER / usual))
    return late.select(
        "account", days=days.cast(pl.Int64), usual=usual, kind=pl.lit("silent"), stake=missed * pl.col("order_value")
    )  # fmt: skip


def _white_space(gaps: pl.DataFrame, revenue: pl.DataFrame) -> pl.DataFrame:
    """Of each account the category in which it lacks most, at what that comes to a year."""
    own, more = pl.col("own"), pl.col("white_space")
    told = gaps.drop_nulls("category").with_columns(own=pl.col("revenue").fill_null(0.0)).drop("revenue")
    lacking = told.join(revenue, on="account").filter((more >= 3 * own) & (more >= LACKS * pl.col("revenue")))
    best = lacking.sort("white_space", "account", "category", descending=[True, False, False])
    return best.unique("account", keep="first", maintain_order=True).select(
        "account", "category", "own", kind=pl.lit("white_space"), stake="white_space", more="white_space"
    )


def reason(row: dict[str, Any], currency: str = "") -> str:
    """Why an account is to be acted on, in a sentence."""
    match row["kind"]:
        case "silent":
            return _("No order for %(days)s days; it usually orders every %(usual)s.") % {
                "days": row["days"],
                "usual": number_format(round(row["usual"])),
            }
        case "slipping":
            told = {"drop": f"{round(100 * row['drop'])}%", "was": money(row["was"], currency)}
            return (
                _("Bought %(drop)s less in the last 13 weeks than a year before, when it was %(was)s.") % told
            )
    told = {
        "category": row["category"],
        "own": money(row["own"], currency),
        "like": money(max(row["own"], 0.0) + row["more"], currency),
    }
    if row["own"] < 1:
        return _("Buys no %(category)s; bought as its like do, it would be %(like)s a year.") % told
    return _("Buys %(category)s for %(own)s a year; bought as its like do, it would be %(like)s.") % told
