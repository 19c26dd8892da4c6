"""Which columns of the user's file are numbers to a spreadsheet, and which are names that happen to be digits."""

from __future__ import annotations

import re

import polars as pl

PLAIN = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$"  # no leading zeros, no signs of money, no thousands marks
MOST_DIGITS = 15  # a spreadsheet rounds what is longer
NAMING = {
    *("id", "ids", "key", "code", "sku", "duns", "ein", "fips"),
    *("zip", "zip4", "zip5", "zipcode", "postal", "postcode"),
    *("phone", "telephone", "tel", "fax", "mobile", "cell"),
}


def plain_numbers(series: pl.Series) -> pl.Series:
    """The column as numbers where every value that is there is a plain one and adding them up could mean something."""
    texts = series.replace("", None)
    there = texts.drop_nulls()
    if there.is_empty() or names_something(series.name):
        return series
    digits = there.str.replace_all(r"[^0-9]", "").str.len_chars()
    if not there.str.contains(PLAIN).all() or bool((digits > MOST_DIGITS).any()):
        return series
    return texts.cast(pl.Float64)


def names_something(header: str) -> bool:
    """Whether a heading such as “chain_id”, “Ship-to ZIP” or “Store #” announces names, not amounts."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header).lower()
    words = re.findall(r"[a-z0-9]+", apart)
    return "#" in header or bool(NAMING.intersection(words)) or words[-1:] in (["number"], ["no"])
