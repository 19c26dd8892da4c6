"""Runs gathered over their seeds: one row for each case, method and budget, and one for each family."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from terrier.bench.case import EQUAL, Case
from terrier.bench.methods import METHODS
from terrier.bench.result import Result


@dataclass(frozen=True, slots=True, order=True)
class Budget:
    """Seconds, and whether the run ended before when a plan as good as the best-known one was found."""

    seconds: float
    until_known: bool = False

    def __str__(self) -> str:
        return f"{'≤ ' if self.until_known else ''}{self.seconds:g}"


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One method on one case with one budget, over all seeds.

    reference : what gaps are measured from: the best-known value, else the best plan here.
    """

    case: Case
    method: str
    budget: Budget
    results: tuple[Result, ...]
    reference: float | None
    reference_kind: str

    @property
    def n_feasible(self) -> int:
        return sum(result.is_feasible for result in self.results)

    @property
    def median(self) -> float:
        """The median value over seeds; a seed without a feasible plan counts as infinitely bad."""
        return median(result.score for result in self.results)

    @property
    def worst(self) -> float:
        return max(result.score for result in self.results)

    @property
    def seconds(self) -> float | None:
        return _median(result.seconds for result in self.results)

    @property
    def cpu_seconds(self) -> float | None:
        return _median(result.cpu_seconds for result in self.results)

    @property
    def peak_mb(self) -> float | None:
        """The largest of all seeds."""
        found = [result.peak_mb for result in self.results if result.peak_mb is not None]
        return max(found, default=None)

    @property
    def why_not(self) -> str:
        """What the first seed that has no feasible plan says."""
        for result in self.results:
            if not result.is_feasible:
                return result.failure or next(iter((*result.flaws, *result.doubts)), "")
        return ""

    def gap(self, value: float) -> float:
        """How far a value lies above the reference, as a ratio; NaN where there is none."""
        if self.reference is None or self.reference == 0:
            return math.nan
        return value / self.reference - 1

    @property
    def above_bound(self) -> float:
        """The median over seeds of how far each plan lies above its own lower bound; NaN where one has none."""
        ratios = [
            result.value / result.bound - 1
            for result in self.results
            if result.is_feasible and result.value is not None and result.bound
        ]
        return max(0.0, median(ratios)) if len(ratios) == len(self.results) else math.nan

    @property
    def reaches(self) -> bool:
        """The median is no worse than the reference, up to its rounding."""
        enough = self.case.good_enough
        return self.gap(self.median) <= EQUAL if enough is None else self.median <= enough


@dataclass(frozen=True, slots=True)
class Tally:
    """One method with one budget over a family. Gaps are ratios, of the medians over seeds.

    n_seeds : the fewest and the most of a case. conditions : the versions of Terrier that ran, and the cores they might use.
    """

    family: str
    method: str
    budget: Budget
    n_seeds: tuple[int, int]
    conditions: tuple[str, ...]
    n_cases: int
    n_feasible: int
    mean_gap: float
    largest_gap: float
    n_reached: int
    above_bound: float
    seconds: float | None


def rows_of(cases: Sequence[Case], results: Iterable[Result]) -> list[Row]:
    """The rows in the order of the cases; of each case Terrier's first, then by method and time budget."""
    by_key: dict[tuple[str, str], dict[tuple[str, Budget], list[Result]]] = {}
    for result in results:
        task = result.task
        runs = by_key.setdefault((task.family, task.case), {})
        budget = Budget(task.seconds, task.target is not None)
        runs.setdefault((task.method, budget), []).append(result)
    rows = []
    for case in cases:
        runs = by_key.get((case.family, case.name), {})
        reference, kind = _reference(case, [result for found in runs.values() for result in found])
        by_method = sorted(runs.items(), key=lambda run: (list(METHODS).index(run[0][0]), run[0][1]))
        for (method, budget), found in by_method:
            ordered = tuple(sorted(found, key=lambda result: result.task.seed))
            rows.append(Row(case, method, budget, ordered, reference, kind))
    return rows


def tallies_of(rows: Sequence[Row]) -> list[Tally]:
    """One line for each family, method and budget; contiguous and free cases of a family count together."""
    found: dict[tuple[str, str, Budget], list[Row]] = {}
    for row in rows:
        found.setdefault((row.case.family, row.method, row.budget), []).append(row)
    tallies = []
    for (family, method, budget), members in found.items():
        gaps = [row.gap(row.median) for row in members if math.isfinite(row.median) and row.reference]
        above = [row.above_bound for row in members if math.isfinite(row.above_bound)]
        seconds = [row.seconds for row in members if row.seconds is not None]
        tallies.append(
            Tally(
                family,
                method,
                budget,
                n_seeds=(
                    min(len(row.results) for row in members),
                    max(len(row.results) for row in members),
                ),
                conditions=tuple(
                    sorted({result.conditions for row in members for result in row.results} - {""})
                ),
                n_cases=len(members),
                n_feasible=sum(row.n_feasible == len(row.results) for row in members),
                mean_gap=fmean(gaps) if gaps else math.nan,
                largest_gap=max(gaps, default=math.nan),
                n_reached=sum(row.reaches for row in members),
                above_bound=fmean(above) if above else math.nan,
                seconds=median(seconds) if seconds else None,
            )
        )
    return tallies


def _reference(case: Case, results: Sequence[Result]) -> tuple[float | None, str]:
    if case.best_known is not None:
        kind = "optimum" if case.proved else "bound" if case.family == "realign" else "best known"
        return case.best_known, kind + (", in pieces" if case.in_pieces else "")
    best = min((result.score for result in results), default=math.inf)
    return (best, "best here") if math.isfinite(best) else (None, "")


def _median(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return median(found) if found else None
