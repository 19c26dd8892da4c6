"""The outcomes as a table: to the terminal, and as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version

from rich.console import Console
from rich.table import Table

from benchmarks.run import Outcome

HEADER = ("", "time", "memory", "largest deviation", "all within", "Σ d² (km²)", "mean km to center")

INTRODUCTION = """\
# Benchmarks

`make bench` prints these tables, and `make bench BENCH="--publish docs/benchmarks.md"` writes this page anew. Every contestant gets the same accounts in the same run, each in a process
of its own; the time is that of the one call, the memory is the whole process's peak. The figures in brackets are
ratios to Terrier's on the same line of the same run, the only ones that mean much on another machine.

The accounts are those of `terrier sample`: a wholesaler at true US places with heavy-tailed sales. Each account counts
the same in Σ d², the sum of squared distances to its territory's center, so that all contestants minimize the same.
Terrier runs with its default stopping rule and one seed. The k-means peer takes the best of four k-means++ starts and then
moves one account at a time until every measure is within tolerance, or no move helps (`benchmarks/greedy.py`).
k-means-constrained balances the number of accounts only, so it takes part where that is all that is asked.
A contestant that needs more than {limit:.0f} s is stopped.
"""


def show(title: str, outcomes: Sequence[Outcome]) -> None:
    """Print one case's table."""
    table = Table(*HEADER, title=title, title_justify="left", highlight=False)
    for cells in _rows(outcomes):
        table.add_row(*cells)
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table)


def markdown(compiling: Outcome, outcomes: Sequence[Outcome], limit: float) -> str:
    """The whole page."""
    parts = [INTRODUCTION.format(limit=limit), f"Measured on {_machine()}.", ""]
    for case in dict.fromkeys(o.case for o in outcomes):
        parts += [f"## {case}", "", _markdown_table([o for o in outcomes if o.case == case]), ""]
    warm = next(o for o in outcomes if o.contestant == "Terrier" and o.case == compiling.case)
    parts += ["## The first run", "", _first_run(compiling, warm), ""]
    return "\n".join(parts)


def _first_run(compiling: Outcome, warm: Outcome) -> str:
    if compiling.seconds is None or warm.seconds is None:
        return f"The first run failed: {compiling.failure or warm.failure}."
    return (
        f"Terrier compiles its kernels when they are first called and keeps them on disk. {compiling.case}: "
        f"{compiling.seconds:.1f} s from an empty cache, {warm.seconds:.1f} s afterwards."
    )


def _markdown_table(outcomes: Sequence[Outcome]) -> str:
    lines = [f"| {' | '.join(HEADER)} |", "|---" + "|---:" * (len(HEADER) - 1) + "|"]
    lines += [f"| {' | '.join(cells)} |" for cells in _rows(outcomes)]
    return "\n".join(lines)


def _rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    base = outcomes[0]
    return [_cells(outcome, base) for outcome in outcomes]


def _cells(outcome: Outcome, base: Outcome) -> tuple[str, ...]:
    if outcome.failure:
        return (outcome.contestant, outcome.failure, *["–"] * (len(HEADER) - 2))
    deviations = ", ".join(
        f"{name} {value:.1%}" for name, value in zip(outcome.measure_names, outcome.deviation, strict=True)
    )
    return (
        outcome.contestant,
        _figure(outcome.seconds, base.seconds, ".2f", " s"),
        _figure(outcome.peak_mb, base.peak_mb, ".0f", " MB"),
        deviations,
        "yes" if outcome.feasible else "no",
        _figure(outcome.travel, base.travel, ".4g"),
        _figure(outcome.mean_km, base.mean_km, ".1f"),
    )


def _figure(value: float | None, base: float | None, form: str, unit: str = "") -> str:
    assert value is not None
    text = f"{value:{form}}{unit}"
    return text if base is None or base == value else f"{text} (×{value / base:.3g})"


def _machine() -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("numba", "numpy", "scikit-learn", "k-means-constrained")
    )
    load = f"load average {os.getloadavg()[0]:.1f} at the end"
    return f"{os.cpu_count()} cores ({platform.machine()}, {load}), Python {platform.python_version()}, {packages}"
