"""How time grows with the number of units: a power law fitted by least squares on logarithms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from terrier.bench.methods import TERRIER
from terrier.bench.result import Result
from terrier.bench.rows import Row

CLOSE = 0.01
INSIDE = 1e-9


@dataclass(frozen=True, slots=True)
class Growth:
    """time = factor · n ** exponent."""

    factor: float
    exponent: float

    def at(self, n: float) -> float:
        return float(self.factor * n**self.exponent)


def fit(sizes: Sequence[float], seconds: Sequence[float]) -> Growth | None:
    """The power law nearest to the points; None with fewer than two sizes."""
    if len(set(sizes)) < 2:
        return None
    exponent, offset = np.polyfit(np.log(sizes), np.log(seconds), 1)
    return Growth(float(np.exp(offset)), float(exponent))


def seconds_until_close(result: Result, close: float = CLOSE) -> float | None:
    """When the run first had a plan inside tolerance within ``close`` of its last one; None if it never was inside."""
    inside = [(seconds, value) for seconds, value, excess in result.trace if excess <= INSIDE]
    if not inside or not result.is_feasible:
        return None
    return next(seconds for seconds, value in inside if value <= inside[-1][1] * (1 + close))


def time_by_size(rows: Sequence[Row]) -> list[tuple[int, float]]:
    """(n, median seconds until close) of Terrier on the free sales cases.

    Each with its shortest budget: these grow with n, so that plans of all sizes had about the same time for a unit.
    """
    shortest: dict[int, Row] = {}
    for row in rows:
        if row.case.family == "sales" and row.method == TERRIER and not row.case.name.endswith("contiguous"):
            held = shortest.get(row.case.n)
            shortest[row.case.n] = row if held is None or row.budget < held.budget else held
    found = []
    for n, row in sorted(shortest.items()):
        times = [time for result in row.results if (time := seconds_until_close(result)) is not None]
        if times:
            found.append((n, median(times)))
    return found
