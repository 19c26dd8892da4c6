"""The pictures: the gap over time, and time over the number of units."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from terrier.bench.growth import INSIDE, fit, time_by_size
from terrier.bench.methods import METHODS, TERRIER
from terrier.bench.rows import Row

# The same figures give the same file, so that the pages change only when the figures do.
mpl.rcParams.update({"svg.hashsalt": "terrier", "svg.fonttype": "none", "font.size": 9, "axes.grid": True})
mpl.rcParams.update({"grid.alpha": 0.3, "axes.spines.top": False, "axes.spines.right": False})
METADATA = {"Date": None, "Creator": None}
MOST_LINES = 10
PANEL = (4.2, 3.2)
LEAST_SECONDS = 0.01


def draw_gaps(rows: Sequence[Row], file: Path) -> bool:
    """Each family in a panel: the gap of every better plan inside tolerance, Terrier's longest run of the first seed.

    Gaps are to what the tables compare with. Returns whether there was anything to draw.
    """
    longest: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        key = (row.case.family, row.case.name, row.method)
        if (
            row.results[0].trace
            and row.reference
            and (key not in longest or row.budget > longest[key].budget)
        ):
            longest[key] = row
    families = list(dict.fromkeys(family for family, _, _ in longest))
    if not families:
        return False
    across = min(3, len(families))
    down = -(-len(families) // across)
    figure = Figure(figsize=(PANEL[0] * across, PANEL[1] * down), layout="constrained")
    for index, family in enumerate(families):
        axes = figure.add_subplot(down, across, index + 1)
        members = [row for (of, _, _), row in longest.items() if of == family]
        for row in members:
            _draw_trace(axes, row, labelled=len(members) <= MOST_LINES)
        axes.set_title(family, fontsize=9)
        axes.set(xlabel="seconds", ylabel="gap %", xscale="log")
        axes.set_yscale("symlog", linthresh=0.1)
        axes.set_ylim(top=30)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.axhline(0, color="0.4", linewidth=0.8)
        if len(members) <= MOST_LINES:
            axes.legend(fontsize=6, frameon=False)
    figure.savefig(file, metadata=METADATA)
    return True


def _draw_trace(axes: mpl.axes.Axes, row: Row, *, labelled: bool) -> None:
    steps = [
        (max(seconds, LEAST_SECONDS), 100 * row.gap(value))
        for seconds, value, excess in row.results[0].trace
        if excess <= INSIDE
    ]
    if not steps:
        return
    end = row.results[0].seconds or row.budget.seconds
    times, gaps = zip(*steps, (max(end, steps[-1][0]), steps[-1][1]), strict=True)
    ours = row.method == TERRIER
    name = row.case.name if ours else f"{row.case.name}, {METHODS[row.method].name}"
    axes.step(
        times,
        gaps,
        where="post",
        linewidth=1.2,
        linestyle="-" if ours else "--",
        label=name if labelled else None,
    )


def draw_growth(rows: Sequence[Row], file: Path) -> bool:
    """Terrier's time to within 1 % of its last plan over n on the sales cases with the fitted power law, and its peers'."""
    ours = time_by_size(rows)
    if len(ours) < 2:
        return False
    figure = Figure(figsize=(6.0, 4.0), layout="constrained")
    axes = figure.add_subplot()
    sizes, seconds = zip(*ours, strict=True)
    axes.plot(sizes, seconds, "o", label="Terrier, to within 1 % of its last plan")
    law = fit(sizes, seconds)
    if law is not None:
        ends = np.array([min(sizes), max(sizes)], dtype=np.float64)
        axes.plot(
            ends,
            [law.at(n) for n in ends],
            "-",
            linewidth=1,
            color="0.4",
            label=f"n to the power of {law.exponent:.2f}",
        )
    for method in dict.fromkeys(row.method for row in rows if row.method != TERRIER):
        points = [
            (row.case.n, row.seconds, row.case.family)
            for row in rows
            if row.method == method and row.case.family in ("sales", "count") and row.seconds is not None
        ]
        for family in dict.fromkeys(family for _, _, family in points):
            mine = [(n, time) for n, time, of in points if of == family]
            axes.plot(*zip(*mine, strict=True), "x", label=f"{METHODS[method].name}, {family}, whole run")
    axes.set(xlabel="accounts", ylabel="seconds", xscale="log", yscale="log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.legend(fontsize=7, frameon=False)
    figure.savefig(file, metadata=METADATA)
    return True
