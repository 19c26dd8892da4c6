"""The rows as text: Markdown for people, CSV for programs."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence

from terrier.bench.methods import METHODS
from terrier.bench.result import Result
from terrier.bench.rows import Row, Tally

HEADER = (
    "instance", "n", "k", "method", "budget s", "seconds", "CPU s", "memory MB", "feasible", "value", "worst",
    "compared with", "gap %", "worst gap %", "above bound %",
)  # fmt: skip
TALLY_HEADER = (
    "family", "method", "budget s", "seeds", "instances", "all seeds feasible", "at or below", "mean gap %", "largest gap %",
    "mean above bound %", "median s", "measured with",
)  # fmt: skip
NONE = "–"


def summary_csv(rows: Sequence[Row]) -> str:
    """One line a row, unrounded."""
    fields = (
        "family", "instance", "n", "k", "method", "budget_seconds", "until_known", "seconds", "cpu_seconds", "peak_mb", "seeds",
        "feasible", "median", "worst", "reference", "reference_kind", "gap_pct", "worst_gap_pct",
        "above_bound_pct", "note",
    )  # fmt: skip
    return _csv(
        fields,
        (
            (
                row.case.family, row.case.name, row.case.n, row.case.k, row.method, row.budget.seconds,
                int(row.budget.until_known), row.seconds, row.cpu_seconds, row.peak_mb, len(row.results), row.n_feasible, _finite(row.median),
                _finite(row.worst), row.reference, row.reference_kind, _finite(100 * row.gap(row.median)),
                _finite(100 * row.gap(row.worst)), _finite(100 * row.above_bound), row.why_not,
            )
            for row in rows
        ),
    )  # fmt: skip


def runs_csv(results: Iterable[Result]) -> str:
    """One line a run, unrounded."""
    fields = (
        "family", "instance", "method", "seed", "budget_seconds", "seconds", "cpu_seconds", "peak_mb", "warm_seconds",
        "feasible", "value", "bound", "failure", "flaws", "doubts", "until_known", "code", "cores",
    )  # fmt: skip
    return _csv(
        fields,
        (
            (
                r.task.family, r.task.case, r.task.method, r.task.seed, r.task.seconds, r.seconds, r.cpu_seconds,
                r.peak_mb, r.warm_seconds, int(r.is_feasible), r.value, r.bound, r.failure, "; ".join(r.flaws),
                "; ".join(r.doubts), int(r.task.target is not None), r.code, r.cores,
            )
            for r in results
        ),
    )  # fmt: skip


def markdown(rows: Sequence[Row]) -> str:
    """One table; a row whose runs all failed says why instead of its figures."""
    return table(HEADER, (_cells(row) for row in rows), text_columns=(0, 3, 11))


def tally_markdown(tallies: Sequence[Tally]) -> str:
    """One line for each family, method and budget."""
    lines = (
        (
            tally.family,
            METHODS[tally.method].name,
            str(tally.budget),
            "–".join(map(str, dict.fromkeys(tally.n_seeds))),
            str(tally.n_cases),
            str(tally.n_feasible),
            str(tally.n_reached),
            percent(tally.mean_gap),
            percent(tally.largest_gap),
            percent(tally.above_bound),
            _number(tally.seconds, ".3g"),
            "; ".join(tally.conditions) or NONE,
        )
        for tally in tallies
    )
    return table(TALLY_HEADER, lines, text_columns=(0, 1, 11))


def frontier_markdown(rows: Sequence[Row]) -> str:
    """The plans of each frontier, first seed."""
    header = ("instance", "toll", "share moved %", "visits · km², today = 1", "above bound %")
    lines = (
        (row.case.name, f"{toll:g}", percent(moved), f"{travel:.3f}", percent(gap))
        for row in rows
        for toll, moved, travel, gap in row.results[0].stages
    )
    return table(header, lines, text_columns=(0,))


def table(header: Sequence[str], lines: Iterable[Sequence[str]], text_columns: Sequence[int]) -> str:
    """A Markdown table; columns of text to the left, of figures to the right."""
    rule = ["---" if i in text_columns else "---:" for i in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *lines)) + "\n"


def percent(ratio: float) -> str:
    """Two digits after the point; a dash where there is none."""
    return f"{round(100 * ratio, 2) + 0.0:.2f}" if math.isfinite(ratio) else NONE


def _cells(row: Row) -> tuple[str, ...]:
    about = (row.case.name, f"{row.case.n:,}", str(row.case.k), METHODS[row.method].name, str(row.budget))
    if all(result.value is None for result in row.results):
        return (*about, row.why_not.replace("|", "/"), *[NONE] * (len(HEADER) - len(about) - 1))
    reference = NONE if row.reference is None else f"{_figure(row.reference)} ({row.reference_kind})"
    return (
        *about,
        _number(row.seconds, ".3g"),
        _number(row.cpu_seconds, ".3g"),
        _number(row.peak_mb, ".0f"),
        f"{row.n_feasible} of {len(row.results)}",
        _figure(row.median) if math.isfinite(row.median) else "infeasible",
        _figure(row.worst) if math.isfinite(row.worst) else "infeasible",
        reference,
        percent(row.gap(row.median)),
        percent(row.gap(row.worst)),
        percent(row.above_bound),
    )


def _figure(value: float) -> str:
    """Seven digits: gaps of a thousandth of a percent can still be seen."""
    return f"{value:.7g}" if abs(value) < 1e7 else f"{value:.6e}"


def _number(value: float | None, form: str) -> str:
    return NONE if value is None else f"{value:{form}}"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _csv(fields: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows(lines)
    return text.getvalue()
