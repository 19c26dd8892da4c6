"""Invoice lines: what every figure is made of at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from ibis.expr import types as ir

from terrier.ledger import WHOLE, Credit, Period, Tables
from terrier.office.market.places import counties_of_accounts
from terrier.office.people.models import Person
from terrier.office.people.scope import scope_of
from terrier.office.sales import gateway
from terrier.office.sales.credit import accounts_now, accounts_version
from terrier.office.sales.figures import reading
from terrier.office.sales.whose import Narrowed, accounts_seen

A_PAGE = 100
MOST_EXPORTED = 500_000


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of lines. rows : as dictionaries, the latest first. total, net : of all that are asked for, as credited. elsewhere : what is
    credited of accounts that others hold today, whose lines are not among them."""

    rows: list[dict[str, Any]]
    total: int
    net: float
    elsewhere: float = 0.0


def lines_of(
    person: Person,
    asked: Narrowed,
    period: Period,
    *,
    page: int = 1,
    limit: int = A_PAGE,
    currency: str = "",
) -> Lines:
    """The lines of a period that a person may see and that are asked for, with what of each is credited to whom is asked for."""
    accounts = _asked_for(accounts_seen(person), asked)
    whole = scope_of(person).whole_company and "account" not in asked.only and len(asked.only) == 0
    with reading() as (tables, credit):
        found = _lines(tables, credit, asked, period, currency or gateway.main_currency())
        if not whole:
            mine = tables.frame(accounts.select("account"))
            every = _asked_for(accounts_now(accounts_version()), asked).join(
                accounts, on="account", how="anti"
            )
            others = found.semi_join(tables.frame(every.select("account")), "account").select(found)
            found = found.semi_join(mine, "account").select(found)
        sums = found.aggregate(n=found.count(), net=_credited(found)).to_polars().row(0, named=True)
        elsewhere = 0 if whole else others.aggregate(net=_credited(others)).to_polars()["net"].item() or 0
        ordered = found.order_by(found.date.desc(), found.invoice.desc(), found.line)
        rows = ordered.limit(limit, offset=(page - 1) * limit).to_polars()
    told = rows.join(accounts.select("account", "pk", account_name="name"), on="account", how="left")
    net, left = (float(one or 0) / (100 * WHOLE) for one in (sums["net"], elsewhere))
    return Lines([_line(row) for row in told.iter_rows(named=True)], sums["n"], net, left)


def _asked_for(accounts: pl.DataFrame, asked: Narrowed) -> pl.DataFrame:
    for column in ("account", "channel", "account_class", "status", "state"):
        if column in asked.only:
            accounts = accounts.filter(pl.col(column).is_in(list(asked.only[column])))
    if "county" in asked.only:
        inside = counties_of_accounts().filter(pl.col("area").is_in(list(asked.only["county"])))
        accounts = accounts.join(inside, on="account", how="semi")
    return accounts


def _credited(lines: ir.Table) -> ir.Value:
    return (lines.net_cents * lines.share).sum()


def _lines(tables: Tables, credit: Credit, asked: Narrowed, period: Period, currency: str) -> ir.Table:
    lines, products = tables.lines, tables.products
    inside = lines.filter(
        (lines.date >= period.start) & (lines.date < period.end) & (lines.currency == currency)
    )
    told = inside.left_join(products, "product").select(
        inside, product_name=products["name"], category=products.category, brand=products.brand
    )
    if "category" in asked.only:
        wanted = [one for one in asked.only["category"] if one is not None]
        inside = told.category.isin(wanted)
        told = told.filter(inside | told.category.isnull() if None in asked.only["category"] else inside)
    if "holder" not in asked.only:
        return told.mutate(share=WHOLE)
    mine = credit.spells.filter(pl.col("holder").is_in([one for one in asked.only["holder"] if one]))
    spells = tables.frame(mine.group_by("account", "since", "until").agg(pl.col("share").sum()))
    return told.inner_join(
        spells, [told.account == spells.account, told.date >= spells.since, told.date < spells.until]
    ).select(told, spells.share)


def _line(row: dict[str, Any]) -> dict[str, Any]:
    net, cost = row["net_cents"] / 100, row["cost_cents"]
    return row | {
        "net": net,
        "credited": net * row["share"] / WHOLE,
        "price": net / row["quantity"] if row["quantity"] else None,
        "margin": None if cost is None else net - cost / 100,
        "shared": row["share"] != WHOLE,
    }
