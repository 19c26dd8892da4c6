"""What the market holds, area by area: US County Business Patterns, or any file of area codes and values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from terrier.errors import InputError
from terrier.intake.columns import key
from terrier.intake.read import read_table
from terrier.intake.table import Table
from terrier.ledger.columns import found
from terrier.ledger.reading import numbers_of

PET_TRADE: Final = {
    "459910": "Pet and pet supplies retailers",
    "453910": "Pet and pet supplies stores (until 2021)",
    "812910": "Pet care, except veterinary",
    "541940": "Veterinary services",
}
"""NAICS codes of the reference trade's customers. The code of pet shops changed with NAICS 2022: a file has one or the other."""

STATEWIDE = "999"
"""In place of a county: establishments of the state that are in none."""

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "state": ("fipstate", "statefips", "st"),
    "county": ("fipscty", "countyfips", "cty"),
    "zip": ("zip", "zipcode"),
    "industry": ("naics", "naicscode", "naics2017", "naics2022", "naics2012"),
    "form": ("lfo",),
    "establishments": ("est", "establishments", "estab"),
    "employees": ("emp", "employees", "employment"),
    "payroll": ("ap", "annualpayroll", "payann"),
    "area": ("area", "areacode", "county", "countyfips", "fips", "fipscode", "geoid", "zip", "zipcode", "zip5", "zcta", "postalcode", "postcode", "region", "territory", "district", "code"),
    "value": ("value", "potential", "marketpotential", "market", "marketsize", "sales", "spending", "spend", "demand", "amount", "estimate", "size", "dollars", "usd"),
}  # fmt: skip


@dataclass(frozen=True)
class Patterns:
    """Establishments by area and industry.

    rows : area (five digits of a county, or of a ZIP code), industry, establishments, employees and payroll_cents, a year's; these
    two null where the file withholds them. notes : what was left out or not there, in sentences.
    """

    rows: pl.DataFrame
    notes: tuple[str, ...] = ()

    def market(self, spending_cents: int | Mapping[str, int]) -> pl.DataFrame:
        """A market for `Given`: area, potential_customers (establishments) and potential_cents: what one of an industry spends a year × their number."""
        each = pl.lit(spending_cents, dtype=pl.Int64)
        if isinstance(spending_cents, Mapping):
            each = pl.col("industry").replace_strict(dict(spending_cents), default=0, return_dtype=pl.Int64)
        return (
            self.rows.group_by("area")
            .agg(
                pl.col("establishments").sum().alias("potential_customers"),
                (pl.col("establishments") * each).sum().alias("potential_cents"),
            )
            .sort("area")
        )


def read_business_patterns(path: str | Path, industries: Collection[str] = tuple(PET_TRADE)) -> Patterns:
    """The county file of a year (cbp22co.txt) or the file of ZIP codes (zbp22detail.txt), as the Census Bureau publishes them.

    Parameters
    ----------
    industries : NAICS codes of two to six digits. "4599" takes the row of that group, not the rows within it.

    Raises
    ------
    InputError
        It is another file, an area or a number in it cannot be read, or it has none of the industries.
    """
    table = read_table(path)
    wanted = ("industry", "establishments", "state", "county", "zip", "form", "employees", "payroll")
    columns = found(table, wanted, ("industry", "establishments"), {}, HEADINGS)
    by_county = "state" in columns and "county" in columns
    if not by_county and "zip" not in columns:
        raise InputError(
            table.file,
            "has neither counties (fipstate, fipscty) nor ZIP codes (zip)",
            hint="Take the county file of County Business Patterns, whose name ends in co: the files of states and of the nation name no areas.",
        )
    asked = {code.strip().rstrip("-/") for code in industries}
    code = pl.col(columns["industry"]).str.strip_chars_end("-/")
    mask = table.frame.select(code.is_in(list(asked)).fill_null(False).alias("asked"))["asked"].to_numpy()
    if "form" in columns:  # all legal forms together, not each once more
        mask &= table.frame.select(pl.col(columns["form"]).fill_null("-").is_in(["-", "001"]).alias("all"))[
            "all"
        ].to_numpy()
    if not mask.any():
        raise InputError(
            table.file, f"has none of the industries {', '.join(sorted(asked))}", column=columns["industry"]
        )
    inside = table.kept(mask)
    rows = _patterns(inside, columns, by_county=by_county)
    return Patterns(*_placed(rows, asked, by_county=by_county))


