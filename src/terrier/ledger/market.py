"""What the market holds, area by area: US County Business Patterns, or any file of area codes and values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from terrier.errors import InputError
from terrier.intake.batches import Batches, read_batches
from terrier.intake.columns import key
from terrier.intake.read import read_table
from terrier.intake.table import Table
from terrier.ledger.columns import found
from terrier.ledger.reading import Read, first_problem, numbers_of, reason_of_large, refuse_all

PET_TRADE: Final = {
    "459910": "Pet and pet supplies retailers",
    "453910": "Pet and pet supplies stores (until 2021)",
    "812910": "Pet care, except veterinary",
    "541940": "Veterinary services",
}
"""NAICS codes of the reference trade's customers. The code of pet shops changed with NAICS 2022: a file has one or the other."""

NO_NUMBER: Final = "is not a number of zero or more"
TOO_LARGE: Final = "is too large; an area has less than 1,000,000,000,000"

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
    "area": ("area", "areacode", "county", "countyfips", "fips", "fipscode", "geoid", "zip", "zipcode", "zip5", "zcta", "postalcode", "postcode", "region", "territory", "district", "state", "statecode", "code"),
    "value": ("value", "potential", "marketpotential", "market", "marketsize", "sales", "spending", "spend", "demand", "amount", "estimate", "size", "dollars", "usd"),
}  # fmt: skip


