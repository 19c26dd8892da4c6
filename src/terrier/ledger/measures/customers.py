"""Measures of accounts: who buys, who came, who stayed, who left."""

from __future__ import annotations

from ibis.expr import types as ir

from terrier.ledger.measures.definition import Measure, Sum
from terrier.ledger.measures.rows import members, pairs

ACTIVE_NOW, ACTIVE_BEFORE = ("new", "retained", "reactivated"), ("retained", "lapsed")


def _now(*standings: str) -> Sum:
    """Accounts of some standing, where they buy now."""
    return lambda rows: (rows.standing.isin(standings) & (rows.n > 0)).sum()


def _before(*standings: str) -> Sum:
    """Accounts of some standing, where they bought a year before."""
    return lambda rows: (rows.standing.isin(standings) & (rows.n_was > 0)).sum()


def _customers_before(rows: ir.Table) -> ir.BooleanValue:
    return (rows.net_before > 0) & (rows.n_was > 0)


def _value_before(rows: ir.Table) -> ir.Value:
    return rows.net_before.sum(where=_customers_before(rows))


def _kept(rows: ir.Table) -> ir.Value:
    return rows.net_now.clip(lower=0).sum(where=_customers_before(rows))


def _kept_at_most(rows: ir.Table) -> ir.Value:
    """What an account buys more than before does not make up for another."""
    kept = rows.net_now.clip(lower=0)
    return (kept < rows.net_before).ifelse(kept, rows.net_before).sum(where=_customers_before(rows))


_GROUPS = "By holder or group, an account counts in every one in which it bought in the period, once."
_BEFORE = "Empty where no account was active a year before."

ACTIVE = Measure(
    "active",
    "Active accounts",
    "accounts",
    "Accounts whose invoices less credit notes come to more than nothing in the period.",
    ("An account that sent back all it bought is not active.", _GROUPS),
    members,
    _now(*ACTIVE_NOW),
    None,
    "4",
)

NEW = Measure(
    "new",
    "New accounts",
    "accounts",
    "Active accounts whose first invoice ever lies in the period.",
    ("An account that bought long ago is reactivated, not new.", _GROUPS),
    members,
    _now("new"),
    None,
    "1",
)

RETAINED = Measure(
    "retained",
    "Retained accounts",
    "accounts",
    "Accounts active in the period and in the same days a year before.",
    (_GROUPS,),
    members,
    _now("retained"),
    None,
    "2",
)

REACTIVATED = Measure(
    "reactivated",
    "Reactivated accounts",
    "accounts",
    "Active accounts that bought before the period, but not in the same days a year before.",
    (_GROUPS,),
    members,
    _now("reactivated"),
    None,
    "1",
)

LAPSED = Measure(
    "lapsed",
    "Lapsed accounts",
    "accounts",
    "Accounts active in the same days a year before and not in the period.",
    ("By holder or group, it counts where it bought a year before.",),
    members,
    _before("lapsed"),
    None,
    "1",
)

RETENTION = Measure(
    "retention",
    "Retention",
    "ratio",
    "Retained accounts ÷ accounts active a year before.",
    (_BEFORE, "By holder or group, an account counts where it bought a year before."),
    members,
    _before("retained"),
    _before(*ACTIVE_BEFORE),
    "66.7%",
)

ACQUISITION = Measure(
    "acquisition",
    "Acquisition",
    "ratio",
    "New accounts ÷ accounts active a year before.",
    (_BEFORE,),
    members,
    _now("new"),
    _before(*ACTIVE_BEFORE),
    "33.3%",
)

GROSS_RETENTION = Measure(
    "value_retention",
    "Retention by value",
    "ratio",
    "Of what each account bought a year before, what it still buys, at most as much as then; over all ÷ all they bought then.",
    (_BEFORE, "What one account buys more does not make up for what another buys less."),
    members,
    _kept_at_most,
    _value_before,
    "63.6%",
)

NET_RETENTION = Measure(
    "net_revenue_retention",
    "Net revenue retention",
    "ratio",
    "Revenue now of the accounts active a year before ÷ their revenue then.",
    (_BEFORE, "Above 100% the accounts that stayed grew by more than was lost."),
    members,
    _kept,
    _value_before,
    "90.9%",
)

BREADTH = Measure(
    "breadth",
    "Categories per account",
    "number",
    "Number of categories that an active account bought, on average.",
    ("Products without a category are left out; so are categories that were sent back whole.",),
    pairs,
    lambda rows: (rows.net > 0).sum(),
    lambda rows: rows.account.nunique(where=rows.net > 0),
    "1.25",
)

ALL = (
    ACTIVE,
    NEW,
    RETAINED,
    REACTIVATED,
    LAPSED,
    RETENTION,
    ACQUISITION,
    GROSS_RETENTION,
    NET_RETENTION,
    BREADTH,
)
