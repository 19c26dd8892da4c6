"""Measures of money: revenue, margin, growth."""

from __future__ import annotations

from ibis.expr import types as ir

from terrier.ledger.measures.definition import (
    By,
    Measure,
    Sales,
    credited_sum,
    in_money,
    ratio,
    side_by_side,
    totalled,
)


def _revenue(sales: Sales, by: By) -> ir.Table:
    return totalled(sales.now, by, value=in_money(credited_sum(sales.now, "net_cents")))


def _margin(sales: Sales, by: By) -> ir.Table:
    now = sales.now
    earned = credited_sum(now, "costed_net_cents") - credited_sum(now, "cost_cents").fill_null(0)
    return totalled(now, by, value=in_money(earned))


def _margin_rate(sales: Sales, by: By) -> ir.Table:
    now = sales.now
    costed = credited_sum(now, "costed_net_cents")
    earned = costed - credited_sum(now, "cost_cents").fill_null(0)
    return ratio(totalled(now, by, numerator=in_money(earned), denominator=in_money(costed)), by)


def _growth(sales: Sales, by: By) -> ir.Table:
    return _change(sales.now, sales.before, by)


def _like_for_like(sales: Sales, by: By) -> ir.Table:
    retained = sales.standing.filter(lambda t: t.standing == "retained").select("account")
    now, before = (part.semi_join(retained, "account") for part in (sales.now, sales.before))
    return _change(now.select(*sales.now.columns), before.select(*sales.before.columns), by)


def _change(now: ir.Table, before: ir.Table, by: By) -> ir.Table:
    """What came more than a year before, over what came then."""
    both = side_by_side(now, before)
    parts = totalled(
        both, by, numerator=in_money(both.net.sum() - both.was.sum()), denominator=in_money(both.was.sum())
    )
    return ratio(parts, by)


REVENUE = Measure(
    "revenue",
    "Revenue",
    "money",
    "Net amounts of invoices less those of credit notes, by the date of the invoice; each holder's share of the credit on that day.",
    (
        "What nobody was credited with on the day counts under nobody, so that all holders together have what was invoiced.",
        "Lines in another currency are left out; ask for that currency to see them.",
    ),
    _revenue,
    "1290.00",
)

MARGIN = Measure(
    "margin",
    "Margin",
    "money",
    "Revenue less cost, of the lines whose cost is known.",
    ("A line without a cost counts neither as revenue nor as cost here: unknown is not free.",),
    _margin,
    "490.00",
)

MARGIN_RATE = Measure(
    "margin_rate",
    "Margin rate",
    "ratio",
    "Margin ÷ revenue of the lines whose cost is known.",
    ("Empty where no cost is known, or where what is known was credited again.",),
    _margin_rate,
    "49.0%",
)

GROWTH = Measure(
    "growth",
    "Growth",
    "ratio",
    "(Revenue − revenue of the same days a year before) ÷ revenue of the same days a year before.",
    (
        "Empty where nothing was sold a year before: there is nothing to have grown from.",
        "By holder, each year's sales count for whoever held the account in that year.",
    ),
    _growth,
    "17.3%",
)

LIKE_FOR_LIKE = Measure(
    "like_for_like_growth",
    "Growth, like for like",
    "ratio",
    "Growth of the accounts that are active in both years.",
    ("New, reactivated and lapsed accounts are left out in both years.",),
    _like_for_like,
    "25.0%",
)

ALL = (REVENUE, MARGIN, MARGIN_RATE, GROWTH, LIKE_FOR_LIKE)
