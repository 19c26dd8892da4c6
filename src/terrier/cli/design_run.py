"""The design job from files to folder: read, say what was understood, search, write, sum up."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from terrier.cli.choosing import choices, choose, explained
from terrier.cli.choosing import table as choices_table
from terrier.cli.delivery import FILES, Delivery
from terrier.cli.describe import describe
from terrier.cli.findings import findings
from terrier.cli.folder import written_whole
from terrier.cli.settling import search_with_travel
from terrier.cli.solving import search, search_frontier
from terrier.cli.summary import caption, summary
from terrier.engine.design import evaluate
from terrier.engine.travel import Travel, Workday
from terrier.intake.columns import counted
from terrier.intake.gateway import read_job
from terrier.intake.job import DesignJob
from terrier.intake.naming import named_by_place
from terrier.intake.request import DesignRequest
from terrier.report import Backdrop, PlanDocument, backdrop, write_all
from terrier.report.headline import bound_sentence


def run(request: DesignRequest, delivery: Delivery) -> None:
    """Do the whole job. Raises `InputError`; writes nothing unless it can write everything."""
    out = Path(delivery.out)
    aside = Console(stderr=True, highlight=False)
    with aside.status(f"Reading {escape(request.accounts)}"):
        job = read_job(request)
    _tell_understood(aside, job)
    behind = _begin_backdrop(job)
    chosen_from = None
    travel: Travel | None = None
    if delivery.frontier:
        found, search_note = search_frontier(job, delivery, aside)
        chosen = choose(found, job.problem, delivery.choose)
        plan, chosen_from = (
            evaluate(job.problem, found.points[chosen].plan.assignment),
            choices(job, found, chosen),
        )
    elif request.travel is not None:
        workday = Workday(request.travel.workday)
        job, settled, search_note = search_with_travel(job, workday, delivery, aside)
        plan, travel = settled.plan, settled.travel
    else:
        plan, search_note = search(job, delivery, aside)
    job = named_by_place(job, plan)
    document = describe(
        request, job, plan, delivery, search_note, findings(job, plan, chosen_from), chosen_from, travel
    )
    with aside.status("Writing the plan"), written_whole(out, FILES, force=delivery.force) as folder:
        write_all(document, folder, behind.result())
        _write_unplaced(document, folder)
    _print(document, job, delivery, search_note)


def _begin_backdrop(job: DesignJob) -> Future[Backdrop]:
    """What the report needs whatever the plan is, begun before the search, which leaves a core idle most of the time."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="terrier-backdrop")
    behind = pool.submit(backdrop, job.problem, areas=job.shapes is not None)
    pool.shutdown(wait=False)
    return behind


def _tell_understood(aside: Console, job: DesignJob) -> None:
    problem = job.problem
    realigned = "" if job.before is None else f", {len(job.before_names)} of them today"
    aside.print(
        f"{counted(problem.n_units, 'account')} in {escape(job.file)}; "
        f"{counted(problem.n_territories, 'territory', 'territories')}{realigned if problem.n_territories != len(job.before_names) else ''}."
    )
    for file, columns in _columns(job).items():
        aside.print(f"[dim]Columns read in {escape(file)}: {escape(columns)}.[/dim]", soft_wrap=True)
    for note in job.notes:
        aside.print(f"[dim]{escape(note)}[/dim]", soft_wrap=True)
    for warning in job.warnings:
        aside.print(f"[yellow]Warning: {escape(warning)}[/yellow]", soft_wrap=True)


def _columns(job: DesignJob) -> dict[str, str]:
    """For each file, which columns were taken for what."""
    by_file: dict[str, dict[str, list[str]]] = {}
    for file, role, column in job.columns_read:
        by_file.setdefault(file, {}).setdefault(role, []).append(f"“{column}”")
    return {
        file: ", ".join(f"{role} {' and '.join(columns)}" for role, columns in roles.items())
        for file, roles in by_file.items()
    }


def _write_unplaced(document: PlanDocument, folder: Path) -> None:
    if not document.unplaced:
        return
    import polars as pl  # noqa: PLC0415  rarely needed

    rows, units, reasons = zip(*document.unplaced, strict=True)
    pl.DataFrame({"row": rows, "unit": units, "reason": reasons}).write_csv(folder / "unplaced.csv")


def _print(document: PlanDocument, job: DesignJob, delivery: Delivery, search_note: str) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200, color_system=None)
    if document.choices is not None:
        planar = document.problem.metric == "plane"
        console.print(choices_table(document.choices, list(document.measure_names), delivery, planar))
        console.print(escape(explained(document.choices)), soft_wrap=True)
    console.print(summary(document, miles=delivery.miles))
    for line in filter(None, [caption(document, job.moved_by, miles=delivery.miles)]):
        console.print(escape(line), soft_wrap=True)
    for sentence in findings(job, document.plan, document.choices):
        console.print(escape(sentence), soft_wrap=True)
    for row, unit, reason in document.unplaced[:5]:
        console.print(f"Left out: row {row:,}, {escape(unit)}, {escape(reason)}.", soft_wrap=True)
    if len(document.unplaced) > 5:
        console.print(f"Left out: {len(document.unplaced) - 5:,} more, see unplaced.csv.")
    if proved := bound_sentence(document.plan):
        console.print(escape(proved), soft_wrap=True)
    if search_note:
        console.print(escape(search_note), soft_wrap=True)
    report = Path(delivery.out) / "report.html"
    console.print(
        f"Written to {escape(str(Path(delivery.out)))}/. Open {escape(str(report))} in a browser.",
        soft_wrap=True,
    )
