"""Measures of accounts: who buys, who came, who stayed, who left."""

from __future__ import annotations

from collections.abc import Callable

import ibis
from ibis.expr import types as ir

from terrier.ledger.measures.definition import By, Measure, Sales, credited_sum, in_money, ratio, totalled

ACTIVE_NOW, ACTIVE_BEFORE = ("new", "retained", "reactivated"), ("retained", "lapsed")


def _members(sales: Sales, by: By, *, year: str) -> ir.Table:
    """Accounts with the groups they were sold to in, and how they stand; once in each group."""
    told = sales.now if year == "now" else sales.before
    inside = told.select("account", *(name for name in by if name != "account")).distinct()
    standing = sales.standing
    return inside.join(standing, "account").select(
        inside, standing.standing, standing.net_now, standing.net_before
    )


def _counted(members: ir.Table, by: By, *standings: str) -> ir.Table:
    inside = members.filter(members.standing.isin(standings))
    return totalled(inside, by, value=inside.account.nunique())


def _number(*standings: str, year: str = "now") -> Callable[[Sales, By], ir.Table]:
    def count(sales: Sales, by: By) -> ir.Table:
        return _counted(_members(sales, by, year=year), by, *standings)

    return count


def _share_of_before(*standings: str) -> Callable[[Sales, By], ir.Table]:
    """Accounts of some standing ÷ accounts active a year before, both in the groups they were sold to in that year."""

    def share(sales: Sales, by: By) -> ir.Table:
        year = "now" if "new" in standings else "before"
        top = _counted(_members(sales, by, year=year), by, *standings)
        base = _counted(_members(sales, by, year="before"), by, *ACTIVE_BEFORE)
        none = ibis.literal(0, "int64")  # not joined by the groups: one without a name is a group, too
        both = ibis.union(
            top.select(*by, numerator=top.value, denominator=none),
            base.select(*by, numerator=none, denominator=base.value),
        )
        return ratio(
            totalled(both, by, numerator=both.numerator.sum(), denominator=both.denominator.sum()), by
        )

    return share


def _kept_value(sales: Sales, by: By, *, capped: bool) -> ir.Table:
    """Of what accounts bought a year before, how much they buy now; ``capped``: what an account buys more does not make up for another."""
    members = _members(sales, by, year="before").filter(lambda t: t.net_before > 0)
    now = members.net_now.clip(lower=0)
    kept = now.clip(upper=members.net_before) if capped else now
    sums = {"numerator": in_money(kept.sum()), "denominator": in_money(members.net_before.sum())}
    return ratio(totalled(members, by, **sums), by)


def _gross(sales: Sales, by: By) -> ir.Table:
    return _kept_value(sales, by, capped=True)


def _net(sales: Sales, by: By) -> ir.Table:
    return _kept_value(sales, by, capped=False)


def _breadth(sales: Sales, by: By) -> ir.Table:
    now = sales.now.filter(lambda t: t.category.notnull())
    keys = list(dict.fromkeys([*by, "account", "category"]))
    bought = now.group_by(keys).agg(net=credited_sum(now, "net_cents")).filter(lambda t: t.net > 0)
    sums = {"numerator": bought.count(), "denominator": bought.account.nunique()}
    return ratio(totalled(bought, by, **sums), by)


_GROUPS = "By holder or group, an account counts in every one in which it bought in the period, once."
_BEFORE = "Empty where no account was active a year before."

ACTIVE = Measure(
    "active",
    "Active accounts",
    "accounts",
    "Accounts whose invoices less credit notes come to more than nothing in the period.",
    ("An account that sent back all it bought is not active.", _GROUPS),
    _number(*ACTIVE_NOW),
    "4",
)

NEW = Measure(
    "new",
    "New accounts",
    "accounts",
    "Active accounts whose first invoice ever lies in the period.",
    ("An account that bought long ago is reactivated, not new.", _GROUPS),
    _number("new"),
    "1",
)

RETAINED = Measure(
    "retained",
    "Retained accounts",
    "accounts",
    "Accounts active in the period and in the same days a year before.",
    (_GROUPS,),
    _number("retained"),
    "2",
)

REACTIVATED = Measure(
    "reactivated",
    "Reactivated accounts",
    "accounts",
    "Active accounts that bought before the period, but not in the same days a year before.",
    (_GROUPS,),
    _number("reactivated"),
    "1",
)

LAPSED = Measure(
    "lapsed",
    "Lapsed accounts",
    "accounts",
    "Accounts active in the same days a year before and not in the period.",
    ("By holder or group, it counts where it bought a year before.",),
    _number("lapsed", year="before"),
    "1",
)

RETENTION = Measure(
    "retention",
    "Retention",
    "ratio",
    "Retained accounts ÷ accounts active a year before.",
    (_BEFORE, "By holder or group, an account counts where it bought a year before."),
    _share_of_before("retained"),
    "66.7%",
)

ACQUISITION = Measure(
    "acquisition",
    "Acquisition",
    "ratio",
    "New accounts ÷ accounts active a year before.",
    (_BEFORE,),
    _share_of_before("new"),
    "33.3%",
)

GROSS_RETENTION = Measure(
    "value_retention",
    "Retention by value",
    "ratio",
    "Of what each account bought a year before, what it still buys, at most as much as then; over all ÷ all they bought then.",
    (_BEFORE, "What one account buys more does not make up for what another buys less."),
    _gross,
    "63.6%",
)

NET_RETENTION = Measure(
    "net_revenue_retention",
    "Net revenue retention",
    "ratio",
    "Revenue now of the accounts active a year before ÷ their revenue then.",
    (_BEFORE, "Above 100% the accounts that stayed grew by more than was lost."),
    _net,
    "90.9%",
)

BREADTH = Measure(
    "breadth",
    "Categories per account",
    "number",
    "Number of categories that an active account bought, on average.",
    ("Products without a category are left out; so are categories that were sent back whole.",),
    _breadth,
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
