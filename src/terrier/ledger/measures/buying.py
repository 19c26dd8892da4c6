"""Measures of how accounts buy: their orders, their rhythm, what they buy more of, what slips."""

from __future__ import annotations

import datetime as dt

import ibis
from ibis.expr import types as ir

from terrier.ledger.credit import WHOLE
from terrier.ledger.facts import union
from terrier.ledger.measures.definition import Measure
from terrier.ledger.measures.rows import accounts_now, categories, members, ordered, refuse
from terrier.ledger.measures.sales import By, Sales
from terrier.ledger.period import Period

OVERDUE = 2
"""Times its own interval: an account that has not ordered for longer is off its rhythm."""
FEWEST_ORDERS = 3
"""In a year, to have a rhythm."""
DAYS_A_MONTH = 365 / 12


def rhythm(sales: Sales, by: By) -> ir.Table:
    """One row for each account that ordered in the year to the end of the period.

    n_orders, last_date; interval : days from its first to its last order ÷ orders less one; since : days from its last order to the last day of
    the period; off : it has ordered often enough to have a rhythm and `OVERDUE` of its intervals have gone by.
    """
    refuse(sales, by, "The rhythm of an account", "category", "month")
    last = sales.period.end
    year = Period(last - dt.timedelta(days=365), last)
    found = sales.once("rhythm", lambda: sales.shared("rhythm", lambda: _rhythm(sales, year)))
    return accounts_now(sales, by, found)


def _rhythm(sales: Sales, year: Period) -> ir.Table:
    dated = union(_dated(sales, year))
    if sales.among is not None:
        dated = dated.semi_join(sales.tables.frame(sales.among), "account")
    seen = dated.group_by("account").agg(
        n_orders=dated.n_orders.sum().cast("int64"),
        first_day=dated.first_day.min(),
        last_day=dated.last_day.max(),
    )
    between = (seen.last_day - seen.first_day).cast("float64")
    since = _day(year.end) - 1 - seen.last_day
    told = seen.select(
        "account",
        "n_orders",
        interval=between / (seen.n_orders - 1).cast("float64").nullif(0),
        since=since.cast("int64"),
    )
    return told.mutate(
        off=((told.n_orders >= FEWEST_ORDERS) & (told.since > OVERDUE * told.interval)).fill_null(False)
    )


def _dated(sales: Sales, year: Period) -> list[ir.Table]:
    """Orders of a year by account, from whole months and the days outside them; days as numbers."""
    parts, whole = [], year.whole_months()
    if whole is not None:
        sums = sales.tables.orders.filter(lambda t: (t.month >= whole.start) & (t.month < whole.end))
        sums = sums.filter(sums.currency == sales.currency)
        parts.append(
            sums.select(
                "account",
                n_orders=sums.n_orders.cast("int64"),
                first_day=_number(sums.first_date),
                last_day=_number(sums.last_date),
            )
        )
    for edge in year.edges():
        lines = sales.tables.lines.filter(
            lambda t, edge=edge: (
                (t.date >= edge.start)
                & (t.date < edge.end)
                & (t.currency == sales.currency)
                & ~t.is_credit_note
            )
        )
        days = lines.group_by("account", "date").agg(n_orders=lines.invoice.nunique().cast("int64"))
        parts.append(
            days.select("account", "n_orders", first_day=_number(days.date), last_day=_number(days.date))
        )
    return parts


def _number(day: ir.DateValue) -> ir.IntegerValue:
    return day.delta(ibis.date(1970, 1, 1), unit="day").cast("int64")


