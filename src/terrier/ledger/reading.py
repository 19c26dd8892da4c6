"""Invoice lines and products as a file tells them: every row either typed or refused with its reason, none left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import polars as pl

from terrier.errors import InputError
from terrier.intake.batches import Batches
from terrier.intake.table import Table
from terrier.ledger.columns import LINES, PRODUCTS, found

Dates = Literal["iso", "mdy", "dmy"]
Credits = Literal["negative", "positive"]

LONGEST = 200
FIRST_YEAR, LAST_YEAR = 1970, 2199
LARGE = 10**11
"""Up to here a float tells every cent."""
LEFT_OVER = 1e-9
"""Of an amount, and of 1.00 where it is less: what arithmetic with floats adds to it or takes away."""
MANY = 10_000
GREATEST = 10**13
"""Cents; no line is worth more."""
NO_AMOUNT: Final = "is not an amount with at most two decimals"
NO_NUMBER: Final = "is not a number"
COMMA: Final = "has a decimal comma, and points are expected: say that the decimal sign is a comma"
TOO_LARGE: Final = f"is too large; no line is worth more than {GREATEST // 100:,}"
FARTHEST = dt.timedelta(days=366)
"""After today; a line that is dated later was mistyped."""

WANTED: Final = (
    "invoice",
    "line",
    "date",
    "account",
    "product",
    "quantity",
    "net",
    "cost",
    "currency",
    "kind",
)
REQUIRED: Final = ("invoice", "date", "account", "net")
CREDIT_WORDS: Final = ["c", "cm", "cn", "cr", "credit", "creditmemo", "creditnote", "return", "refund", "rma"]
INVOICE_WORDS: Final = ["i", "in", "inv", "invoice", "sale", "sales", "order", ""]
STYLES: Final[tuple[Dates, ...]] = ("iso", "mdy", "dmy")
_FORMATS: Final[Mapping[Dates, tuple[str, ...]]] = {
    "iso": ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"),
    "mdy": ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y"),
    "dmy": ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"),
}


@dataclass(frozen=True)
class Read:
    """What a table holds.

    rows : typed as the ledger keeps them, with ``row``, the number that a spreadsheet shows. refused : row, column, value, reason.
    """

    rows: pl.DataFrame
    refused: pl.DataFrame


@dataclass
class LineReader:
    """The invoice lines of a file, a table at a time.

    Of `read`, ``rows`` have the amounts as they are written: whether those of credit notes are to be turned is known once all tables were
    read.
    """

    columns: Mapping[str, str]
    style: Dates
    currency: str
    notes: tuple[str, ...]
    credit_notes: Credits | None
    places: Places | None
    today: dt.date | None = None
    _n_ahead: int = 0
    _last_day: dt.date | None = None
    _saw_credit_note: bool = False
    _saw_negative: bool = False

    def read(self, table: Table) -> Read:
        """The lines of the next table of the file."""
        texts = _texts(table, WANTED, self.columns)
        if self.places is not None:
            texts = self.places.numbered(texts)
        typed = texts.with_columns(
            _by_value(texts["date"], _day(pl.col("date"), self.style)).alias("day"),
            _amounts(texts["net"], table.decimal).alias("net_cents"),
            _amounts(texts["cost"], table.decimal).alias("cost_cents"),
            numbers_of(texts["quantity"], table.decimal).alias("amount"),
            _by_value(texts["currency"], pl.col("currency").fill_null(self.currency).str.to_uppercase()),
            _by_value(texts["kind"], _word(pl.col("kind"))).alias("word"),
        ).with_columns(pl.col("word").is_in(CREDIT_WORDS).alias("is_credit_note"))
        refused = first_problem(typed, self.columns, _line_problems(self.today))
        refused = refused.with_columns(reason_of_large(table.decimal, NO_AMOUNT, TOO_LARGE))
        refused = refused.with_columns(reason_of_comma(table.decimal, NO_AMOUNT, NO_NUMBER))
        good = typed if refused.is_empty() else typed.join(refused.select("row"), on="row", how="anti")
        credit = pl.col("is_credit_note")
        saw, negative = good.select(
            credit.any().alias("saw"), (credit & (pl.col("net_cents") < 0)).any().alias("negative")
        ).row(0)
        self._saw_credit_note |= bool(saw)
        self._saw_negative |= bool(negative)
        self._look_ahead(good["day"])
        kept = good.with_columns(pl.col("day").alias("date"), pl.col("amount").alias("quantity"))
        return Read(kept.select("row", *LINES), refused)

    def _look_ahead(self, days: pl.Series) -> None:
        last = days.max()
        if self.today is None or not isinstance(last, dt.date) or last <= self.today:
            return
        self._n_ahead += int((days > self.today).sum())
        self._last_day = last if self._last_day is None else max(self._last_day, last)

    @property
    def turned(self) -> bool:
        """Whether amounts of credit notes have their sign turned: as told, else where none of those read is below zero."""
        if self.credit_notes is not None:
            return self.credit_notes == "positive"
        return not self._saw_negative

    def signed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of `read` as the ledger keeps them, once all were read."""
        if not (self.turned and self._saw_credit_note):
            return rows
        credit = pl.col("is_credit_note")
        amounts = (pl.col(name) for name in ("net_cents", "cost_cents", "quantity"))
        return rows.with_columns(pl.when(credit).then(-amount).otherwise(amount) for amount in amounts)

    @property
    def told(self) -> tuple[str, ...]:
        """What was guessed, in sentences, once all were read."""
        notes = list(self.notes)
        if self.turned and self._saw_credit_note:
            notes.append("Credit notes are written without a minus in this file; they count against sales.")
        if self._n_ahead:
            lines = "1 line is" if self._n_ahead == 1 else f"{self._n_ahead:,} lines are"
            notes.append(f"{lines} dated after today, the last on {self._last_day}.")
        return tuple(notes)


