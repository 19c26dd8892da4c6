"""Measures of what could be sold: white space, share of an account's potential, penetration and share of the market."""

from __future__ import annotations

import ibis
import polars as pl
from ibis.expr import types as ir

from terrier.ledger.facts import union
from terrier.ledger.measures.definition import Measure
from terrier.ledger.measures.rows import accounts_now, booked, members, refuse
from terrier.ledger.measures.sales import By, QuestionError, Sales

ACTIVE = ("new", "retained", "reactivated")
NONE = ""


def white(sales: Sales, by: By) -> ir.Table:
    """One row for each account and each category that accounts like it buy, with the gap to what they would."""
    refuse(sales, by, "White space", "month")
    whole, name = sales.whole, f"white-{_alike(sales)}"
    gaps = whole.shared(name, lambda: _white(whole))
    return accounts_now(sales, by, sales.once("white", lambda: sales.mine(gaps)))


def _white(sales: Sales) -> ir.Table:
    """account, category, gap: what accounts like it would buy of the category less what it buys, where that is more than nothing."""
    like, bought = _mix(sales), _bought(sales)
    totals = bought.group_by([*sales.given.peers, "account"]).agg(total=bought.net.sum())
    named = _named(totals, sales.given.peers)
    expected = named.join(like, [named[f"at_{name}"] == like[f"of_{name}"] for name in sales.given.peers])
    expected = expected.select("account", "category", total="total", part="part")
    own = bought.group_by("account", "category").agg(net=bought.net.sum())
    own = own.select(whose="account", what="category", net="net")
    both = expected.left_join(own, [expected.account == own.whose, expected.category == own.what])
    gaps = both.select(
        "account",
        "category",
        gap=(both.total.cast("float64") * both.part).round().cast("int64") - both.net.fill_null(0),
    )
    return gaps.filter(gaps.gap > 0)


def _alike(sales: Sales) -> str:
    """The same where the same accounts are alike, and the same are credited."""
    if sales.accounts is None or not sales.given.peers:
        return sales.credit.digest
    hashes = sales.accounts.select("account", *sales.given.peers).hash_rows(seed=0)
    return f"{sales.credit.digest}-{int(hashes.sum()) & (2**64 - 1):016x}"


def _bought(sales: Sales) -> ir.Table:
    """account, peers, category, net: of active accounts, what they bought of each category, whoever sold it."""
    book = sales.book(sales.given.peers)
    told = book.filter((book.net_now > 0) & book.category.notnull())
    sums = told.group_by(["account", *sales.given.peers, "category"]).agg(net=told.net.sum().cast("int64"))
    return sums.filter(sums.net > 0)


def _mix(sales: Sales) -> ir.Table:
    """of_peers…, category, part: the share of each category in what accounts alike buy."""
    peers, bought = sales.given.peers, _bought(sales)
    sums = bought.group_by([*peers, "category"]).agg(net=bought.net.sum().cast("float64"))
    whole = sums.net.sum().over(ibis.window(group_by=list(peers)))
    parts = sums.select(*peers, "category", part=sums.net / whole)
    return parts.select("category", "part", **{f"of_{name}": parts[name].fill_null(NONE) for name in peers})


def _named(table: ir.Table, peers: By) -> ir.Table:
    return table.mutate(**{f"at_{name}": table[name].fill_null(NONE) for name in peers})


def wallet(sales: Sales, by: By) -> ir.Table:
    """Revenue of accounts whose potential is known, and that potential for the period."""
    refuse(sales, by, "The potential of accounts", "category", "month")
    accounts = sales.accounts
    if accounts is None or "potential_cents" not in accounts.columns:
        raise QuestionError("Share of potential needs accounts with potential_cents.")
    known = accounts.filter(pl.col("potential_cents").is_not_null()).select(
        "account", pl.col("potential_cents").cast(pl.Int64)
    )
    potentials = sales.once("potentials", lambda: sales.frame(known))
    mine = accounts_now(sales, by, potentials)
    none, keys = ibis.literal(0, "int64"), tuple(dict.fromkeys((*by, "account")))
    book = booked(sales, by).semi_join(potentials, "account")
    potential = (mine.potential_cents * mine.share * sales.years).round().cast("int64")
    return union(
        [book.select(*keys, net=book.net, potential=none), mine.select(*keys, net=none, potential=potential)]
    )


