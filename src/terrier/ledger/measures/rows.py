"""The rows that measures sum over: of the book, of accounts, of an account's categories."""

from __future__ import annotations

from ibis.expr import types as ir

from terrier.ledger.measures.sales import By, Sales


def booked(sales: Sales, by: By) -> ir.Table:
    """The book, as far as it is asked for."""
    return sales.kept(sales.book(by_month="month" in by))


def members(sales: Sales, by: By) -> ir.Table:
    """One row for each account in each group that it was sold to in, in either year, with how it stands."""
    return _within(sales, by, "account")


def pairs(sales: Sales, by: By) -> ir.Table:
    """One row for each category of each account in each group; products without a category are left out."""
    found = _within(sales, by, "account", "category")
    return found.filter(found.category.notnull())


def ordered(sales: Sales, by: By) -> ir.Table:
    """Orders; by category, those with that category."""
    if "category" in by or "category" in sales.only:
        return booked(sales, by)
    return sales.kept(sales.orders(by_month="month" in by))


def _within(sales: Sales, by: By, *keys: str) -> ir.Table:
    rows = booked(sales, by)
    return rows.group_by(list(dict.fromkeys((*by, *keys)))).agg(
        **{name: rows[name].sum().cast("int64") for name in ("net", "was", "n", "n_was")},
        **{name: rows[name].max() for name in ("net_now", "net_before", "standing")},
    )
