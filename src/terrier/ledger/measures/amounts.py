"""Measures of money: revenue, margin, growth."""

from __future__ import annotations

from ibis.expr import types as ir

from terrier.ledger.measures.definition import Measure
from terrier.ledger.measures.rows import booked


def _margin(rows: ir.Table) -> ir.Value:
    return rows.costed.sum() - rows.cost.sum()


def _retained(rows: ir.Table) -> ir.BooleanValue:
    return rows.standing == "retained"


REVENUE = Measure(
    "revenue",
    "Revenue",
    "money",
    "Net amounts of invoices less those of credit notes, by the date of the invoice; each holder's share of the credit on that day.",
    (
        "What nobody was credited with on the day counts under nobody, so that all holders together have what was invoiced.",
        "Lines in another currency are left out; ask for that currency to see them.",
    ),
    booked,
    lambda rows: rows.net.sum(),
    None,
    "1290.00",
)

REVENUE_BEFORE = Measure(
    "revenue_before",
    "Revenue a year before",
    "money",
    "Revenue of the same days a year before.",
    ("By month, each month stands beside the same month a year before.",),
    booked,
    lambda rows: rows.was.sum(),
    None,
    "1100.00",
)

MARGIN = Measure(
    "margin",
    "Margin",
    "money",
    "Revenue less cost, of the lines whose cost is known.",
    ("A line without a cost counts neither as revenue nor as cost here: unknown is not free.",),
    booked,
    _margin,
    None,
    "490.00",
)

MARGIN_RATE = Measure(
    "margin_rate",
    "Margin rate",
    "ratio",
    "Margin ÷ revenue of the lines whose cost is known.",
    ("Empty where no cost is known, or where what is known was credited again.",),
    booked,
    _margin,
    lambda rows: rows.costed.sum(),
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
    booked,
    lambda rows: rows.net.sum() - rows.was.sum(),
    lambda rows: rows.was.sum(),
    "17.3%",
)

LIKE_FOR_LIKE = Measure(
    "like_for_like_growth",
    "Growth, like for like",
    "ratio",
    "Growth of the accounts that are active in both years.",
    ("New, reactivated and lapsed accounts are left out in both years.",),
    booked,
    lambda rows: rows.net.sum(where=_retained(rows)) - rows.was.sum(where=_retained(rows)),
    lambda rows: rows.was.sum(where=_retained(rows)),
    "25.0%",
)

ALL = (REVENUE, REVENUE_BEFORE, MARGIN, MARGIN_RATE, GROWTH, LIKE_FOR_LIKE)
