"""The composition root: a request in; runs, tables, plots and the page out. Interrupted, it keeps what is done."""

from __future__ import annotations

import os
import platform
import signal
import time
from importlib.metadata import version
from importlib.util import find_spec

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from terrier.bench import page, tables
from terrier.bench.first_use import FirstUse, all_kinds, first_use
from terrier.bench.growth import fit, time_by_size
from terrier.bench.methods import METHODS, OURS
from terrier.bench.plan import Agenda, Request, agenda
from terrier.bench.result import Result
from terrier.bench.rows import Row, rows_of, tallies_of
from terrier.bench.runs import Store, environment, run
from terrier.errors import TerrierError

PLOTS = ("gaps.svg", "growth.svg")


def bench_design(request: Request, console: Console) -> bool:
    """Run what is asked and write it to ``request.out``; returns False when it was interrupted before the end."""
    # Ended from outside, the process must still end the one that it waits for.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _bench(request, console)
    finally:
        signal.signal(signal.SIGTERM, before)


def _bench(request: Request, console: Console) -> bool:
    plan = agenda(request)
    for note in plan.notes:
        console.print(note, style="yellow", highlight=False)
    if request.kept:
        results, first, finished = _gather(plan, request), None if request.page is None else first_use(), True
        console.print(f"{len(results)} runs are kept.", highlight=False)
    else:
        minutes = plan.longest_seconds / 60
        console.print(
            f"{len(plan.tasks)} runs; about {minutes:.0f} minutes of searching at most.", highlight=False
        )
        results, first, finished = _run_all(plan, request, console)
    rows = rows_of(plan.cases, results)
    _write(request, rows, results, first, plan, console, finished=finished)
    if not finished:
        console.print(
            "Interrupted. What is done is kept: the same command goes on from here.", style="yellow"
        )
    return finished


def _gather(plan: Agenda, request: Request) -> list[Result]:
    """What earlier requests have run on these cases, each family with its own seconds and seeds.

    Raises
    ------
    TerrierError
        Nothing is kept.
    """
    store = Store(request.out / "runs")
    results = [result for case in plan.cases for result in store.newest(case)]
    if not results:
        raise TerrierError(f"--kept: no run of these instances is kept in {store.folder}.")
    return results


def _run_all(plan: Agenda, request: Request, console: Console) -> tuple[list[Result], FirstUse | None, bool]:
    store = Store(request.out / "runs")
    results: list[Result] = []
    first = None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=len(plan.tasks))
        try:
            if any(task.method in OURS and store.get(task, case) is None for case, task in plan.tasks):
                # Compiled once before, so that no run is stopped for the time that it takes.
                progress.update(bar, description="compiling")
                all_kinds(environment())
            for case, task in plan.tasks:
                name = f"{case.title}, {METHODS[task.method].name}, {task.seconds:g} s, seed {task.seed}"
                progress.update(bar, description=name)
                result = store.get(task, case)
                if result is None:
                    result = run(task)
                    store.put(result, case)
                    progress.console.print(f"{name}: {_said(result)}", highlight=False, soft_wrap=True)
                results.append(result)
                progress.advance(bar)
            if request.page is not None:
                progress.update(bar, description="compiling from nothing")
                first = first_use()
        except KeyboardInterrupt:
            return results, first, False
    return results, first, True


def _said(result: Result) -> str:
    if result.value is None:
        return result.failure
    broken = next(iter((*result.flaws, *result.doubts)), "")
    return f"{result.value:.7g} in {result.seconds:.2f} s" + (f"; {broken}" if broken else "")


def _write(
    request: Request,
    rows: list[Row],
    results: list[Result],
    first: FirstUse | None,
    plan: Agenda,
    console: Console,
    *,
    finished: bool,
) -> None:
    out = request.out
    out.mkdir(parents=True, exist_ok=True)
    text = _report(rows, plan, first, kept=request.kept)
    (out / "summary.csv").write_text(tables.summary_csv(rows))
    (out / "runs.csv").write_text(tables.runs_csv(results))
    drawn = _draw(rows, request, console)
    (out / "summary.md").write_text(page.with_plots(text, drawn, ""))
    console.print(tables.tally_markdown(tallies_of(rows)), highlight=False, soft_wrap=True)
    written = ["summary.md", "summary.csv", "runs.csv", *drawn]
    console.print(f"Wrote {', '.join(str(out / name) for name in written)}.", highlight=False, soft_wrap=True)
    if request.page is not None and finished:
        page.refresh(request.page, text, [out / name for name in drawn])
        console.print(f"Refreshed {request.page}.", highlight=False)


def _draw(rows: list[Row], request: Request, console: Console) -> list[str]:
    """Draw what there is to draw; returns the names of the files."""
    if find_spec("matplotlib") is None:
        console.print(
            "matplotlib is not installed; no plots. Get it with `uv sync --group bench`.", style="yellow"
        )
        return []
    from terrier.bench.plots import draw_gaps, draw_growth  # noqa: PLC0415  matplotlib may be missing

    return [
        name
        for name, draw in zip(PLOTS, (draw_gaps, draw_growth), strict=True)
        if draw(rows, request.out / name)
    ]


def _report(rows: list[Row], plan: Agenda, first: FirstUse | None, *, kept: bool) -> str:
    """The figures as Markdown."""
    parts = [
        f"Measured on {_machine(kept=kept)}.",
        "",
        "### By family",
        "",
        tables.tally_markdown(tallies_of(rows)),
        page.PLOTS_HERE,
        "",
    ]
    law = fit(*zip(*times, strict=True)) if (times := time_by_size(rows)) else None
    if law is not None:
        parts += [
            f"Terrier's time to within 1 % of its last plan grows with the number of accounts to the power of "
            f"{law.exponent:.2f}, from {times[0][0]:,} to {times[-1][0]:,} accounts.",
            "",
        ]
    if first is not None:
        parts += [first.sentence(), ""]
    for family in dict.fromkeys(row.case.family for row in rows):
        members = [row for row in rows if row.case.family == family]
        parts += [f"### {family}", "", page.folded(tables.markdown(members), len(members))]
    if any(row.results[0].stages for row in rows):
        parts += ["### The frontier of realignment", "", tables.frontier_markdown(rows)]
    if plan.notes:
        parts += ["### Left out", "", *(f"- {note}" for note in plan.notes), ""]
    return "\n".join(parts)


def _machine(*, kept: bool) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "scipy"))
    load = f", load average {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}{'' if kept else load}) {'until' if kept else 'on'} {time.strftime('%Y-%m-%d')}, "
        f"Python {platform.python_version()}, {packages}"
    )
