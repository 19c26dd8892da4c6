"""Invoice lines and products as a file tells them: every row either typed or refused with its reason, none left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from terrier.errors import InputError
from terrier.intake.table import Table
from terrier.ledger.columns import LINES, PRODUCTS, found

Dates = Literal["iso", "mdy", "dmy"]
Credits = Literal["negative", "positive"]

LONGEST = 200
FIRST_YEAR, LAST_YEAR = 1970, 2199
LARGE = 10**11
"""Up to here a float tells every cent."""
MANY = 10_000
GREATEST = 10**13
"""Cents; no line is worth more."""

REQUIRED: Final = ("invoice", "date", "account", "net")
CREDIT_WORDS: Final = ["c", "cm", "cn", "cr", "credit", "creditmemo", "creditnote", "return", "refund", "rma"]
INVOICE_WORDS: Final = ["i", "in", "inv", "invoice", "sale", "sales", "order", ""]
_FORMATS: Final[Mapping[Dates, tuple[str, ...]]] = {
    "iso": ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"),
    "mdy": ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y"),
    "dmy": ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"),
}


@dataclass(frozen=True)
class Read:
    """What a file holds.

    rows : typed as the ledger keeps them, with ``row``, the number that a spreadsheet shows. refused : row, column, value, reason.
    notes : what was guessed, in sentences.
    """

    rows: pl.DataFrame
    refused: pl.DataFrame
    notes: tuple[str, ...] = ()


def read_lines(
    table: Table,
    *,
    named: Mapping[str, str] | None = None,
    dates: Dates | None = None,
    credit_notes: Credits | None = None,
    currency: str = "USD",
) -> Read:
    """The invoice lines of a table.

    Parameters
    ----------
    named : the columns whose heading is not guessed, by what they hold.
    dates : how days are written that are not year first; told by the file where any day settles it, else month first.
    credit_notes : how the file writes their amounts; "positive" turns the sign. Told by the file: where no credit note is
    below zero, all are turned.
    currency : of rows that name none.

    Raises
    ------
    InputError
        A column that cannot be done without is missing.
    """
    wanted = ("invoice", "line", "date", "account", "product", "quantity", "net", "cost", "currency", "kind")
    columns = found(table, wanted, REQUIRED, named or {})
    texts = _texts(table, wanted, columns)
    style, notes = _date_style(texts, dates)
    typed = texts.with_columns(
        _by_value(texts["date"], _day(pl.col("date"), style)).alias("day"),
        _amounts(texts["net"], table.decimal).alias("net_cents"),
        _amounts(texts["cost"], table.decimal).alias("cost_cents"),
        numbers_of(texts["quantity"], table.decimal).alias("amount"),
        _by_value(texts["currency"], pl.col("currency").fill_null(currency).str.to_uppercase()),
        *([_numbered()] if texts["line"].null_count() else []),
        _by_value(texts["kind"], _word(pl.col("kind"))).alias("word"),
    ).with_columns(pl.col("word").is_in(CREDIT_WORDS).alias("is_credit_note"))
    refused = _first_problem(typed, columns, _line_problems())
    good = typed.join(refused.select("row"), on="row", how="anti")
    turned = _turned(good, credit_notes)
    if turned and good["is_credit_note"].any():
        notes = (*notes, "Credit notes are written without a minus in this file; they count against sales.")
    sign = pl.when(pl.col("is_credit_note")).then(-1 if turned else 1).otherwise(1)
    kept = good.with_columns(
        (pl.col("net_cents") * sign).cast(pl.Int64),
        (pl.col("cost_cents") * sign).cast(pl.Int64),
        pl.col("day").alias("date"),
        (pl.col("amount") * sign).alias("quantity"),
    )
    return Read(kept.select("row", *LINES), refused, notes)


def read_products(table: Table, *, named: Mapping[str, str] | None = None) -> Read:
    """The products of a table.

    Raises
    ------
    InputError
        It has no column for the product.
    """
    wanted = ("product", "name", "category", "brand")
    columns = found(table, wanted, ("product",), named or {})
    texts = _texts(table, wanted, columns)
    twice = pl.col("product").is_duplicated() & pl.col("product").is_not_null()
    problems: list[Problem] = [
        ("product", pl.col("product").is_null(), "is blank"),
        ("product", twice, "stands in several rows"),
        *((role, pl.col(role).str.len_chars() > LONGEST, f"is longer than {LONGEST} characters") for role in wanted),
    ]  # fmt: skip
    refused = _first_problem(texts, columns, problems)
    return Read(texts.join(refused.select("row"), on="row", how="anti").select("row", *PRODUCTS), refused)


Problem = tuple[str, pl.Expr, str]


def _line_problems() -> list[Problem]:
    net, cost = pl.col("net_cents"), pl.col("cost_cents")
    known = pl.col("word").is_in([*CREDIT_WORDS, *INVOICE_WORDS])
    return [
        *((role, pl.col(role).is_null(), "is blank") for role in REQUIRED),
        *((role, pl.col(role).str.len_chars() > LONGEST, f"is longer than {LONGEST} characters") for role in ("invoice", "line", "account", "product")),
        ("date", pl.col("day").is_null(), "is not a day"),
        ("date", ~pl.col("day").dt.year().is_between(FIRST_YEAR, LAST_YEAR), f"is not between {FIRST_YEAR} and {LAST_YEAR}"),
        ("net", net.is_null(), "is not an amount with at most two decimals"),
        ("net", net.abs() > GREATEST, "is more than any line is worth"),
        ("cost", pl.col("cost").is_not_null() & cost.is_null(), "is not an amount with at most two decimals"),
        ("cost", cost.abs() > GREATEST, "is more than any line is worth"),
        ("quantity", pl.col("quantity").is_not_null() & pl.col("amount").is_null(), "is not a number"),
        ("currency", ~pl.col("currency").str.contains(r"^[A-Z]{3}$"), "is not a currency of three letters"),
        ("kind", ~known, "is neither an invoice nor a credit note"),
    ]  # fmt: skip


def _texts(table: Table, wanted: tuple[str, ...], columns: Mapping[str, str]) -> pl.DataFrame:
    """The file's texts under our names, null where it has no such column, and the row of each."""
    absent = pl.lit(None, dtype=pl.String)
    picked = [(pl.col(columns[role]) if role in columns else absent).alias(role) for role in wanted]
    return table.frame.select(picked).with_columns(pl.Series("row", table.rows))


