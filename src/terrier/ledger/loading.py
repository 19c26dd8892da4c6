"""Files in and out of the ledger: a file lands whole but for the rows it is told of, the same file twice changes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from terrier.errors import InputError, TerrierError
from terrier.intake.read import read_table
from terrier.intake.table import Decimal
from terrier.ledger.columns import LINES, PRODUCTS
from terrier.ledger.reading import Credits, Dates, Read, read_lines, read_products, refuse_all
from terrier.ledger.rollup import rolled_up
from terrier.ledger.store import Ledger, Load, Manifest, Writing, scan


class UnknownLoadError(TerrierError, LookupError):
    """There is no load of that number."""


@dataclass(frozen=True)
class Loaded:
    """What became of a file.

    load : of lines; None where none of them was new. n_changed : products that are new or changed. n_known : rows that the ledger had already, the same in every value. refused : row, column,
    value, reason. parked : lines by account, of accounts that are not among those known; they count as soon as the account is.
    """

    load: Load | None
    n_known: int
    refused: pl.DataFrame
    notes: tuple[str, ...] = ()
    parked: Mapping[str, int] | None = None
    n_changed: int = 0


def load_lines(
    ledger: Ledger,
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    dates: Dates | None = None,
    credit_notes: Credits | None = None,
    currency: str = "USD",
    decimal: Decimal | None = None,
    accounts: Iterable[str] | None = None,
    name: str | None = None,
    dry: bool = False,
) -> Loaded:
    """Take the invoice lines of a CSV, XLSX or Parquet file into the ledger.

    A line is known by its invoice and number. One that the ledger has already, the same in every value, is left as it is; one that
    differs is refused, since what was invoiced does not change: withdraw the load it came in, or load a credit note.

    Parameters
    ----------
    columns, dates, credit_notes, currency : as `read_lines` takes them. decimal : the decimal sign of the file's numbers.
    accounts : those that are known, to tell which lines are parked. name : of the load, in place of the file's.
    dry : only look at what would become of it; the load that is told of is then made nowhere, and has no number.

    Raises
    ------
    InputError
        The file cannot be read, or not one of its rows can be taken.
    WriterBusyError
        Another process is writing.
    """
    with ledger.writing() as writing:
        digest = _digest(Path(path))
        manifest = writing.manifest
        before = next((load for load in manifest.loads if load.digest == digest), None)
        if before is not None:
            return Loaded(
                None, before.n_lines, _none_refused(), (f"{path} was loaded before, as {before.id}.",)
            )
        table = read_table(path, decimal=decimal)
        read = read_lines(table, named=columns, dates=dates, credit_notes=credit_notes, currency=currency)
        refuse_all(table, read)
        fresh, n_known, refused = _compared(writing, read)
        parked = _parked(fresh, accounts)
        if fresh.is_empty():
            return Loaded(None, n_known, refused, read.notes, parked)
        if dry:
            return Loaded(
                Load("", name or Path(path).name, digest, "", len(fresh), _net_cents(fresh)),
                n_known,
                refused,
                read.notes,
                parked,
            )
        load = Load(
            id=uuid.uuid4().hex[:12],
            file=name or Path(path).name,
            digest=digest,
            loaded_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            n_lines=len(fresh),
            net_cents=_net_cents(fresh),
            files=_by_month(writing, fresh),
        )
        _keep(writing, replace(manifest, loads=(*manifest.loads, load)), load.files)
        return Loaded(load, n_known, refused, read.notes, parked)


def load_products(
    ledger: Ledger, path: str | Path, *, columns: Mapping[str, str] | None = None, dry: bool = False
) -> Loaded:
    """Take the products of a file: new ones are added, those there are take the file's values. dry : only look.

    Raises
    ------
    InputError
        The file cannot be read, or not one of its rows can be taken.
    WriterBusyError
        Another process is writing.
    """
    with ledger.writing() as writing:
        table = read_table(path)
        read = read_products(table, named=columns)
        refuse_all(table, read)
        manifest = writing.manifest
        old = scan(ledger.folder, [manifest.products] if manifest.products else [], PRODUCTS).collect()
        rows = read.rows.drop("row")
        known = len(rows.join(old, on=list(PRODUCTS), how="semi", nulls_equal=True))
        if known == len(rows):
            return Loaded(None, known, read.refused)
        if dry:
            return Loaded(None, known, read.refused, n_changed=len(rows) - known)
        merged = pl.concat([old.join(rows, on="product", how="anti"), rows]).sort("product")
        after = replace(manifest, products=writing.write(merged, "products"))
        _keep(writing, after, after.monthly)
        return Loaded(None, known, read.refused, n_changed=len(rows) - known)


def withdraw(ledger: Ledger, load_id: str) -> Load:
    """Take a load out again, whole.

    Raises
    ------
    UnknownLoadError
        No load is called so.
    WriterBusyError
        Another process is writing.
    """
    with ledger.writing() as writing:
        manifest = writing.manifest
        load = next((load for load in manifest.loads if load.id == load_id), None)
        if load is None:
            raise UnknownLoadError(f"The ledger has no load “{load_id}”. `terrier ledger show` lists them.")
        left = tuple(other for other in manifest.loads if other is not load)
        _keep(writing, replace(manifest, loads=left), load.files)
        return load


def _keep(writing: Writing, after: Manifest, months: Iterable[str]) -> None:
    """Reckon anew the sums of the months that changed, and let it all count at once."""
    monthly, orders, prices = dict(after.monthly), dict(after.orders), dict(after.prices)
    for month in {
        *months,
        *(monthly.keys() - prices.keys()),
    }:  # a ledger of before there were prices has none
        for sums in (monthly, orders, prices):
            sums.pop(month, None)
        if after.lines(month):
            rolled = rolled_up(writing.folder, after, month)
            monthly[month] = writing.write(rolled.monthly, "monthly")
            orders[month] = writing.write(rolled.orders, "orders")
            prices[month] = writing.write(rolled.prices, "prices")
    writing.keep(replace(after, monthly=monthly, orders=orders, prices=prices))


def _compared(writing: Writing, read: Read) -> tuple[pl.DataFrame, int, pl.DataFrame]:
    """The rows that are new, how many the ledger has already, and all that are refused."""
    identity, rows = ["invoice", "line"], read.rows
    first = rows.unique(identity, keep="first", maintain_order=True)
    again = rows.join(first.select("row"), on="row", how="anti")
    known = scan(writing.folder, writing.manifest.lines(), LINES)
    held = known.join(first.lazy().select(identity), on=identity, how="semi").collect()
    same = first.join(held, on=list(LINES), how="semi", nulls_equal=True)
    differing = first.join(held.select(identity), on=identity, how="semi").join(same, on="row", how="anti")
    same_twice = again.join(first.select(*LINES), on=list(LINES), how="semi", nulls_equal=True)
    twice = again.join(same_twice.select("row"), on="row", how="anti")
    refused = pl.concat(
        [
            read.refused,
            _refusals(differing, "is in the ledger already, with other values; withdraw that load, or load a credit note"),
            _refusals(twice, "stands in the file before, with other values"),
        ]
    ).sort("row")  # fmt: skip
    fresh = first.join(held.select(identity), on=identity, how="anti").drop("row")
    return fresh, len(same) + len(same_twice), refused


def _refusals(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    return rows.select(
        "row",
        pl.lit("invoice, line").alias("column"),
        pl.format("{}, {}", "invoice", "line").alias("value"),
        pl.lit(reason).alias("reason"),
    )


def _by_month(writing: Writing, fresh: pl.DataFrame) -> dict[str, str]:
    """The new lines, a file for each month, those of an account side by side."""
    marked = fresh.with_columns(pl.col("date").dt.month_start().alias("month"))
    parts = marked.partition_by("month", as_dict=True, include_key=False)
    files = {}
    for month in sorted(parts):
        files[f"{month[0]:%Y-%m}"] = writing.write(parts.pop(month).sort("account", "date"), "lines")
    return files


def _net_cents(lines: pl.DataFrame) -> dict[str, int]:
    """What lines come to, by currency."""
    return dict(lines.group_by("currency").agg(pl.col("net_cents").sum()).iter_rows())


def _parked(fresh: pl.DataFrame, accounts: Iterable[str] | None) -> dict[str, int] | None:
    if accounts is None:
        return None
    known = pl.DataFrame({"account": list(accounts)}, schema={"account": pl.String})
    left = fresh.join(known, on="account", how="anti")
    return dict(left.group_by("account").len().sort("account").iter_rows())


def _none_refused() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
    )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}") from None
