"""Which plan of a frontier becomes the plan, and the table to choose from."""

from __future__ import annotations

import numpy as np
from rich.table import Table
from rich.text import Text

from terrier.cli.delivery import Delivery
from terrier.engine.design import Frontier, Plan, Point, Problem
from terrier.errors import InputError
from terrier.intake.columns import counted
from terrier.intake.job import DesignJob
from terrier.report import Choice, Choices

KM_PER_MILE = 1.609344
MISSED = {
    "tolerance": "balance",
    "contiguity": "one piece",
    "capacity": "capacity",
    "apart": "kept apart",
    "empty": "an account each",
}
"""What a shortfall is called in a table; an account too large is the reason of another."""


def choose(found: Frontier, problem: Problem, number: int | None) -> int:
    """Position of the plan asked for by its number or by ``max_moved``, else of the knee.

    Raises
    ------
    InputError
        There is no plan of that number.
    """
    if number is not None:
        if number > len(found.points):
            raise InputError(
                "--choose", f"must be between 1 and {len(found.points)}, the plans found", value=str(number)
            )
        return number - 1
    if problem.max_moved is not None:
        return found.within(problem.max_moved) or 0
    return found.knee()


def choices(job: DesignJob, found: Frontier, chosen: int) -> Choices:
    """The frontier as the report shows it."""
    assert job.before is not None
    assert job.problem.present is not None
    return Choices(
        plans=[_choice(job.problem, point) for point in found.points],
        chosen=chosen,
        must_move=found.must_move,
        moved_by=job.moved_by,
        today=_today(job.problem).tolist(),
        shared_out=int(((job.before >= 0) & (job.problem.present < 0)).sum()),
        far_counts_more=job.problem.objective == "squared_distance",
    )


def _choice(problem: Problem, point: Point) -> Choice:
    plan = point.plan
    kinds = {shortfall.kind for shortfall in plan.shortfalls}
    return Choice(
        moved=point.moved,
        accounts=int(point.handovers.units.sum()),
        travel=point.travel,
        distance=mean_distance(problem, plan),
        balance=plan.balance.tolist(),
        pairs=point.handovers.n_pairs,
        missed=[word for kind, word in MISSED.items() if kind in kinds],
        gap=point.gap if plan.is_feasible else None,
    )


def mean_distance(problem: Problem, plan: Plan) -> float:
    mass = np.bincount(plan.assignment, problem.weights, problem.n_territories)
    return float((mass * plan.mean_distance).sum() / mass.sum())


def _today(problem: Problem) -> np.ndarray:
    """(m,) largest deviation of each measure as it is, units in no territory left out."""
    assert problem.present is not None
    held = problem.present >= 0
    loads = np.column_stack(
        [
            np.bincount(problem.present[held], column[held], problem.n_territories)
            for column in problem.measures.T
        ]
    )
    worst: np.ndarray = np.abs(loads / problem.targets - 1).max(axis=0)
    return worst


def table(choices: Choices, measure_names: list[str], delivery: Delivery, planar: bool) -> Table:
    """One row a plan for the terminal; the chosen one is marked."""
    shown = Table(title="Plans to choose from", title_style="bold", header_style="bold", pad_edge=False)
    scale = 1.0 if planar or not delivery.miles else 1 / KM_PER_MILE
    shown.add_column("")
    for heading in ("Plan", "Moved", "Accounts", "Travel"):
        shown.add_column(heading, justify="right")
    shown.add_column("Mean distance" if planar else "Mean miles" if scale < 1 else "Mean km", justify="right")
    for name in measure_names:
        shown.add_column(name, justify="right", overflow="ellipsis", max_width=18)
    shown.add_column("Pairs", justify="right")
    shown.add_column("Gap", justify="right")
    missed = any(plan.missed for plan in choices.plans)
    if missed:
        shown.add_column("Missed")
    for i, plan in enumerate(choices.plans):
        mark = "►" if i == choices.chosen else ""
        shown.add_row(
            mark,
            str(i + 1),
            f"{plan.moved * 100:.1f}%",
            f"{plan.accounts:,}",
            f"{plan.travel * 100:.0f}%",
            f"{plan.distance * scale:,.1f}",
            *(
                Text(f"±{ratio * 100:.1f}%", style="red" if "balance" in plan.missed else "")
                for ratio in plan.balance
            ),
            f"{plan.pairs:,}",
            "–" if plan.gap is None else f"{plan.gap * 100:.1f}%",
            *([Text(", ".join(plan.missed) or "–", style="red")] if missed else []),
            style="bold" if i == choices.chosen else "",
        )
    return shown


def explained(choices: Choices) -> str:
    """What the table means, in two or three sentences."""
    what = "accounts" if choices.moved_by == "accounts" else choices.moved_by
    distance = "the mean distance to the center"
    if choices.far_counts_more:
        distance = "the root mean square distance to the center, where far accounts count more"
    closed = ""
    if choices.shared_out:
        closed = f" {counted(choices.shared_out, 'account')} of closed territories shared out in every plan: not counted as moved."
    if not np.isfinite(choices.must_move):
        return "No plan can be within every tolerance, even if accounts could be split."
    return (
        f"At least {choices.must_move * 100:.1f}% of {what} must move, whatever the plan. "
        f"Travel is {distance}, 100% being today's; --choose takes another plan.{closed}"
    )
