"""The bridge of growth: where the difference to a year before comes from, in parts that add up to it exactly."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from terrier.ledger.facts import union
from terrier.ledger.measures.definition import Measure
from terrier.ledger.measures.rows import needing, refuse
from terrier.ledger.measures.sales import By, Sales
from terrier.ledger.period import Period

NONE = ""
"""Stands for no category where tables are joined by it: engines take no two nulls for the same."""


def bridged(sales: Sales, by: By) -> ir.Table:
    """One row an account in each group, with the parts of the difference between its two years."""
    refuse(sales, by, "The bridge of growth", "month")
    level = tuple(dict.fromkeys((*(name for name in by if name != "holder"), *sales.only, "account")))
    level = tuple(name for name in level if name != "holder")
    split = needing(sales, by, "holder")
    found = sales.once(
        f"bridge {sorted(level)} {split}", lambda: sales.tables.kept(_parts(sales, level, split))
    )
    return sales.kept(found)


def _parts(sales: Sales, level: By, split: bool) -> ir.Table:
    book, index = (
        sales.book(level),
        sales.once("prices", lambda: sales.whole.shared("prices", lambda: price_index(sales))),
    )
    named = book.mutate(at=book.category.fill_null(NONE))
    rows = named.left_join(index, named["at"] == index.of).select(
        named, index=ibis.coalesce(index["index"], 1.0)
    )
    keys = [*level, *(["holder"] if split else [])]
    own = rows.group_by(keys).agg(
        n1=rows.net.sum().cast("int64"),
        n0=rows.was.sum().cast("int64"),
        r1=(rows.net / rows["index"]).sum(),
        q1=rows.units.sum(),
        q0=rows.units_was.sum(),
        standing=rows.standing.max(),
    )
    whole = ibis.window(group_by=list(level))
    told = own.mutate(
        all1=own.n1.sum().over(whole).cast("float64"),
        all0=own.n0.sum().over(whole).cast("float64"),
        real1=own.r1.sum().over(whole),
        units1=own.q1.sum().over(whole),
        units0=own.q0.sum().over(whole),
    )
    share = (told.n1.cast("float64") / told.all1.nullif(0)).fill_null(0)
    stays = (told.standing == "retained") & (told.all1 != 0)
    growth = told.n1 - told.n0
    units = (told.units0 > 0).ifelse(told.units1 / told.units0.nullif(0) - 1, 0.0)
    parts = told.select(
        *keys,
        growth=growth,
        gained=(told.standing == "new").ifelse(growth, 0),
        regained=(told.standing == "reactivated").ifelse(growth, 0),
        lost=(told.standing == "lapsed").ifelse(growth, 0),
        moved=_whole(stays, share * told.all0 - told.n0) if split else ibis.literal(0, "int64"),
        price=_whole(stays, share * (told.all1 - told.real1)),
        volume=_whole(stays, share * told.all0 * units),
    )
    explained = parts.gained + parts.regained + parts.lost + parts.moved + parts.price + parts.volume
    return parts.mutate(mix=parts.growth - explained)


def _whole(where: ir.BooleanValue, value: ir.NumericValue) -> ir.IntegerValue:
    return where.ifelse(value.round().cast("int64"), 0).fill_null(0)


def price_index(sales: Sales) -> ir.Table:
    """of (a category, `NONE` for none) and index: what this year's goods cost ÷ what they would have cost at last year's prices.

    Over all accounts, of products that were sold in both years; their price is revenue ÷ quantity of the year.
    """
    now, before = (_priced(sales, period) for period in (sales.period, sales.period.a_year_before()))
    both = now.join(before, "product").select(
        now["product"], n1=now.net, q1=now.quantity, n0=before.net, q0=before.quantity
    )
    products = sales.tables.products.select("product", "category")
    named = both.left_join(products, "product").select(both, of=products.category.fill_null(NONE))
    sums = named.group_by("of").agg(
        now=named.n1.sum().cast("float64"), then=(named.n0.cast("float64") / named.q0 * named.q1).sum()
    )
    return sums.select("of", index=sums.now / sums.then.nullif(0))


def _priced(sales: Sales, period: Period) -> ir.Table:
    """What each product sold for in a period, if it did."""
    parts, whole = [], period.whole_months()
    columns = ("product", "net_cents", "quantity")
    if whole is not None:
        sums = sales.tables.prices.filter(lambda t: (t.month >= whole.start) & (t.month < whole.end))
        parts.append(sums.filter(sums.currency == sales.currency).select(*columns))
    for edge in period.edges():
        lines = sales.tables.lines.filter(lambda t, edge=edge: (t.date >= edge.start) & (t.date < edge.end))
        lines = lines.filter(
            (lines.currency == sales.currency) & lines["product"].notnull() & lines.quantity.notnull()
        )
        parts.append(lines.select(*columns))
    sold = union(parts)
    found = sold.group_by("product").agg(
        net=sold.net_cents.sum().cast("int64"), quantity=sold.quantity.sum().cast("float64")
    )
    return found.filter((found.net > 0) & (found.quantity > 0))


_ADDS_UP = (
    "New, regained and lapsed accounts, hand-overs, price, volume and mix add up to growth, to the cent."
)


def _part(name: str, title: str, formula: str, column: str, example: str, *edges: str) -> Measure:
    return Measure(
        name,
        title,
        "money",
        formula,
        (*edges, _ADDS_UP),
        bridged,
        lambda rows: rows[column].sum(),
        None,
        example,
    )


ALL = (
    _part("growth_new", "Growth by new accounts", "Revenue of new accounts.", "gained", "100.00"),
    _part(
        "growth_regained",
        "Growth by regained accounts",
        "Revenue of reactivated accounts.",
        "regained",
        "190.00",
    ),
    _part(
        "growth_lapsed",
        "Growth lost with lapsed accounts",
        "What lapsed accounts bought a year before, as a loss.",
        "lost",
        "-300.00",
    ),
    _part(
        "growth_moved",
        "Growth by hand-overs",
        "Retained accounts: what they bought a year before, by today's shares of credit less by those of then.",
        "moved",
        "0.00",
        "Nothing over all holders: what one hands over another is handed.",
    ),
    _part(
        "growth_price",
        "Growth by price",
        "Retained accounts: what they buy less what it would have cost at last year's prices.",
        "price",
        "100.00",
        "By how much prices of a category changed is told by products sold in both years, over all accounts: revenue ÷ quantity of each, weighted by what is sold now.",
        "What a single account pays more or less than others is mix.",
    ),
    _part(
        "growth_volume",
        "Growth by volume",
        "Retained accounts: revenue a year before × the change in units.",
        "volume",
        "400.00",
        "Where a year before has no units, all is mix.",
    ),
    _part(
        "growth_mix",
        "Growth by mix",
        "Retained accounts: the rest, from buying dearer or cheaper products than a year before.",
        "mix",
        "-300.00",
    ),
)
