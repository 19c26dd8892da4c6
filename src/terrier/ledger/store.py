"""The folder of the ledger: Parquet files that never change, and one manifest that says which of them count.

A writer makes its files beside those that count, flushes them to the disk, and then replaces the manifest in one step: a reader sees the
ledger before a load or after it, never between. Readers take no lock and wait for nobody. A file that counts no more stays for
`GRACE_SECONDS`, for those who read the manifest before it was replaced.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from terrier.errors import TerrierError
from terrier.ledger.columns import LINES, PRODUCTS

if TYPE_CHECKING:
    from terrier.ledger.tables import Tables

MANIFEST = "manifest.json"
GRACE_SECONDS = 3600.0
SPILL = "spill"
"""The folder of what a writer sets aside."""
BOOKS = "books"
"""The folder of what was reckoned from a manifest, its mark at the start of each name."""

MONTHLY: dict[str, pl.DataType] = {
    "month": pl.Date(),
    "account": pl.String(),
    "category": pl.String(),
    "currency": pl.String(),
    "net_cents": pl.Int64(),
    "cost_cents": pl.Int64(),
    "costed_net_cents": pl.Int64(),
    "quantity": pl.Float64(),
    "n_lines": pl.UInt32(),
    "n_orders": pl.UInt32(),
}
"""Sums of lines by month, account and category. costed_net_cents: of those lines alone whose cost is known. n_orders: with that category."""

ORDERS: dict[str, pl.DataType] = {
    "month": pl.Date(),
    "account": pl.String(),
    "currency": pl.String(),
    "n_orders": pl.UInt32(),
    "first_date": pl.Date(),
    "last_date": pl.Date(),
}
"""Orders by month and account: invoices, credit notes left out. One with lines of several days counts on each, so that days add up to months."""

PRICES: dict[str, pl.DataType] = {
    "month": pl.Date(),
    "product": pl.String(),
    "currency": pl.String(),
    "net_cents": pl.Int64(),
    "quantity": pl.Float64(),
}
"""What each product sold for, all accounts together: of lines that tell a quantity."""


class WriterBusyError(TerrierError):
    """Another process is loading or withdrawing; readers never meet this."""


@dataclass(frozen=True, slots=True)
class Load:
    """One file that was taken in.

    digest : SHA-256 of the file, by which it is known again. files : by month, "2026-03", of the lines it brought; where it brought very
    many of a month, "2026-03.1" and so on for the rest of them.
    """

    id: str
    file: str
    digest: str
    loaded_at: str
    n_lines: int
    net_cents: Mapping[str, int]
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """What counts. monthly, orders, prices : by month, the files of sums; products : the file of products, empty before there is one.

    retired : files that count no more, with the time since when.
    """

    version: int = 0
    loads: tuple[Load, ...] = ()
    monthly: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[str, str] = field(default_factory=dict)
    products: str = ""
    retired: Mapping[str, float] = field(default_factory=dict)

    def lines(self, month: str | None = None) -> list[str]:
        """The files of all lines, or of a month's."""
        return [
            path
            for load in self.loads
            for name, path in load.files.items()
            if month is None or month_named(name) == month
        ]

    @cached_property
    def mark(self) -> str:
        """The same for the same files; a version may come again, when a backup is restored."""
        return hashlib.sha256("\n".join(sorted(self.counted())).encode()).hexdigest()[:16]

    def counted(self) -> set[str]:
        """Every file that counts."""
        sums = (*self.monthly.values(), *self.orders.values(), *self.prices.values())
        return {*self.lines(), *sums, *filter(None, [self.products])}


_manifests: dict[Path, tuple[tuple[int, int, int], Manifest]] = {}
"""Those read last, with what their file was then: one is replaced by another file, never written over."""


