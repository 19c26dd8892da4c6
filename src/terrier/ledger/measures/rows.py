"""The rows that measures sum over: of the book, of accounts, of an account's categories, of its orders."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from terrier.ledger.credit import WHOLE
from terrier.ledger.facts import union
from terrier.ledger.measures.sales import By, QuestionError, Sales


def booked(sales: Sales, by: By) -> ir.Table:
    """The book, as far as it is asked for: what is summed over it needs no accounts, unless it is told apart by them."""
    if "month" in by and not needing(sales, by, "account", *sales.told):
        return sales.kept(sales.months())
    return _accounts_book(sales, by)


def _accounts_book(sales: Sales, by: By) -> ir.Table:
    return sales.kept(sales.book(by, by_month="month" in by))


def members(sales: Sales, by: By) -> ir.Table:
    """One row for each account in each group that it was sold to in, in either year, with how it stands."""
    return _within(sales, by, "account")


def pairs(sales: Sales, by: By) -> ir.Table:
    """One row for each category of each account in each group; products without a category are left out."""
    found = _within(sales, by, "account", "category")
    return found.filter(found.category.notnull())


def categories(sales: Sales, by: By) -> ir.Table:
    """The book by category, with what the account bought of it in each year, whoever sold it: all_now and all_was."""
    book = sales.book(by, by_month="month" in by)
    alike = ibis.window(group_by=["account", "category"])
    rows = book.mutate(all_now=book.net.sum().over(alike), all_was=book.was.sum().over(alike))
    return sales.kept(rows.filter(rows.category.notnull()))


def ordered(sales: Sales, by: By) -> ir.Table:
    """Orders and what they came to; by category, those with that category. By holder, an order counts for each who shares in it, else once."""
    book = _accounts_book(sales, by)
    none, keys = ibis.literal(0, "int64"), tuple(dict.fromkeys((*by, "account")))
    once = not needing(sales, by, "holder")
    if needing(sales, by, "category"):
        return book.select(*keys, "net", "shared", orders=_orders(book, once=once))
    orders = sales.kept(sales.orders(by, by_month="month" in by))
    return union(
        [
            book.select(*keys, net=book.net, shared=none, orders=none.cast("float64")),
            orders.select(*keys, net=none, shared=orders.shared, orders=_orders(orders, once=once)),
        ]
    )


def _orders(table: ir.Table, *, once: bool) -> ir.NumericValue:
    return table.shared.cast("float64") / WHOLE if once else table.orders.cast("float64")


def needing(sales: Sales, by: By, *names: str) -> bool:
    """Whether any of some columns is asked by or for."""
    return any(name in by or name in sales.only for name in names)


def refuse(sales: Sales, by: By, what: str, *names: str) -> None:
    """Raise where it is asked by or for what does not tell it apart."""
    for name in names:
        if needing(sales, by, name):
            raise QuestionError(f"{what} cannot be told apart by {name}.")


def accounts_now(sales: Sales, by: By, table: ir.Table) -> ir.Table:
    """Rows of accounts with what they are told apart by; by holder, whoever holds them on the last day, else each once with all its share."""
    described = sales.describe(table, by)
    if needing(sales, by, "holder"):
        described = sales.held(described)
    else:
        described = described.mutate(share=ibis.literal(WHOLE, "int64"))
    return sales.kept(described)


def _within(sales: Sales, by: By, *keys: str) -> ir.Table:
    rows = _accounts_book(sales, by)
    return rows.group_by(list(dict.fromkeys((*by, *keys)))).agg(
        **{name: rows[name].sum().cast("int64") for name in ("net", "was", "n", "n_was")},
        **{name: rows[name].max() for name in ("net_now", "net_before", "standing")},
    )