def _day(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def _slips(rows: ir.Table) -> ir.BooleanValue:
    """Bought at least a quarter less than a year before, and still buys."""
    return (rows.standing == "retained") & (rows.net_now * 4 <= rows.net_before * 3)


def _grew(rows: ir.Table) -> ir.BooleanValue:
    return (rows.net_before > 0) & (rows.n_was > 0) & (rows.net_now > rows.net_before)


def _retained(rows: ir.Table) -> ir.BooleanValue:
    return (rows.standing == "retained") & (rows.n > 0)


_LAST_DAY = "By holder, accounts count for whoever holds them on the last day of the period."
_NOT_BY = "It is not told apart by category or month."

UPSELL = Measure(
    "upsell",
    "Upsell",
    "ratio",
    "Of the accounts active a year before, what those that buy more now buy more ÷ revenue of all of them then.",
    (
        "Retention by value and upsell add up to net revenue retention.",
        "Empty where no account was active a year before.",
    ),
    members,
    lambda rows: (rows.net_now - rows.net_before).sum(where=_grew(rows)),
    lambda rows: rows.net_before.sum(where=(rows.net_before > 0) & (rows.n_was > 0)),
    "27.3%",
)

CROSS_SELL = Measure(
    "cross_sell",
    "Cross-sell",
    "ratio",
    "Retained accounts that buy a category they did not buy a year before ÷ retained accounts.",
    (
        "Products without a category are left out.",
        "A category that another holder sold to the account before is not new to it.",
    ),
    categories,
    lambda rows: rows.account.nunique(where=_retained(rows) & (rows.all_now > 0) & (rows.all_was <= 0)),
    lambda rows: rows.account.nunique(where=_retained(rows)),
    "50.0%",
)

ORDERS = Measure(
    "orders",
    "Orders",
    "number",
    "Invoices, credit notes left out.",
    (
        "An invoice with lines of several days counts on each of them.",
        "By category, an order counts under each category that it holds; by holder, for each who shares in it.",
    ),
    ordered,
    lambda rows: rows.orders.sum().round().cast("int64"),
    None,
    "4",
)

ORDER_VALUE = Measure(
    "order_value",
    "Drop size",
    "money",
    "Revenue ÷ orders: what an order comes to.",
    (
        "Whoever shares in the credit shares in the order as well, so that an overlay sees orders at their full value.",
    ),
    ordered,
    lambda rows: rows.net.sum(),
    lambda rows: rows.shared.sum().cast("float64") / WHOLE,
    "322.50",
)

FREQUENCY = Measure(
    "order_frequency",
    "Order frequency",
    "number",
    "Orders ÷ accounts that ordered, in the whole period.",
    ("Divide by the months of the period to get orders a month.",),
    ordered,
    lambda rows: rows.orders.sum().round().cast("int64"),
    lambda rows: rows.account.nunique(where=rows.orders > 0),
    "1.0",
)

OFF_RHYTHM = Measure(
    "off_rhythm",
    "Accounts off their rhythm",
    "accounts",
    f"Accounts whose last order lies more than {OVERDUE} of their own intervals back.",
    (
        f"The interval is that of the year to the end of the period, of accounts with at least {FEWEST_ORDERS} orders in it.",
        _LAST_DAY,
        _NOT_BY,
    ),
    rhythm,
    lambda rows: rows.account.nunique(where=rows.off),
    None,
    "1",
)

SINCE = Measure(
    "days_since_order",
    "Days since the last order",
    "number",
    "Days from the last order to the last day of the period, on average over accounts that ordered in the year before.",
    (_LAST_DAY, _NOT_BY),
    rhythm,
    lambda rows: rows.since.sum(),
    lambda rows: rows.account.count(),
    "83.0",
)

INTERVAL = Measure(
    "order_interval",
    "Days between orders",
    "number",
    "Days from an account's first to its last order of the year to the end of the period ÷ its orders less one, on average over accounts.",
    ("An account that ordered once has no interval.", _LAST_DAY, _NOT_BY),
    rhythm,
    lambda rows: rows.interval.sum(),
    lambda rows: rows.interval.count(),
    "76.0",
)

SLIPPING = Measure(
    "slipping",
    "Slipping accounts",
    "accounts",
    "Retained accounts that buy at least a quarter less than in the same days a year before.",
    (
        "An account that buys nothing any more has lapsed; it slips no longer.",
        "By holder or group, an account counts where it still buys.",
    ),
    members,
    lambda rows: (_slips(rows) & (rows.n > 0)).sum(),
    None,
    "1",
)

SLIPPED = Measure(
    "slipped",
    "Revenue slipping away",
    "money",
    "Of slipping accounts, revenue a year before less revenue now.",
    ("By holder or group, what each lost of it.",),
    members,
    lambda rows: (rows.was - rows.net).sum(where=_slips(rows)),
    None,
    "100.00",
)

ALL = (UPSELL, CROSS_SELL, ORDERS, ORDER_VALUE, FREQUENCY, OFF_RHYTHM, SINCE, INTERVAL, SLIPPING, SLIPPED)