def line_reader(
    batches: Batches,
    *,
    named: Mapping[str, str] | None = None,
    dates: Dates | None = None,
    credit_notes: Credits | None = None,
    currency: str = "USD",
    today: dt.date | None = None,
) -> LineReader:
    """How the invoice lines of a file are to be read.

    Parameters
    ----------
    named : the columns whose heading is not guessed, by what they hold.
    dates : how days are written that are not year first; told by the file where any day settles it, else month first.
    credit_notes : how the file writes their amounts; "positive" turns the sign. Told by the file: where no credit note is
    below zero, all are turned.
    currency : of rows that name none. today : lines dated later are counted among what is told, and refused where it is by more than
    `FARTHEST`; None does neither.

    Raises
    ------
    InputError
        A column that cannot be done without is missing.
    """
    columns = found(batches, WANTED, REQUIRED, named or {})
    days, numbered = _looked_through(batches, columns, look_at_days=dates is None)
    style, notes = (dates, ()) if dates is not None else _date_style(days)
    return LineReader(columns, style, currency, notes, credit_notes, None if numbered else Places(), today)


@dataclass
class Places:
    """Numbers for lines that have none: the place of each among the rows of its invoice, refused ones counted, so that the file
    that comes again with those mended gives every line the number it had."""

    before: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"invoice": pl.String, "before": pl.Int64})
    )

    def numbered(self, texts: pl.DataFrame) -> pl.DataFrame:
        place = pl.int_range(pl.len()).over("invoice") + 1
        counted = texts.select("invoice", place=place).join(
            self.before, on="invoice", how="left", nulls_equal=True, maintain_order="left"
        )
        told = (counted["place"] + counted["before"].fill_null(0)).cast(pl.String).alias("place")
        here = texts.group_by("invoice").agg(pl.len().cast(pl.Int64).alias("before"))
        self.before = pl.concat([self.before, here]).group_by("invoice").agg(pl.col("before").sum())
        return texts.with_columns(told).with_columns(pl.coalesce("line", "place").alias("line")).drop("place")


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
    refused = first_problem(texts, columns, problems)
    return Read(texts.join(refused.select("row"), on="row", how="anti").select("row", *PRODUCTS), refused)


Problem = tuple[str, pl.Expr, str]


def _line_problems(today: dt.date | None) -> list[Problem]:
    net, cost = pl.col("net_cents"), pl.col("cost_cents")
    known = pl.col("word").is_in([*CREDIT_WORDS, *INVOICE_WORDS])
    latest = dt.date(LAST_YEAR, 12, 31) if today is None else today + FARTHEST
    return [
        *((role, pl.col(role).is_null(), "is blank") for role in REQUIRED),
        *((role, pl.col(role).str.len_chars() > LONGEST, f"is longer than {LONGEST} characters") for role in ("invoice", "line", "account", "product")),
        ("date", pl.col("day").is_null(), "is not a day"),
        ("date", ~pl.col("day").dt.year().is_between(FIRST_YEAR, LAST_YEAR), f"is not between {FIRST_YEAR} and {LAST_YEAR}"),
        ("date", pl.col("day") > latest, f"is more than a year ahead; a line is dated {latest} at the latest"),
        ("net", net.is_null(), NO_AMOUNT),
        ("net", net.abs() > GREATEST, TOO_LARGE),
        ("cost", pl.col("cost").is_not_null() & cost.is_null(), NO_AMOUNT),
        ("cost", cost.abs() > GREATEST, TOO_LARGE),
        ("quantity", pl.col("quantity").is_not_null() & pl.col("amount").is_null(), NO_NUMBER),
        ("currency", ~pl.col("currency").str.contains(r"^[A-Z]{3}$"), "is not a currency of three letters"),
        ("kind", ~known, "is neither an invoice nor a credit note"),
    ]  # fmt: skip