class Ledger:
    """The facts in a folder, as they are at the moment of asking."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def manifest(self) -> Manifest:
        """What counts now."""
        path = self.folder / MANIFEST
        try:
            stamp = path.stat()
        except FileNotFoundError:
            return Manifest()
        now = (stamp.st_ino, stamp.st_mtime_ns, stamp.st_size)
        known = _manifests.get(path)
        if known is None or known[0] != now:
            told = json.loads(path.read_text())
            known = now, Manifest(**{**told, "loads": tuple(Load(**load) for load in told["loads"])})
            _manifests[path] = known
        return known[1]

    def open(self, engine: str | None = None) -> Tables:
        """Its tables for Ibis, on the engine that TERRIER_LEDGER names; see `engines.open_ledger`."""
        from terrier.ledger.engines import open_ledger  # noqa: PLC0415  engines read what is stored here

        return open_ledger(self, engine)

    def state(self) -> str:
        """A hash of all lines and products that is the same for the same facts, whatever files they came in or lie in."""
        manifest = self.manifest()
        digest = hashlib.sha256()
        for paths, schema, order in (
            (manifest.lines(), LINES, ["invoice", "line"]),
            ([manifest.products] if manifest.products else [], PRODUCTS, ["product"]),
        ):
            frame = scan(self.folder, paths, schema).sort(order).collect()
            digest.update(frame.hash_rows(seed=0).to_numpy().tobytes())
        return digest.hexdigest()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """The right to write, for one process at a time; gone with the process, however it ends.

        Raises
        ------
        WriterBusyError
            Another process has it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "writer.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WriterBusyError(
                    f"The ledger in {self.folder} is being written by another process. Try again when it is done."
                ) from None
            writing = Writing(self.folder, self.manifest())
            writing.sweep()
            yield writing


class Writing:
    """Changes to a ledger until they are kept, all at once, or left."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder, self.manifest = folder, manifest

    def write(self, frame: pl.DataFrame, kind: str) -> str:
        """A new file, safe on the disk, that does not count yet; its path within the folder."""
        path = f"{kind}/{uuid.uuid4().hex}.parquet"
        whole = self.folder / path
        if not whole.parent.exists():
            whole.parent.mkdir()
            _flush_folder(self.folder)
        with whole.open("wb") as out:
            frame.write_parquet(out, compression="zstd", compression_level=1)
            out.flush()
            os.fsync(out.fileno())
        _flush_folder(whole.parent)
        return path

    def set_aside(self, frame: pl.DataFrame) -> Path:
        """A file for this writer alone, who deletes it."""
        path = self.folder / SPILL / f"{uuid.uuid4().hex}.parquet"
        path.parent.mkdir(exist_ok=True)
        frame.write_parquet(path, compression="lz4", statistics=False)
        return path

    def keep(self, after: Manifest) -> Manifest:
        """Let another manifest count from now on."""
        gone = self.manifest.counted() - after.counted()
        retired = {**self.manifest.retired, **dict.fromkeys(gone, time.time())}
        after = replace(after, version=self.manifest.version + 1, retired=retired)
        beside = self.folder / f"{MANIFEST}.new"
        with beside.open("w") as out:
            json.dump(asdict(after), out)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(self.folder / MANIFEST)
        _flush_folder(self.folder)
        self.manifest = after
        return after

    def sweep(self, now: float | None = None) -> None:
        """Delete what a writer left that was cut off, and what has counted no more for long enough."""
        now = time.time() if now is None else now
        young = {path for path, since in self.manifest.retired.items() if now - since < GRACE_SECONDS}
        staying = self.manifest.counted() | young
        mark = self.manifest.mark
        for file in self.folder.glob("*/*.parquet"):
            of_now = file.parent.name == BOOKS and file.name.startswith(f"{mark}-")
            if not of_now and str(file.relative_to(self.folder)) not in staying:
                file.unlink(missing_ok=True)
        if len(young) < len(self.manifest.retired):
            retired = {path: self.manifest.retired[path] for path in young}
            self.manifest = replace(self.manifest, retired=retired)


def month_named(name: str) -> str:
    """The month of a file of a load."""
    return name.partition(".")[0]


def scan(folder: Path, paths: list[str], schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """Files of the ledger as one frame, which is empty where there are none."""
    if not paths:
        return pl.LazyFrame(schema=dict(schema))
    return pl.scan_parquet([folder / path for path in paths])


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
