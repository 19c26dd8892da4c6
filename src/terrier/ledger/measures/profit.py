"""Measures of what is left: cost to serve, profit of accounts and of territories; and on how few accounts it rests."""

from __future__ import annotations

import ibis
import polars as pl
from ibis.expr import types as ir

from terrier.ledger.facts import union
from terrier.ledger.measures.definition import Measure
from terrier.ledger.measures.rows import accounts_now, booked, members, needing, refuse
from terrier.ledger.measures.sales import By, QuestionError, Sales

TOP = 10


def served(sales: Sales, by: By) -> ir.Table:
    """Margin, and cost to serve: calls on an account in the period × what one costs."""
    refuse(sales, by, "Cost to serve", "category", "month")
    accounts = sales.accounts
    if accounts is None or "calls" not in accounts.columns or not sales.given.call_cents:
        raise QuestionError("Cost to serve needs accounts with calls, and what a call costs.")
    called = accounts.select("account", pl.col("calls").cast(pl.Float64).fill_null(0))
    calls = accounts_now(sales, by, sales.once("calls", lambda: sales.frame(called)))
    keys, none = tuple(dict.fromkeys((*by, "account"))), ibis.literal(0, "int64")
    book = booked(sales, by)
    cost = (calls.calls * sales.given.call_cents * calls.share * sales.years).round().cast("int64")
    return union(
        [
            book.select(*keys, margin=book.costed - book.cost, served=none),
            calls.select(*keys, margin=none, served=cost),
        ]
    )


def territories(sales: Sales, by: By) -> ir.Table:
    """Margin, cost to serve and what holding the territory costs."""
    fixed = sales.given.fixed
    if fixed is None:
        raise QuestionError("Territory profit needs what holding each territory costs.")
    for name in (*by, *sales.only):
        if name != "holder":
            raise QuestionError(f"Territory profit cannot be told apart by {name}, only by holder.")
    rows = served(sales, ("holder",) if needing(sales, by, "holder") else ())
    costs = sales.kept(
        sales.once(
            "fixed", lambda: sales.tables.frame(fixed.select("holder", pl.col("cost_cents").cast(pl.Int64)))
        )
    )
    none = ibis.literal(0, "int64")
    cost = (costs.cost_cents * 10_000 * sales.years).round().cast("int64")
    return union(
        [
            rows.select(*by, margin=rows.margin, served=rows.served, fixed=none),
            costs.select(*by, margin=none, served=none, fixed=cost),
        ]
    )


def ranked(sales: Sales, by: By) -> ir.Table:
    """Accounts that bought, the largest of each group first."""
    rows = members(sales, by)
    bought = rows.filter(rows.net > 0)
    order = ibis.window(group_by=list(by), order_by=[bought.net.desc(), bought.account])
    return bought.mutate(place=ibis.row_number().over(order))


_LAST_DAY = (
    "By holder, calls count for whoever holds the account on the last day of the period, by their share."
)
_CALLS = "Calls are those planned for a year, for as many days as the period has; an account without any costs nothing to serve."

COST_TO_SERVE = Measure(
    "cost_to_serve",
    "Cost to serve",
    "money",
    "Calls on accounts × what a call costs.",
    (_CALLS, _LAST_DAY),
    served,
    lambda rows: rows.served.sum(),
    None,
    "192.33",
)

ACCOUNT_PROFIT = Measure(
    "account_profit",
    "Account profit",
    "money",
    "Margin less cost to serve.",
    ("Lines without a cost count neither as revenue nor as cost.", _CALLS, _LAST_DAY),
    served,
    lambda rows: rows.margin.sum() - rows.served.sum(),
    None,
    "297.67",
)

TERRITORY_PROFIT = Measure(
    "territory_profit",
    "Territory profit",
    "money",
    "Margin less cost to serve less what holding the territory costs, a year's for as many days as the period has.",
    ("It is told apart by holder alone.", _LAST_DAY),
    territories,
    lambda rows: rows.margin.sum() - rows.served.sum() - rows.fixed.sum(),
    None,
    "100.41",
)

CONCENTRATION = Measure(
    "concentration",
    "Concentration",
    "ratio",
    f"Revenue of the {TOP} largest accounts ÷ revenue of all.",
    (
        "Of accounts whose invoices come to more than their credit notes.",
        f"In each group its own {TOP} largest: shares of groups do not add up.",
    ),
    ranked,
    lambda rows: rows.net.sum(where=rows.place < TOP),
    lambda rows: rows.net.sum(),
    "100.0%",
)

ALL = (COST_TO_SERVE, ACCOUNT_PROFIT, TERRITORY_PROFIT, CONCENTRATION)
