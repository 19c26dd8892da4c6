"""From last year's revenue to this year's: what new, returned and lapsed customers made of it, prices, volume, mix, and accounts that changed hands."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import ibis
import polars as pl

from terrier.ledger.credit import WHOLE, Credit
from terrier.ledger.period import Period
from terrier.ledger.store import Tables

PARTS: Final = ("new", "reactivated", "lapsed", "taken_over", "price", "volume", "mix")

KEYS: Final = ("account", "product")


def bridge(
    tables: Tables,
    credit: Credit,
    period: Period,
    *,
    holders: Collection[str] | None = None,
    accounts: Collection[str] | None = None,
    currency: str = "USD",
) -> pl.DataFrame:
    """account, was, net and the `PARTS`, in the currency: for each account, ``was`` and the parts add up to ``net``.

    New, reactivated and lapsed accounts are those of the measures of these names; what they bought more or less is theirs alone. Of
    accounts that are active in both years, ``taken_over`` is what the holders are credited with more or less because their share
    changed, at this year's sales; the rest is told apart by products and units:

    - price: the change of what a unit came to, of products that the account bought in both years, times this year's units,
    - volume: the change of all units it bought, at last year's price of an average one,
    - mix: what is left, from dearer or cheaper products.

    holders : credited with the sales; all of them by default, and nobody. accounts : to keep to.
    """
    sold = _sold(tables, credit, period, holders, accounts, currency)
    first = tables.orders.group_by("account").agg(first=tables.orders.first_date.min()).to_polars()
    both = (pl.col("units") > 0) & (pl.col("units_was") > 0)
    dearer = pl.col("whole") / pl.col("units") - pl.col("whole_was") / pl.col("units_was")
    of = sold.group_by("account").agg(
        *(pl.col(name).sum() for name in ("net", "was", "whole", "whole_was", "units", "units_was")),
        price=pl.when(both).then(dearer * pl.col("units")).otherwise(0.0).sum(),
    )
    stood = of.join(first, on="account", how="left").with_columns(
        now=pl.col("whole") > 0,
        then=pl.col("whole_was") > 0,
        held=pl.when(pl.col("whole_was") > 0).then(pl.col("was") / pl.col("whole_was")).otherwise(0.0),
        volume=pl.when(pl.col("units_was") > 0)
        .then((pl.col("units") - pl.col("units_was")) * pl.col("whole_was") / pl.col("units_was"))
        .otherwise(pl.col("whole") - pl.col("whole_was")),
    )
    change = pl.col("net") - pl.col("was")
    steady = pl.col("now") & pl.col("then")
    came = pl.col("first") >= period.start
    organic = pl.col("whole") - pl.col("whole_was")
    parts = {
        "new": pl.when(pl.col("now") & ~pl.col("then") & came).then(change),
        "reactivated": pl.when(pl.col("now") & ~pl.col("then") & ~came).then(change),
        "lapsed": pl.when(~pl.col("now") & pl.col("then")).then(change),
        "taken_over": pl.when(steady).then(pl.col("net") - pl.col("held") * pl.col("whole")),
        "price": pl.when(steady).then(pl.col("held") * pl.col("price")),
        "volume": pl.when(steady).then(pl.col("held") * pl.col("volume")).when(~pl.col("now") & ~pl.col("then")).then(change),
        "mix": pl.when(steady).then(pl.col("held") * (organic - pl.col("price") - pl.col("volume"))),
    }  # fmt: skip
    told = stood.select(
        "account", "was", "net", *(part.fill_null(0.0).alias(name) for name, part in parts.items())
    )
    return told.filter((pl.col("was") != 0) | (pl.col("net") != 0)).sort("account")


def _sold(
    tables: Tables,
    credit: Credit,
    period: Period,
    holders: Collection[str] | None,
    accounts: Collection[str] | None,
    currency: str,
) -> pl.DataFrame:
    """By account and product: what is credited of both years, and what was sold, whoever sold it."""
    before = period.a_year_before()
    lines = tables.lines
    now = (lines.date >= period.start) & (lines.date < period.end)
    then = (lines.date >= before.start) & (lines.date < before.end)
    lines = lines.filter((now | then) & (lines.currency == currency))
    if holders is not None:
        mine = credit.spells.filter(pl.col("holder").is_in(list(holders)))
        shares = mine.group_by("account", "since", "until").agg(pl.col("share").sum())
        among = shares.select("account").unique()
        accounts = (
            among["account"].to_list() if accounts is None else [*set(accounts) & set(among["account"])]
        )
    if accounts is not None:
        chosen = ibis.memtable(pl.DataFrame({"account": list(accounts)}, schema={"account": pl.String}))
        lines = lines.semi_join(chosen, "account").select(lines)
    rows = lines.select(
        "account", "product", "date", "net_cents", "quantity", now=(lines.date >= period.start) & (lines.date < period.end)
    )  # fmt: skip
    if holders is None:
        rows = rows.mutate(share=ibis.literal(WHOLE, "int64"))
    else:
        spells = ibis.memtable(shares)
        rows = rows.left_join(
            spells, [rows.account == spells.account, rows.date >= spells.since, rows.date < spells.until]
        ).select(rows, share=ibis.coalesce(spells.share, 0).cast("int64"))
    cents, units = rows.net_cents, rows.quantity.fill_null(0.0)
    sums = {
        "net": rows.now.ifelse(cents * rows.share, 0),
        "was": rows.now.ifelse(0, cents * rows.share),
        "whole": rows.now.ifelse(cents, 0),
        "whole_was": rows.now.ifelse(0, cents),
        "units": rows.now.ifelse(units, 0.0),
        "units_was": rows.now.ifelse(0.0, units),
    }
    found = rows.group_by(list(KEYS)).agg(**{name: value.sum() for name, value in sums.items()}).to_polars()
    return found.with_columns(
        *((pl.col(name).cast(pl.Float64) / (100 * WHOLE)) for name in ("net", "was")),
        *((pl.col(name).cast(pl.Float64) / 100) for name in ("whole", "whole_was")),
        *(pl.col(name).cast(pl.Float64) for name in ("units", "units_was")),
    )