def _first_problem(frame: pl.DataFrame, columns: Mapping[str, str], problems: list[Problem]) -> pl.DataFrame:
    """The rows that are refused, each with the first thing wrong with it."""
    which = pl.coalesce(
        *(pl.when(wrong.fill_null(False)).then(at) for at, (_role, wrong, _reason) in enumerate(problems)),
        pl.lit(None, dtype=pl.Int32),
    )
    bad = frame.with_columns(which.alias("problem")).filter(pl.col("problem").is_not_null())
    return pl.DataFrame(
        [
            (row["row"], columns.get(role, role), row[role], reason)
            for row in bad.iter_rows(named=True)
            for role, _wrong, reason in (problems[row["problem"]],)
        ],
        schema={"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String},
        orient="row",
    )


def _date_style(texts: pl.DataFrame, dates: Dates | None) -> tuple[Dates, tuple[str, ...]]:
    """How the days are written: as told, else the way in which most are days."""
    if dates is not None:
        return dates, ()
    day = pl.col("date")
    styles: tuple[Dates, ...] = ("iso", "mdy", "dmy")
    counts = texts["date"].drop_nulls().value_counts(name="rows")
    rows = pl.col("rows")
    read = counts.select(
        rows.filter(_day(day, style).is_not_null()).sum().alias(style) for style in styles
    ).row(0, named=True)
    best = max(styles, key=lambda style: read[style])
    if best == "mdy" and read["dmy"] == read["mdy"]:
        return best, ("Days like 03/04 are read as March 4. Say “dmy” if they mean April 3.",)
    return best, ()


def _by_value(texts: pl.Series, read: pl.Expr) -> pl.Series:
    """What is read from texts of which most come many times, each read once."""
    at = texts.fill_null("").cast(pl.Categorical).to_physical() if len(texts) > MANY else None
    if at is None:
        return texts.to_frame().select(read).to_series()
    first = pl.DataFrame({texts.name: texts, "at": at}).unique("at", keep="any")
    found = first.select("at", read.alias("found"))
    return (
        at.to_frame("at").join(found, on="at", how="left", maintain_order="left")["found"].rename(texts.name)
    )


def _word(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all(r"[^a-z]", "").fill_null("")


def _amounts(texts: pl.Series, decimal: str | None) -> pl.Series:
    """Cents. Most amounts are written as a machine does; only of the others it is asked how people do."""
    text = pl.col(texts.name)
    place = text.str.find(".", literal=True)
    short = place.is_null() | (text.str.len_bytes() - place <= 3)
    return _most_plainly(
        texts,
        short,
        (text.cast(pl.Float64, strict=False) * 100).round(),
        _cents(text, decimal),
        pl.Int64(),
        decimal,
    )


def numbers_of(texts: pl.Series, decimal: str | None) -> pl.Series:
    """Numbers as people write them; null where a text is none."""
    text = pl.col(texts.name)
    return _most_plainly(
        texts,
        pl.lit(True),
        text.cast(pl.Float64, strict=False),
        _number(text, decimal),
        pl.Float64(),
        decimal,
    )


def _most_plainly(
    texts: pl.Series,
    short: pl.Expr,
    plain: pl.Expr,
    with_care: pl.Expr,
    kind: pl.DataType,
    decimal: str | None,
) -> pl.Series:
    """Numbers of digits, a sign and a decimal point, read at once; the rest read with care."""
    text = pl.col(texts.name)
    usual = short & plain.abs().lt(LARGE) & ~text.str.contains_any(["e", "E"]) & (decimal != ",")
    frame = texts.to_frame().with_columns(
        pl.when(usual).then(plain).cast(kind).alias("read"), usual.fill_null(False).alias("usual")
    )
    rest = frame.select((~pl.col("usual") & text.is_not_null()).alias("rest"))["rest"]
    if not rest.any():
        return frame["read"]
    careful = frame.filter(rest).select(with_care.cast(kind).alias("read"))["read"]
    return frame["read"].scatter(rest.arg_true(), careful)


def _day(text: pl.Expr, style: Dates) -> pl.Expr:
    """A day; a time of day after it is left out. Days with the year first are read in every style."""
    bare = text.str.replace(r"[T ]\d{1,2}:.*$", "")
    forms = dict.fromkeys((*_FORMATS["iso"], *_FORMATS[style]))
    return pl.coalesce(bare.str.to_date(form, strict=False) for form in forms)


def _plain(text: pl.Expr, decimal: str | None) -> pl.Expr:
    """An amount as people write it, "$(1,234.50)" or "1.234,50-", as a machine does: "-1234.50"."""
    bare = text.str.replace_all(r"[\s$€£\u00a0\u202f']|[A-Z]{3}", "")
    bare = bare.str.replace(r"^\((.*)\)$", "-$1").str.replace(r"^([^-].*)-$", "-$1")
    if decimal == ",":
        return bare.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    grouped = bare.str.contains(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$")
    return pl.when(grouped).then(bare.str.replace_all(",", "", literal=True)).otherwise(bare)


def _cents(text: pl.Expr, decimal: str | None) -> pl.Expr:
    plain = _plain(text, decimal)
    exact = plain.str.contains(r"^[-+]?(\d{1,13}(\.\d{0,2}0*)?|\.\d{1,2}0*)$")
    return pl.when(exact).then((plain.cast(pl.Float64, strict=False) * 100).round().cast(pl.Int64))


def _number(text: pl.Expr, decimal: str | None) -> pl.Expr:
    plain = _plain(text, decimal)
    return pl.when(plain.str.contains(r"^[-+]?(\d{1,12}(\.\d*)?|\.\d+)$")).then(
        plain.cast(pl.Float64, strict=False)
    )


def _numbered() -> pl.Expr:
    """The number of a line; where the file has none, its place among the rows of its invoice, refused ones counted: the file
    that comes again with those mended gives every line the number it had."""
    place = (pl.int_range(pl.len()).over("invoice") + 1).cast(pl.String)
    return pl.coalesce(pl.col("line"), place).alias("line")


def _turned(good: pl.DataFrame, credit_notes: Credits | None) -> bool:
    """Whether amounts of credit notes have their sign turned."""
    if credit_notes is not None:
        return credit_notes == "positive"
    return not bool(good.select((pl.col("is_credit_note") & (pl.col("net_cents") < 0)).any()).item())


def refuse_all(table: Table, read: Read) -> None:
    """Raise where not one row can be taken: the file is not what it was thought to be."""
    if read.rows.is_empty() and not read.refused.is_empty():
        row = read.refused.row(0, named=True)
        raise InputError(
            table.file,
            f"{row['reason']}, and no other row can be taken either",
            row=row["row"],
            column=row["column"],
            value=row["value"],
        )
