"""The formats of the public instances. Each reader says in which file, and what, is not as the format has it."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terrier.bench.case import Floats
from terrier.errors import InputError


@dataclass(frozen=True, slots=True, eq=False)
class Medians:
    """A capacitated p-median instance: (n, 2) places, (n,) capacities and demands, p medians to choose."""

    places: Floats
    capacity: Floats
    demand: Floats
    p: int


@dataclass(frozen=True, slots=True, eq=False)
class Districts:
    """A districting instance: (n, 2) places, (n, m) measures, (e, 2) edges, k districts.

    low, high : bounds of the first measure where the format gives them; tolerance : ratio to the mean where it does.
    """

    places: Floats
    measures: Floats
    edges: NDArray[np.int64]
    k: int
    low: float = 0.0
    high: float = np.inf
    tolerance: float = np.inf


def read_medians(path: Path) -> Medians:
    """``n p``, then n lines ``x y capacity demand``."""
    words = _Words(path)
    n, p = words.whole(), words.whole()
    rows = words.table(n, 4)
    words.end()
    return Medians(rows[:, :2], rows[:, 2], rows[:, 3], p)


def read_hess(path: Path) -> Districts:
    """``n m k L U``, then n lines ``id geoid lon lat population``, then m lines ``u v shared_perimeter``."""
    words = _Words(path)
    n, m, k, low, high = words.whole(), words.whole(), words.whole(), words.number(), words.number()
    units = words.table(n, 5)
    edges = words.table(m, 3)[:, :2].astype(np.int64)
    words.end()
    return Districts(units[:, 2:4], units[:, 4:5], words.known(edges, n), k, low=low, high=high)


def read_du(path: Path) -> Districts:
    """``n``, n lines ``id x y a1 a2 a3 0``, ``m``, m lines ``u v``, ``p p`` and four tolerances; the rest is ignored."""
    words = _Words(path)
    n = words.whole()
    units = words.table(n, 7)
    edges = words.table(words.whole(), 2).astype(np.int64)
    k, _, tolerance = words.whole(), words.whole(), words.number()
    return Districts(units[:, 1:3], units[:, 3:6], words.known(edges, n), k, tolerance=tolerance)


def read_dl(path: Path) -> Districts:
    """``n``, n lines ``id x y a1 a2 a3``, ``m``, m lines ``u v``, then ``p 50`` and three tolerances."""
    words = _Words(path)
    n = words.whole()
    units = words.table(n, 6)
    edges = words.table(words.whole(), 2).astype(np.int64)
    k, _, tolerance = words.whole(), words.whole(), words.number()
    return Districts(units[:, 1:3], units[:, 3:6], words.known(edges, n), k, tolerance=tolerance)


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a header."""
    if not path.is_file():
        raise InputError(str(path), "is missing")
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


class _Words:
    """The numbers of a file in turn; line ends mean nothing to these formats."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
        self._words: Iterator[str] = iter(text.split())

    def number(self) -> float:
        word = next(self._words, None)
        if word is None:
            raise InputError(str(self.path), "ends too early")
        try:
            return float(word)
        except ValueError:
            raise InputError(str(self.path), "holds something that is not a number", value=word) from None

    def whole(self) -> int:
        value = self.number()
        if value != int(value) or value < 0:
            raise InputError(str(self.path), "a whole number is expected", value=f"{value:g}")
        return int(value)

    def table(self, rows: int, columns: int) -> Floats:
        return np.array([self.number() for _ in range(rows * columns)]).reshape(rows, columns)

    def known(self, edges: NDArray[np.int64], n: int) -> NDArray[np.int64]:
        if edges.size and (edges.min() < 0 or edges.max() >= n):
            raise InputError(str(self.path), f"an edge names a unit outside 0 to {n - 1}")
        return edges

    def end(self) -> None:
        word = next(self._words, None)
        if word is not None:
            raise InputError(str(self.path), "holds more than its first line announces", value=word)