def reason_of_large(decimal: str | None, no_number: str, too_large: str, sign: str = "[-+]?") -> pl.Expr:
    """Of refused rows: a number of more digits than are read is one all the same."""
    reason = pl.col("reason")
    many = _plain(pl.col("value"), decimal).str.contains(rf"^{sign}\d{{13,}}(\.\d*)?$")
    return pl.when((reason == no_number) & many).then(pl.lit(too_large)).otherwise(reason).alias("reason")


def reason_of_comma(decimal: str | None, *no_number: str) -> pl.Expr:
    """Of refused rows: "10,00" and "1.234,5" are numbers where a comma is the decimal sign."""
    reason = pl.col("reason")
    written = _plain(pl.col("value"), ",").str.contains(r"^[-+]?\d{1,13}\.\d+$")
    has_one = pl.col("value").str.contains(r",\d+\D*$") & (decimal != ",")
    is_one = reason.is_in(list(no_number)) & written & has_one
    return pl.when(is_one).then(pl.lit(COMMA)).otherwise(reason).alias("reason")


def _texts(table: Table, wanted: tuple[str, ...], columns: Mapping[str, str]) -> pl.DataFrame:
    """The file's texts under our names, null where it has no such column, and the row of each."""
    absent = pl.lit(None, dtype=pl.String)
    here = set(table.columns)  # a column without a heading is not there while it is blank
    picked = [(pl.col(columns[role]) if columns.get(role) in here else absent).alias(role) for role in wanted]
    return table.frame.select(picked).with_columns(pl.Series("row", table.rows))


def first_problem(frame: pl.DataFrame, columns: Mapping[str, str], problems: list[Problem]) -> pl.DataFrame:
    """The rows that are refused, each with the first thing wrong with it; a reason may name what else the row holds, as {column}."""
    which = pl.coalesce(
        *(pl.when(wrong.fill_null(False)).then(at) for at, (_role, wrong, _reason) in enumerate(problems)),
        pl.lit(None, dtype=pl.Int32),
    )
    bad = frame.with_columns(which.alias("problem")).filter(pl.col("problem").is_not_null())
    return pl.DataFrame(
        [
            (row["row"], columns.get(role, role), row[role], reason.format_map(row))
            for row in bad.iter_rows(named=True)
            for role, _wrong, reason in (problems[row["problem"]],)
        ],
        schema={"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String},
        orient="row",
    )


def _looked_through(
    batches: Batches, columns: Mapping[str, str], *, look_at_days: bool
) -> tuple[dict[Dates, int], bool]:
    """How many days are days in each way of writing them, and whether every line has a number."""
    read, numbered = dict.fromkeys(STYLES, 0), "line" in columns
    needed = [columns[role] for role in ("date", "line") if role in columns]
    for table in batches.of(needed) if look_at_days or numbered else ():
        texts = _texts(table, ("date", "line"), columns)
        numbered &= not texts["line"].null_count()
        if look_at_days:
            counts = texts["date"].drop_nulls().value_counts(name="rows")
            for style in STYLES:
                days = counts.filter(_day(pl.col("date"), style).is_not_null())
                read[style] += int(days["rows"].sum())
    return read, numbered


def _date_style(read: Mapping[Dates, int]) -> tuple[Dates, tuple[str, ...]]:
    """How the days are written: the way in which most are days."""
    best = max(STYLES, key=lambda style: read[style])
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
    """Of an amount with more decimals those that a float leaves over (12.340000000000002) are let go, others not."""
    plain = _plain(text, decimal)
    written = plain.str.contains(r"^[-+]?(\d{1,13}(\.\d*)?|\.\d+|\d(\.\d+)?[eE]-\d{1,3})$")
    cents = plain.cast(pl.Float64, strict=False) * 100
    off = (cents - cents.round()).abs()
    exact = plain.str.contains(r"^[-+]?\d*(\.\d{0,2}0*)?$")
    left_over = off <= LEFT_OVER * pl.max_horizontal(cents.abs(), 100.0)
    return pl.when(written & (exact | left_over)).then(cents.round().cast(pl.Int64))


def _number(text: pl.Expr, decimal: str | None) -> pl.Expr:
    plain = _plain(text, decimal)
    return pl.when(plain.str.contains(r"^[-+]?(\d{1,12}(\.\d*)?|\.\d+)$")).then(
        plain.cast(pl.Float64, strict=False)
    )


def refuse_all(file: str, n_good: int, refused: pl.DataFrame) -> None:
    """Raise where not one row can be taken: the file is not what it was thought to be."""
    if not n_good and not refused.is_empty():
        row = refused.row(0, named=True)
        raise InputError(
            file,
            f"{row['reason']}, and no other row can be taken either",
            row=row["row"],
            column=row["column"],
            value=row["value"],
            hint="Pass --decimal , if it is." if row["reason"] == COMMA else None,
        )