NONE_REFUSED: Final = pl.DataFrame(
    schema={"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
)


@dataclass(frozen=True)
class AreaValues:
    """rows : area and value. refused : row, column, value, reason. numbers : of each of the rows, as a spreadsheet shows it. column : the
    heading of the areas."""

    rows: pl.DataFrame
    refused: pl.DataFrame = field(default_factory=lambda: NONE_REFUSED)
    numbers: pl.Series = field(default_factory=lambda: pl.Series("row", dtype=pl.Int64))
    column: str = "area"


@dataclass(frozen=True)
class Patterns:
    """Establishments by area and industry.

    rows : area (five digits of a county, or of a ZIP code), industry, establishments, employees and payroll_cents, a year's; these
    two null where the file withholds them. notes : what was left out or not there, in sentences. refused : row, column, value, reason.
    """

    rows: pl.DataFrame
    notes: tuple[str, ...] = ()
    refused: pl.DataFrame = field(default_factory=lambda: NONE_REFUSED)

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
        It is another file, it has none of the industries, or not one of its rows can be taken.
    """
    file = read_batches(path)
    wanted = ("industry", "establishments", "state", "county", "zip", "form", "employees", "payroll")
    columns = found(file, wanted, ("industry", "establishments"), {}, HEADINGS)
    by_county = "state" in columns and "county" in columns
    if not by_county and "zip" not in columns:
        raise InputError(
            file.file,
            "has neither counties (fipstate, fipscty) nor ZIP codes (zip)",
            hint="Take the county file of County Business Patterns, whose name ends in co: the files of states and of the nation name no areas.",
        )
    asked = {code.strip().rstrip("-/") for code in industries}
    inside = _of_industries(file, columns, asked)
    if not inside.n_rows:
        raise InputError(
            file.file, f"has none of the industries {', '.join(sorted(asked))}", column=columns["industry"]
        )
    read = _patterns(inside, columns, by_county=by_county)
    refuse_all(inside.file, len(read.rows), read.refused)
    rows, notes = _placed(read.rows, asked, by_county=by_county)
    return Patterns(rows, notes, read.refused)


def _of_industries(file: Batches, columns: Mapping[str, str], asked: set[str]) -> Table:
    """The rows of some industries: a few thousand of the millions that a file has, which are read by and by."""
    code = pl.col(columns["industry"]).str.strip_chars_end("-/").is_in(list(asked)).fill_null(False)
    if "form" in columns:  # all legal forms together, not each once more
        code &= pl.col(columns["form"]).fill_null("-").is_in(["-", "001"])
    kept = [_needed(table, columns, code) for table in file.of(columns.values())]
    frame = pl.concat([table.frame for table in kept])
    return replace(kept[0], frame=frame, rows=np.concatenate([table.rows for table in kept]))


def _needed(table: Table, columns: Mapping[str, str], asked: pl.Expr) -> Table:
    """Some rows of a part of a file; a column without a value in the whole part is not there."""
    every = [
        pl.col(name) if name in table.columns else pl.lit(None, pl.String).alias(name)
        for name in columns.values()
    ]
    needed = replace(table, frame=table.frame.select(every))
    return needed.kept(needed.frame.select(asked.alias("asked"))["asked"].to_numpy())


def _patterns(table: Table, columns: Mapping[str, str], *, by_county: bool) -> Read:
    places = (
        (("state", 2, "a state"), ("county", 3, "a county")) if by_county else (("zip", 5, "a ZIP code"),)
    )
    counted = ("establishments", "employees", "payroll")
    texts = table.frame.select(
        (pl.col(columns[role]) if role in columns else pl.lit(None, dtype=pl.String)).alias(role)
        for role in (*(role for role, _digits, _what in places), "industry", *counted)
    ).with_columns(pl.Series("row", table.rows))
    numbers = {
        role: pl.col(role).str.replace_all(",", "", literal=True).cast(pl.Int64, strict=False)
        for role in counted
    }
    problems = [
        *((role, ~pl.col(role).str.contains(rf"^\d{{1,{digits}}}$").fill_null(False), f"is not the code of {what}, of {digits} digits") for role, digits, what in places),
        *((role, _miscounted(pl.col(role), number, needed=role == "establishments"), "is not a whole number") for role, number in numbers.items()),
    ]  # fmt: skip
    refused = first_problem(texts, columns, problems)
    good = texts.join(refused.select("row"), on="row", how="anti")
    rows = good.select(
        pl.concat_str(pl.col(role).str.zfill(digits) for role, digits, _what in places).alias("area"),
        pl.col("industry").str.strip_chars_end("-/"),
        numbers["establishments"],
        numbers["employees"],
        (numbers["payroll"] * 100_000).alias("payroll_cents"),  # the file tells thousands of dollars
    )
    return Read(rows, refused)


def _miscounted(text: pl.Expr, number: pl.Expr, *, needed: bool) -> pl.Expr:
    """No whole number of zero or more; where it is not needed, a letter stands for what is withheld."""
    bad = number.is_null() | (number < 0)
    return bad if needed else bad & text.is_not_null() & ~text.str.contains(r"^[A-Z]$")


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


def read_area_values(path: str | Path, *, area: str | None = None, value: str | None = None) -> AreaValues:
    """area and value, of any CSV, Excel or Parquet file with a code and a number in each row.

    Codes of counties and ZIP codes that a spreadsheet cut to fewer than five digits get their zeros back, if all others are digits, too.

    Parameters
    ----------
    area, value : the columns, where their headings are not understood.

    Raises
    ------
    InputError
        A column is missing, or not one row can be taken.
    """
    table = read_table(path)
    named = {role: given for role, given in (("area", area), ("value", value)) if given}
    columns = found(table, ("area", "value"), ("area", "value"), named, HEADINGS)
    codes, texts = table.frame[columns["area"]], table.frame[columns["value"]]
    if codes.drop_nulls().str.contains(r"^\d{3,5}$").all() and key(columns["area"]) in _FIVE_DIGITS:
        codes = codes.str.zfill(5)
    told = pl.DataFrame(
        {
            "area": codes,
            "value": texts,
            "number": numbers_of(texts, table.decimal),
            "row": table.rows,
        }
    )
    number = pl.col("number")
    told = told.with_columns(first_told("area", number >= 0))
    refused = first_problem(
        told,
        columns,
        [
            ("area", pl.col("area").is_null(), "is blank"),
            ("value", number.is_null() | (number < 0), NO_NUMBER),
            ("area", *TWICE),
        ],
    )
    refused = refused.with_columns(reason_of_large(table.decimal, NO_NUMBER, TOO_LARGE, r"\+?"))
    good = told.join(refused.select("row"), on="row", how="anti")
    refuse_all(table.file, len(good), refused)
    return AreaValues(good.select("area", value="number"), refused, good["row"], columns["area"])


TWICE: Final = (pl.col("row") > pl.col("first"), "is told in row {first} already; each area has one value")
"""Of areas whose `first_told` row is known: the problem of all after it."""


def first_told(area: str, good: pl.Expr) -> pl.Expr:
    """The row in which an area is told first, of those that can be taken."""
    return pl.col("row").filter(good).min().over(area).alias("first")


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
