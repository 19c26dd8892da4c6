"""The columns of invoice lines and products: what they hold, and the headings they come under."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from terrier.errors import InputError
from terrier.intake.batches import Batches
from terrier.intake.columns import key, listed, quoted
from terrier.intake.table import Table

LINES: Final[dict[str, pl.DataType]] = {
    "invoice": pl.String(),
    "line": pl.String(),
    "date": pl.Date(),
    "account": pl.String(),
    "product": pl.String(),
    "quantity": pl.Float64(),
    "net_cents": pl.Int64(),
    "cost_cents": pl.Int64(),
    "currency": pl.String(),
    "is_credit_note": pl.Boolean(),
}
"""As they are kept. Amounts are in hundredths of the currency; credits are negative; what a file does not tell is null."""

PRODUCTS: Final[dict[str, pl.DataType]] = {
    "product": pl.String(),
    "name": pl.String(),
    "category": pl.String(),
    "brand": pl.String(),
}

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "invoice": ("invoice", "invoiceno", "invoicenumber", "invoiceid", "invno", "inv", "documentno", "documentnumber", "document", "docno", "billingdocument"),
    "line": ("line", "lineno", "linenumber", "lineid", "invoiceline", "item", "itemno", "position", "pos", "seq"),
    "date": ("date", "invoicedate", "billingdate", "documentdate", "docdate", "postingdate", "invdate", "day"),
    "account": ("account", "accountid", "accountno", "accountnumber", "customer", "customerid", "customerno", "customernumber", "custno", "custid", "shipto", "shiptoid", "soldto", "client", "clientid"),
    "product": ("product", "productid", "productno", "productcode", "sku", "itemcode", "material", "article", "articleno", "upc", "id"),
    "quantity": ("quantity", "qty", "units", "quantityinvoiced", "qtyinvoiced", "quantityshipped", "qtyshipped"),
    "net": ("net", "netamount", "netsales", "netvalue", "amount", "lineamount", "linenet", "extendedprice", "extprice", "extended", "sales", "revenue", "total", "linetotal"),
    "cost": ("cost", "costamount", "cogs", "costofgoods", "extendedcost", "extcost", "linecost", "totalcost"),
    "currency": ("currency", "currencycode", "curr", "cur"),
    "kind": ("kind", "type", "documenttype", "doctype", "invoicetype", "transactiontype"),
    "name": ("name", "productname", "description", "productdescription", "itemdescription", "itemname", "title"),
    "category": ("category", "productcategory", "productgroup", "group", "department", "family", "productline"),
    "brand": ("brand", "manufacturer", "vendor", "supplier", "maker"),
}  # fmt: skip
"""By what a column holds, likeliest first; compared without case, spaces and punctuation."""


def found(
    table: Table | Batches,
    wanted: tuple[str, ...],
    required: tuple[str, ...],
    named: Mapping[str, str],
    headings: Mapping[str, tuple[str, ...]] = HEADINGS,
) -> dict[str, str]:
    """Which column of a file holds what: as named by the user, else guessed from its heading.

    Raises
    ------
    InputError
        A required one is missing, a named one is not in the file, or nothing is read of what it is said to hold.
    """
    unread = next((role for role in named if role not in wanted), None)
    if unread is not None:
        raise InputError(
            table.file, f"is not read for “{unread}”", hint=f"Columns that are: {listed(wanted)}."
        )
    by_key = {key(column): column for column in reversed(table.columns)}
    columns: dict[str, str] = {}
    for role in wanted:
        given = named.get(role)
        if given is not None and key(given) not in by_key:
            raise InputError(
                table.file, f"has no column “{given}”", hint=f"Its columns: {_listed(table.columns)}."
            )
        names = (key(given),) if given is not None else headings[role]
        taken = set(columns.values())
        match = next((by_key[name] for name in names if name in by_key and by_key[name] not in taken), None)
        if match is not None:
            columns[role] = match
    missing = [role for role in required if role not in columns]
    if missing:
        raise InputError(
            table.file,
            f"has no column for the {missing[0]}",
            hint=f"Its columns: {_listed(table.columns)}. Pass --column {missing[0]}=… to name it.",
        )
    return columns


def _listed(columns: list[str]) -> str:
    return listed(quoted(column) for column in columns)
