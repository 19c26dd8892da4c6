"""Files in and out of the ledger: a file lands whole but for the rows it is told of, the same file twice changes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from terrier.errors import InputError, TerrierError
from terrier.intake.batches import read_batches
from terrier.intake.read import read_table
from terrier.intake.table import Decimal
from terrier.ledger.columns import PRODUCTS
from terrier.ledger.reading import Credits, Dates, line_reader, read_products, refuse_all
from terrier.ledger.rollup import added_up, rolled_up
from terrier.ledger.spill import Spill
from terrier.ledger.store import Ledger, Load, Manifest, Writing, month_named, scan


class UnknownLoadError(TerrierError, LookupError):
    """There is no load of that number."""


@dataclass(frozen=True)
class Loaded:
    """What became of a file.

    load : of lines; None where none of them was new. n_changed : products that are new or changed. n_known : rows that the ledger had already, the same in every value. refused : row, column,
    value, reason. parked : lines by account, of accounts that are not among those known; they count for the company, and for
    whoever covers the account as soon as it is known.
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
    today: dt.date | None = None,
    dry: bool = False,
) -> Loaded:
    """Take the invoice lines of a CSV, XLSX or Parquet file into the ledger.

    A line is known by its invoice and number. One that the ledger has already, the same in every value, is left as it is; one that
    differs is refused, since what was invoiced does not change: withdraw the load it came in, or load a credit note.

    Parameters
    ----------
    columns, dates, credit_notes, currency, today : as `line_reader` takes them. decimal : the decimal sign of the file's numbers.
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
            said = (
                f"The file was loaded before, as {before.file} at {before.loaded_at}: load {before.id}."
                " To take it in otherwise, withdraw that load first."
            )
            return Loaded(None, before.n_lines, _none_refused(), (said,))
        batches = read_batches(path, decimal=decimal)
        reader = line_reader(
            batches, named=columns, dates=dates, credit_notes=credit_notes, currency=currency, today=today
        )
        with Spill(writing) as spill:
            refused = [_none_refused()]
            for table in batches:
                read = reader.read(table)
                refused.append(read.refused)
                spill.take(read.rows)
            refuse_all(batches.file, spill.n_lines, pl.concat(refused))
            n_known, wrong = spill.compare(reader)
            new = _Fresh(None if accounts is None else set(accounts))
            for month, rows in spill.fresh(reader):
                new.take(rows)
                if not dry:
                    new.files[new.name_for(month)] = writing.write(rows.sort("account", "date"), "lines")
        found = Loaded(
            None, n_known, pl.concat([*refused, wrong]).sort("row"), reader.told, new.parked_by_account()
        )
        if not new.n_lines:
            return found
        load = Load(
            id="" if dry else uuid.uuid4().hex[:12],
            file=name or Path(path).name,
            digest=digest,
            loaded_at="" if dry else dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            n_lines=new.n_lines,
            net_cents=new.net_cents,
            files=new.files,
        )
        if not dry:
            _keep(writing, replace(manifest, loads=(*manifest.loads, load)), load.files, only_more=True)
        return replace(found, load=load)


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
        refuse_all(table.file, len(read.rows), read.refused)
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


def _keep(writing: Writing, after: Manifest, months: Iterable[str], *, only_more: bool = False) -> None:
    """Reckon anew the sums of the months that changed, and let it all count at once. only_more : lines came, and none went."""
    monthly, orders, prices = dict(after.monthly), dict(after.orders), dict(after.prices)
    for month in {
        *map(month_named, months),
        *(monthly.keys() - prices.keys()),
    }:  # a ledger of before there were prices has none
        for sums in (monthly, orders, prices):
            sums.pop(month, None)
        if after.lines(month):
            more = added_up(writing.folder, writing.manifest, after, month) if only_more else None
            rolled = more or rolled_up(writing.folder, after, month)
            monthly[month] = writing.write(rolled.monthly, "monthly")
            orders[month] = writing.write(rolled.orders, "orders")
            prices[month] = writing.write(rolled.prices, "prices")
    writing.keep(replace(after, monthly=monthly, orders=orders, prices=prices))


@dataclass
class _Fresh:
    """What the new lines of a file come to. known : the accounts that are, None where nobody asks."""

    known: set[str] | None
    n_lines: int = 0
    net_cents: dict[str, int] = field(default_factory=dict)
    parked: Counter[str] = field(default_factory=Counter)
    files: dict[str, str] = field(default_factory=dict)

    def take(self, rows: pl.DataFrame) -> None:
        self.n_lines += len(rows)
        for currency, cents in rows.group_by("currency").agg(pl.col("net_cents").sum()).iter_rows():
            self.net_cents[currency] = self.net_cents.get(currency, 0) + cents
        if self.known is not None:
            for account, n_lines in rows.group_by("account").len().iter_rows():
                if account not in self.known:
                    self.parked[account] += n_lines

    def name_for(self, month: dt.date) -> str:
        """Of the next file of a month, as `Load.files` has it."""
        name = f"{month:%Y-%m}"
        more = sum(month_named(other) == name for other in self.files)
        return f"{name}.{more}" if more else name

    def parked_by_account(self) -> dict[str, int] | None:
        return None if self.known is None else dict(sorted(self.parked.items()))


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
