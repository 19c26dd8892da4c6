"""The dry run: every row of a file against what is there, staged with what it would do. Writes nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from django.db import connection, transaction
from django.db.models import Max

from terrier.intake.sealed import ROW
from terrier.office.audit.models import Entry
from terrier.office.imports.cells import Writing
from terrier.office.imports.kinds.base import Checker, How, Outcome
from terrier.office.imports.kinds.known import CHECKERS
from terrier.office.imports.models import Deed, Import, Mend
from terrier.office.imports.staging import mends_of, stage, unstage
from terrier.office.jobs.progress import Report
from terrier.office.jobs.words import said

BATCH = 10_000
MOST_NEAR = 1000
"""Rows looked at together with one that was mended; all are before the commit."""


def check(import_: Import, report: Report) -> dict[str, Any]:
    """Stage every row anew. Returns what the import then is to say of itself: counts and the watermark of the audit.

    May be begun again at any time: what an interrupted check left is forgotten first.
    """
    watermark = last_entry()
    unstage(import_)
    mends = mends_of(import_)
    source = Source(import_, mends)
    checker = checker_of(import_)
    report(0, import_.n_rows, said("Reading the keys"))
    checker.prepare(source.keys(checker.key_fields))
    counts: Counter[str] = Counter()
    done = 0
    for batch in source.batches(checker):
        rows = checker.read(batch)
        checker.check(rows)
        stage(import_, rows)
        counts.update(str(row.deed) for row in rows)
        done += len(rows)
        report(done, import_.n_rows, said("Comparing with what is there"))
    left = source.left_out()
    if left:
        stage(import_, left)
        counts[Deed.LEFT_OUT.value] += len(left)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE imports_write")
    return {"counts": {deed: counts[deed] for deed in Deed.values}, "watermark": watermark}


def checker_of(import_: Import) -> Checker:
    decimal = import_.options.get("decimal") or import_.options.get("read_decimal")
    if decimal is None and import_.options.get("delimiter") != ";":
        decimal = "."
    writing = Writing(decimal=decimal, dates=import_.options.get("dates") or "iso")
    how = How(writing, import_.clear_blanks, import_.author_id)
    return CHECKERS[import_.kind](how, list(import_.mapping))


def last_entry() -> int:
    """The last entry of the audit, once those that are being written now are there."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE audit_entry IN SHARE MODE")
        return Entry.objects.aggregate(last=Max("id"))["last"] or 0


class Source:
    """The texts of a file by field, mended as people mended them, without the rows that they left out."""

    def __init__(self, import_: Import, mends: Mapping[int, Mend]) -> None:
        self.import_ = import_
        self.out = sorted(number for number, mend in mends.items() if mend.left_out)
        self.mended: dict[str, pl.LazyFrame] = {}
        for field in import_.mapping:
            said = [(n, m.values[field]) for n, m in mends.items() if field in m.values and not m.left_out]
            if said:
                self.mended[field] = pl.LazyFrame(
                    said, schema={ROW: pl.Int64, "said": pl.String}, orient="row"
                ).with_columns(is_said=pl.lit(True))

    def _fields(self, part: slice | None = None) -> pl.LazyFrame:
        frame = pl.scan_parquet(self.import_.texts)
        if part is not None:
            frame = frame.slice(part.start, part.stop - part.start)
        frame = frame.select(
            ROW, *(pl.col(column).alias(name) for name, column in self.import_.mapping.items())
        )
        for name, mends in self.mended.items():
            frame = (
                frame.join(mends, on=ROW, how="left", maintain_order="left")
                .with_columns(pl.when("is_said").then("said").otherwise(name).alias(name))
                .drop("said", "is_said")
            )
        return frame

    def _kept(self, part: slice | None = None) -> pl.LazyFrame:
        frame = self._fields(part)
        return frame.filter(~pl.col(ROW).is_in(self.out)) if self.out else frame

    def keys(self, names: list[str]) -> pl.DataFrame:
        return self._kept().select(ROW, *names).collect()

    def batches(self, checker: Checker) -> Iterator[pl.DataFrame]:
        if checker.TOGETHER is not None:
            yield from _by_group(self._kept().sort(checker.TOGETHER, ROW).collect(), checker.TOGETHER)
            return
        for at in range(0, self.import_.n_rows, BATCH):
            yield self._kept(slice(at, at + BATCH)).collect()

    def near(self, number: int, before: Mapping[str, Any], checker: Checker) -> tuple[pl.DataFrame, set[int]]:
        """The rows that hang together with one that was mended, and the numbers of those to be judged anew with it.

        before : its cells as they were. Judged anew is itself, whatever is known by the same keys as it is or was, and what
        leans on it or was leant on by it. The frame also holds all that these lean on in turn.
        """
        frame = self._kept()
        known, leaning = (
            [name for name in names if name in checker.fields]
            for names in (checker.KNOWN_BY, checker.LEANS_ON)
        )
        own = frame.filter(pl.col(ROW) == number).collect()
        keys = _words(own, known) | {str(before.get(name) or "").lower() for name in known} - {""}
        named = keys | _words(own, leaning) | {str(before.get(name) or "").lower() for name in leaning} - {""}
        found = frame.filter(
            (pl.col(ROW) == number) | pl.any_horizontal(_among(known, named), _among(leaning, keys))
        )
        # Itself, then its equals, then the rest: what is too much is left for the check before the commit.
        near = found.collect().sort(pl.col(ROW) != number, ~_among(known, keys), ROW).head(MOST_NEAR)
        judged = set(near[ROW])
        asked, seen = _words(near, [*known, *leaning]), named
        while asked - seen and near.height <= MOST_NEAR:
            more = frame.filter(_among(known, asked - seen)).head(MOST_NEAR).collect()
            seen = seen | asked
            near = pl.concat([near, more]).unique(ROW, maintain_order=True)
            asked = _words(more, [*known, *leaning])
        return near.sort(checker.TOGETHER or ROW, ROW), judged

    def left_out(self) -> list[Outcome]:
        if not self.out:
            return []
        frame = self._fields().filter(pl.col(ROW).is_in(self.out)).collect()
        names = frame.columns[1:]
        return [
            Outcome(number, dict(zip(names, cells, strict=True)), left_out=True)
            for number, *cells in frame.iter_rows()
        ]


def _words(frame: pl.DataFrame, names: Iterable[str]) -> set[str]:
    return {text.lower() for name in names for text in frame[name].drop_nulls()}


def _among(names: Sequence[str], words: Iterable[str]) -> pl.Expr:
    """Whether any of some fields is one of some words, whatever the case."""
    asked = list(words)
    return pl.any_horizontal(
        pl.lit(value=False),
        *(pl.col(name).str.to_lowercase().is_in(asked).fill_null(value=False) for name in names),
    )


def _by_group(frame: pl.DataFrame, name: str) -> Iterator[pl.DataFrame]:
    """Batches that never divide the rows of one group."""
    starts = np.flatnonzero((frame[name].ne_missing(frame[name].shift(1))).to_numpy())
    at = 0
    while at < frame.height:
        later = starts[starts >= at + BATCH]
        end = int(later[0]) if len(later) else frame.height
        yield frame.slice(at, end - at)
        at = end
