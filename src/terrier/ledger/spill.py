"""The good lines of a file that is being loaded, on the disk month by month, and which of them the ledger has already."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrier.ledger.columns import LINES
from terrier.ledger.reading import LineReader
from terrier.ledger.store import Writing, scan

IDENTITY = ["invoice", "line"]
AT_ONCE = 1_000_000
"""Lines that are compared with those of the ledger at once, or written into a file."""


class Spill:
    """Lines kept aside until all are read. What is left of it by a process that was killed, the next writer sweeps away."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._files: dict[dt.date, list[Path]] = defaultdict(list)
        self._hashes: list[NDArray[np.uint64]] = []
        self._first: str | None = None
        self._last: str | None = None
        self._dropped = pl.Series("row", dtype=pl.Int64)
        self.n_lines = 0

    def __enter__(self) -> Spill:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for paths in self._files.values():
            for path in paths:
                path.unlink(missing_ok=True)

    def take(self, rows: pl.DataFrame) -> None:
        """More lines, as `LineReader.read` tells them."""
        if rows.is_empty():
            return
        self.n_lines += len(rows)
        invoice = pl.col("invoice")
        first, last = rows.select(invoice.min().alias("first"), invoice.max().alias("last")).row(0)
        self._first = first if self._first is None else min(self._first, first)
        self._last = last if self._last is None else max(self._last, last)
        marked = rows.with_columns(_hash().alias("hash"), pl.col("date").dt.month_start().alias("month"))
        self._hashes.append(marked["hash"].to_numpy())
        for (month,), part in marked.partition_by("month", as_dict=True, include_key=False).items():
            self._files[month].append(self._writing.set_aside(part))

    def compare(self, reader: LineReader) -> tuple[int, pl.DataFrame]:
        """How many of the lines the ledger has already or the file has twice, and those that stand in either with other values.

        Lines are told apart by a hash of what they are known by; those whose hash comes again are compared themselves.
        """
        suspects = self._suspects()
        n_known, refused, dropped = 0, [_refusals(pl.DataFrame(schema={"row": pl.Int64, **LINES}), "")], []
        n_parts = -(-len(suspects) // AT_ONCE)
        for part in range(n_parts):
            hashes = pl.Series(suspects[suspects % n_parts == part])
            rows = reader.signed(self._rows(hashes))
            held = self._held(hashes)
            known, wrong, left = _compared(rows, held)
            n_known += known
            refused.append(wrong)
            dropped.append(rows["row"].filter(~rows["row"].is_in(left.implode())))
        if dropped:
            self._dropped = pl.concat(dropped)
        return n_known, pl.concat(refused)

    def fresh(self, reader: LineReader) -> Iterator[tuple[dt.date, pl.DataFrame]]:
        """The lines that are new, a month at a time, as the ledger keeps them; a month of very many in several parts."""
        dropped = self._dropped.to_frame()
        for month in sorted(self._files):
            for paths in self._parts(self._files[month]):
                rows = pl.concat([pl.read_parquet(path) for path in paths])
                if len(dropped):
                    rows = rows.join(dropped, on="row", how="anti")
                if len(rows):
                    yield month, reader.signed(rows).select(*LINES)

    def _parts(self, paths: list[Path]) -> Iterator[list[Path]]:
        part, n_rows = list[Path](), 0
        for path in paths:
            part.append(path)
            n_rows += int(pl.scan_parquet(path).select(pl.len()).collect().item())
            if n_rows >= AT_ONCE:
                yield part
                part, n_rows = [], 0
        if part:
            yield part

    def _suspects(self) -> NDArray[np.uint64]:
        """Hashes, in order, that come twice in the file or that a line of the ledger has."""
        if not self._hashes:
            return np.zeros(0, np.uint64)
        hashes = np.concatenate(self._hashes)
        self._hashes.clear()
        hashes.sort()
        again = hashes[1:][hashes[1:] == hashes[:-1]]
        found = [np.unique(again)]
        for path in self._writing.manifest.lines():
            there = self._near([path]).select(_hash()).collect().to_series().to_numpy()
            at = np.minimum(np.searchsorted(hashes, there), len(hashes) - 1)
            found.append(there[hashes[at] == there])
        return np.unique(np.concatenate(found))

    def _near(self, paths: list[str]) -> pl.LazyFrame:
        """Lines of the ledger between the file's first and last invoice: files that have none need not be read."""
        lines = scan(self._writing.folder, paths, LINES)
        return lines.filter(pl.col("invoice").is_between(pl.lit(self._first), pl.lit(self._last)))

    def _rows(self, hashes: pl.Series) -> pl.DataFrame:
        wanted = pl.LazyFrame({"hash": hashes})
        found = [
            pl.scan_parquet(paths).join(wanted, on="hash", how="semi").collect()
            for paths in self._files.values()
        ]
        return pl.concat(found).sort("row").select("row", *LINES)

    def _held(self, hashes: pl.Series) -> pl.DataFrame:
        wanted = pl.LazyFrame({"hash": hashes})
        found = [
            self._near([path])
            .with_columns(_hash().alias("hash"))
            .join(wanted, on="hash", how="semi")
            .collect()
            for path in self._writing.manifest.lines()
        ]
        return pl.concat([pl.DataFrame(schema=LINES), *(one.select(*LINES) for one in found)])


def _hash() -> pl.Expr:
    return pl.col("invoice").hash(1) ^ pl.col("line").hash(2)


def _compared(rows: pl.DataFrame, held: pl.DataFrame) -> tuple[int, pl.DataFrame, pl.Series]:
    """Of some lines of a file and all of the ledger's with their identities: how many it has, the refused, and the rows of the new."""
    first = rows.unique(IDENTITY, keep="first", maintain_order=True)
    again = rows.join(first.select("row"), on="row", how="anti")
    same = first.join(held, on=list(LINES), how="semi", nulls_equal=True)
    differing = first.join(held.select(IDENTITY), on=IDENTITY, how="semi").join(same, on="row", how="anti")
    same_twice = again.join(first.select(*LINES), on=list(LINES), how="semi", nulls_equal=True)
    twice = again.join(same_twice.select("row"), on="row", how="anti")
    refused = pl.concat(
        [
            _refusals(differing, "is in the ledger already, with other values; withdraw that load, or load a credit note"),
            _refusals(twice, "stands in the file before, with other values"),
        ]
    )  # fmt: skip
    left = first.join(held.select(IDENTITY), on=IDENTITY, how="anti")
    return len(same) + len(same_twice), refused, left["row"]


def _refusals(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    return rows.select(
        "row",
        pl.lit("invoice, line").alias("column"),
        pl.format("{}, {}", "invoice", "line").alias("value"),
        pl.lit(reason).alias("reason"),
    )
