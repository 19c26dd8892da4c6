"""The sizing job from file to folder: read, design for every size, say how many people, write."""

from __future__ import annotations

import shlex
import threading
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from terrier.cli.describe import travel_settings
from terrier.cli.folder import written_whole
from terrier.cli.size_request import FILES, SizeRequest
from terrier.cli.solving import ctrl_c, engine_is_prepared
from terrier.engine.design import Cancelled
from terrier.engine.size import (
    Economics,
    Point,
    Response,
    SellingTime,
    Situation,
    answer,
    carried_over,
    curve,
    designer,
    people_needed,
    profits_on_trend,
)
from terrier.engine.travel import Workday
from terrier.errors import InputError
from terrier.intake.columns import counted
from terrier.intake.size import SizeJob, fitted_elasticity, read_size_job
from terrier.report.size_document import SizeDocument, answer_sentences
from terrier.report.size_writing import write_size

SHOWN = 16


def run(request: SizeRequest) -> None:
    """Do the whole job. Raises `InputError`; writes nothing unless it can write everything."""
    aside = Console(stderr=True, highlight=False)
    with aside.status(f"Reading {escape(request.accounts.accounts)}"):
        size = read_size_job(request.accounts, request.sales, needs_sales=request.cost is not None)
        situation, notes = _situation(request, size)
    for note in [*size.job.notes, *notes]:
        aside.print(f"[dim]{escape(note)}[/dim]", soft_wrap=True)
    for warning in size.job.warnings:
        aside.print(f"[yellow]Warning: {escape(warning)}[/yellow]", soft_wrap=True)
    points, by_hand = _points(request, size, situation, aside)
    if by_hand:
        notes.append(
            f"Stopped by hand: {counted(len(points), 'size')} of {request.largest - request.smallest + 1} were looked at."
        )
    document = _document(request, size, situation, points, notes)
    with written_whole(Path(request.out), FILES, force=request.force) as folder:
        write_size(document, folder)
    _print(document, request)


def _situation(request: SizeRequest, size: SizeJob) -> tuple[Situation, list[str]]:
    notes: list[str] = []
    economics = None
    assert request.accounts.travel is not None
    if request.margin is not None and request.cost is not None:
        elasticity = request.elasticity
        if elasticity == "fit":
            elasticity, error = fitted_elasticity(size)
            notes.append(
                f"Within classes of accounts, 1% more hours go with {elasticity:.2f}% more sales (standard error {error:.2f}); "
                "what more hours would cause may be less."
            )
        kept = carried_over(request.carry_over, request.years)
        economics = Economics(
            margin=request.margin,
            cost_of_person=request.cost,
            cost_of_km=request.cost_km,
            response=Response(elasticity, kept, request.response),
            least=request.least_effort,
            most=request.most_effort,
        )
    assert size.job.calls is not None
    assert size.job.roads is not None
    situation = Situation(
        problem=size.problem,
        measure=0,
        calls=size.job.calls,
        roads=size.job.roads,
        time=SellingTime(request.hours, request.utilization, request.employment),
        workday=Workday(request.accounts.travel.workday),
        sales=size.sales,
        economics=economics,
    )
    return situation, notes


def _points(
    request: SizeRequest, size: SizeJob, situation: Situation, aside: Console
) -> tuple[list[Point], bool]:
    """The curve, or as much of it as was found before Ctrl-C."""
    cancel = threading.Event()

    design = designer(Cancelled(cancel), request.seed)
    sizes = range(request.smallest, min(request.largest, size.problem.n_units) + 1)
    if not engine_is_prepared():
        aside.print("Preparing the engine, once; this takes up to a minute.")
    found: dict[int, Point] = {}
    with ctrl_c(cancel, aside), aside.status("Designing the first size") as status:
        for point in curve(situation, sizes, design):
            if cancel.is_set() and found:
                break
            again = point.people in found
            found[point.people] = point
            status.update(
                f"{'Improved' if again else 'Designed'} {point.people} people; {len(found)} of {len(sizes)} sizes"
            )
    return [found[people] for people in sorted(found)], cancel.is_set()


def _document(
    request: SizeRequest, size: SizeJob, situation: Situation, points: list[Point], notes: list[str]
) -> SizeDocument:
    if not points:
        raise InputError("--from", "no size could be designed")
    stem = Path(request.accounts.accounts).stem.replace("_", " ")
    settings = [
        ("Accounts", request.accounts.accounts),
        ("Columns", ", ".join(f"{role} = {column}" for _, role, column in size.job.columns_read)),
        ("Sizes", f"{request.smallest} to {request.largest}"),
        (
            "Hours of a person",
            f"{request.hours:g} a year × {request.utilization:.0%} utilization × {request.employment:.0%} employment",
        ),
        ("Travel", travel_settings(request.accounts.travel) if request.accounts.travel else ""),
    ]
    economics = situation.economics
    if economics is not None:
        response = economics.response
        settings += [
            ("Margin", f"{economics.margin:.1%} of “{size.sales_column}”"),
            ("Cost", f"{economics.cost_of_person:,.0f} a person, {economics.cost_of_km:g} a kilometer"),
            ("Response", f"{response.shape}, elasticity {response.elasticity:.2f}"),
            (
                "Carry-over",
                f"{request.carry_over:.0%} a year, {response.carry_over:.0%} over {request.years} years",
            ),
            ("Effort of an account", f"{economics.least:.0%} to {economics.most:.0%} of today's"),
        ]
    settings.append(("Seed", str(request.seed)))
    calls = float(situation.calls.total.sum())
    least = people_needed(calls, situation.time)
    notes = [
        f"The calls alone, without any travel, are the work of {least:,.1f} people.",
        *notes,
        *size.job.warnings,
        *size.job.notes,
    ]
    profits = profits_on_trend(situation, points)
    return SizeDocument(
        title=request.title or f"How many people for {stem}",
        created=datetime.now().astimezone(),
        command=shlex.join(request.command),
        settings=settings,
        notes=notes,
        points=points,
        profits=profits,
        answer=answer(points, profits),
        time=situation.time,
    )


def _print(document: SizeDocument, request: SizeRequest) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=160, color_system=None)
    profit = bool(document.profits)
    table = Table(title=document.title, title_style="bold", header_style="bold", pad_edge=False)
    for heading in (
        "People",
        "Utilization",
        "Work each",
        "Travel each",
        "Balance",
        *(("Sales", "Profit") if profit else ()),
    ):
        table.add_column(heading, justify="right")
    chosen = document.answer.people
    for point in _some(document):
        cells = [
            f"{point.people}",
            f"{point.utilization:.0%}",
            f"{point.workload.mean():,.0f} h",
            f"{point.travel.hours.sum() / point.people:,.0f} h",
            f"±{float(point.plan.balance[0]):.0%}",
        ]
        if profit:
            earned = document.profits[point.people]
            cells += [f"{earned.sales:,.0f}", f"{earned.profit:,.0f}"]
        table.add_row(*cells, style="bold green" if point.people == chosen else None)
    console.print(table)
    for sentence in answer_sentences(document):
        console.print(escape(sentence), soft_wrap=True)
    page = Path(request.out) / "size.html"
    console.print(
        f"Written to {escape(str(Path(request.out)))}/. Open {escape(str(page))} in a browser.",
        soft_wrap=True,
    )


def _some(document: SizeDocument) -> list[Point]:
    """All points, or of many every so many and always the answers."""
    points = document.points
    step = -(-len(points) // SHOWN)
    wanted = {document.answer.by_workload, document.answer.by_profit, points[-1].people}
    return [point for i, point in enumerate(points) if i % step == 0 or point.people in wanted]