def market(sales: Sales, by: By) -> ir.Table:
    """Customers and revenue of the areas whose market is known, and that market: customers, potential_customers, net, potential."""
    known = sales.given.market
    if known is None:
        raise QuestionError("Penetration and share of the market need a market: areas with their potential.")
    figures = ("potential_customers", "potential_cents")
    if "area" not in known.columns or "area" not in sales.told:
        raise QuestionError("A market is told by area: it and the accounts need a column called area.")
    for name in (*by, *sales.only):
        if name not in known.columns or name in figures:
            raise QuestionError(f"The market is not told apart by “{name}”.")
    areas = sales.once("areas", lambda: sales.tables.frame(_whole_numbers(known, figures)))
    none = ibis.literal(0, "int64")
    columns = tuple(dict.fromkeys((*by, "area")))
    rows = members(sales, columns).semi_join(areas, "area")
    customers = (rows.standing.isin(ACTIVE) & (rows.n > 0)).ifelse(1, 0).cast("int64")
    kept = sales.kept(areas)
    return union(
        [
            rows.select(
                *columns, customers=customers, potential_customers=none, net=rows.net, potential=none
            ),
            kept.select(
                *columns,
                customers=none,
                potential_customers=kept.potential_customers,
                net=none,
                potential=(kept.potential_cents * 10_000 * sales.years).round().cast("int64"),
            ),
        ]
    )


def untapped(sales: Sales, by: By) -> ir.Table:
    """One row for each area, and whatever it is told apart by, with what of its potential is not sold."""
    rows = market(sales, by)
    keys = list(dict.fromkeys((*by, "area")))
    areas = rows.group_by(keys).agg(net=rows.net.sum(), potential=rows.potential.sum())
    gap = areas.potential.cast("int64") - areas.net.cast("int64")
    return areas.select(*keys, gap=ibis.greatest(gap, ibis.literal(0, "int64")))


def _whole_numbers(known: pl.DataFrame, figures: tuple[str, ...]) -> pl.DataFrame:
    """The market with whole numbers, nothing where it does not tell."""
    absent = [pl.lit(0).alias(name) for name in figures if name not in known.columns]
    return known.with_columns(absent).with_columns(pl.col(figures).cast(pl.Int64).fill_null(0))


_AREAS = "Customers outside the areas of the market are left out, and so is what they buy."
_MARKET = "It is told apart by what the market is: by area, and by whatever stands beside it there."

WHITE_SPACE = Measure(
    "white_space",
    "White space",
    "money",
    "By account and category: what the account would buy of the category if its purchases were made up as those of its peers are, less what it buys of it, where that is more than nothing.",
    (
        "Peers are the active accounts that are alike in what is chosen (channel, class, area), all where nothing is; how much of each category they buy together is their make-up.",
        "Of accounts that buy: what those that do not could buy is told by their potential.",
        "By holder, whoever holds the account on the last day of the period, by their share.",
    ),
    white,
    lambda rows: (rows.gap.cast("float64") * rows.share / 10_000).round().cast("int64").sum(),
    None,
    "455.81",
)

WALLET = Measure(
    "share_of_potential",
    "Share of potential",
    "ratio",
    "Revenue ÷ potential of the accounts whose potential is known, a year's for as many days as the period has.",
    (
        "Accounts that buy nothing count with their potential.",
        "By holder, the potential counts for whoever holds the account on the last day of the period.",
        "It is not told apart by category or month.",
    ),
    wallet,
    lambda rows: rows.net.sum(),
    lambda rows: rows.potential.sum(),
    "34.5%",
)

PENETRATION = Measure(
    "penetration",
    "Penetration",
    "ratio",
    "Active accounts ÷ potential customers of the market's areas.",
    (_AREAS, _MARKET),
    market,
    lambda rows: rows.customers.sum(),
    lambda rows: rows.potential_customers.sum(),
    "23.1%",
)

MARKET_SHARE = Measure(
    "market_share",
    "Share of the market",
    "ratio",
    "Revenue ÷ potential of the market's areas, a year's for as many days as the period has.",
    (_AREAS, _MARKET),
    market,
    lambda rows: rows.net.sum(),
    lambda rows: rows.potential.sum(),
    "20.1%",
)

MARKET_WHITE_SPACE = Measure(
    "market_white_space",
    "White space of the market",
    "money",
    "Of each of the market's areas, its potential less revenue there, where that is more than nothing; a year's for as many days as the period has.",
    (
        "An area in which more is sold than its potential does not make up for another.",
        _AREAS,
        _MARKET,
    ),
    untapped,
    lambda rows: rows.gap.sum(),
    None,
    "4727.81",
)

ALL = (WHITE_SPACE, WALLET, PENETRATION, MARKET_SHARE, MARKET_WHITE_SPACE)