def _patterns(table: Table, columns: Mapping[str, str], *, by_county: bool) -> pl.DataFrame:
    if by_county:
        area = _code(table, columns["state"], 2, "a state") + _code(table, columns["county"], 3, "a county")
    else:
        area = _code(table, columns["zip"], 5, "a ZIP code")
    payroll = _count(table, columns, "payroll")
    return pl.DataFrame(
        {
            "area": area,
            "industry": table.frame[columns["industry"]].str.strip_chars_end("-/"),
            "establishments": _count(table, columns, "establishments", needed=True),
            "employees": _count(table, columns, "employees"),
            "payroll_cents": payroll * 100_000,  # the file tells thousands of dollars
        }
    )


def _placed(rows: pl.DataFrame, asked: set[str], *, by_county: bool) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The rows of true areas, one for each industry, and what there is to say."""
    notes = []
    statewide = pl.col("area").str.ends_with(STATEWIDE) & by_county
    left = rows.filter(statewide)["establishments"].sum()
    if left:
        notes.append(f"{left:,} establishments of a state's, in no county, are left out.")
    missing = asked - set(rows["industry"].unique())
    if missing:
        notes.append(f"Not in the file: {', '.join(sorted(missing))}.")
    sums = (
        rows.filter(~statewide)
        .group_by("area", "industry")
        .agg(pl.col("establishments").sum(), _known("employees"), _known("payroll_cents"))
    )
    return sums.sort("area", "industry"), tuple(notes)


def _known(name: str) -> pl.Expr:
    """A sum that is null where nothing is known."""
    return pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name)


def _code(table: Table, column: str, digits: int, what: str) -> pl.Series:
    """Codes as texts of so many digits; spreadsheets drop the zeros in front."""
    texts = table.frame[column]
    good = texts.str.contains(rf"^\d{{1,{digits}}}$").fill_null(False)
    table.refuse((~good).to_numpy(), f"is not the code of {what}, of {digits} digits", column=column)
    return texts.str.zfill(digits)


def _count(table: Table, columns: Mapping[str, str], role: str, *, needed: bool = False) -> pl.Series:
    """Whole numbers; null where the file has a letter for what it withholds."""
    if role not in columns:
        return pl.Series(role, [None] * table.n_rows, dtype=pl.Int64)
    texts = table.frame[columns[role]]
    withheld = texts.is_null() | texts.str.contains(r"^[A-Z]$")
    values = texts.str.replace_all(",", "").cast(pl.Int64, strict=False)
    bad = (values.is_null() | (values < 0)).fill_null(True) & (needed | ~withheld)
    table.refuse(bad.to_numpy(), "is not a whole number", column=columns[role])
    return values.rename(role)


def read_area_values(path: str | Path, *, area: str | None = None, value: str | None = None) -> pl.DataFrame:
    """area and value, of any CSV, Excel or Parquet file with a code and a number in each row.

    Codes of counties and ZIP codes that a spreadsheet cut to fewer than five digits get their zeros back, if all others are digits, too.

    Parameters
    ----------
    area, value : the columns, where their headings are not understood.

    Raises
    ------
    InputError
        A column is missing, a code is blank or comes twice, or a value is not a number of zero or more.
    """
    table = read_table(path)
    named = {role: given for role, given in (("area", area), ("value", value)) if given}
    columns = found(table, ("area", "value"), ("area", "value"), named, HEADINGS)
    codes, texts = table.frame[columns["area"]], table.frame[columns["value"]]
    table.refuse(codes.is_null().to_numpy(), "is blank", column=columns["area"])
    if codes.str.contains(r"^\d{3,5}$").all() and key(columns["area"]) in _FIVE_DIGITS:
        codes = codes.str.zfill(5)
    values = numbers_of(texts, table.decimal)
    table.refuse(
        (values.is_null() | (values < 0)).to_numpy(),
        "is not a number of zero or more",
        column=columns["value"],
    )
    again = codes.is_first_distinct()
    table.refuse((~again).to_numpy(), "comes twice; each area has one value", column=columns["area"])
    return pl.DataFrame({"area": codes, "value": values})


_FIVE_DIGITS = {
    "zip",
    "zipcode",
    "zip5",
    "zcta",
    "postalcode",
    "postcode",
    "county",
    "countyfips",
    "fips",
    "fipscode",
    "geoid",
}
