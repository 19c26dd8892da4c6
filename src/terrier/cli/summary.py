"""The plan as one table in the terminal."""

from __future__ import annotations

import numpy as np
from rich.table import Table
from rich.text import Text

from terrier.cli.findings import percent, spelled
from terrier.intake.columns import counted
from terrier.report.document import PlanDocument
from terrier.report.figures import figures, overall_mean

SHOWN = 40
WORST = 20
KM_PER_MILE = 1.609344


def summary(document: PlanDocument, *, miles: bool) -> Table:
    """A row for each territory, or for the worst of many, and a row of totals."""
    problem, plan = document.problem, document.plan
    known = figures(document)
    k = problem.n_territories
    planar = problem.metric == "plane"
    scale = 1.0 if planar or not miles else 1 / KM_PER_MILE
    realigned = known.before is not None
    pairs = zip(document.people, document.territory_names, strict=True)
    with_people = any(person not in {"", name} for person, name in pairs)
    table = Table(
        title=document.title, title_style="bold", header_style="bold", row_styles=["", ""], pad_edge=False
    )
    table.add_column("Territory", overflow="ellipsis", max_width=28)
    if with_people:
        table.add_column("Person", overflow="ellipsis", max_width=24)
    table.add_column("Accounts", justify="right")
    for name in document.measure_names:
        table.add_column(name, justify="right", overflow="ellipsis", max_width=18)
        table.add_column("±", justify="right", no_wrap=True)
    table.add_column("Mean distance" if planar else "Mean miles" if miles else "Mean km", justify="right")
    if document.travel is not None:
        table.add_column("Travel h", justify="right")
    if realigned:
        table.add_column("In", justify="right")
        table.add_column("Out", justify="right")
    arrived, left = _changes(document)
    travel = None
    if document.travel is not None:
        travel = np.bincount(plan.assignment, document.travel.hours, k)
    order = list(range(k)) if k <= SHOWN else worst(document)[:WORST]
    for j in order:
        cells: list[Text | str] = [document.territory_names[j]]
        if with_people:
            cells.append(document.people[j] or "–")
        cells.append(f"{plan.counts[j]:,}")
        for m in range(problem.n_measures):
            cells.append(amount(plan.loads[j, m]))
            cells.append(deviation(plan.deviations[j, m], problem.tolerances[m]))
        cells.append(length(plan.mean_distance[j] * scale))
        if travel is not None:
            cells.append(amount(float(travel[j].round())))
        if realigned:
            cells += [f"{arrived[j]:,}", f"{left[j]:,}"]
        table.add_row(*cells, end_section=j == order[-1])
    totals: list[Text | str] = ["All" if k <= SHOWN else f"All {k:,}"]
    totals += [""] if with_people else []
    totals.append(f"{problem.n_units:,}")
    for m in range(problem.n_measures):
        totals += [
            amount(plan.loads[:, m].sum()),
            largest(plan.deviations[:, m], problem.tolerances[m]),
        ]
    totals.append(length(overall_mean(problem, plan.mean_distance, plan.assignment) * scale))
    if travel is not None:
        totals.append(amount(float(travel.sum().round())))
    if realigned:
        totals += [f"{arrived.sum():,}", f"{known.moved.sum():,}"]
    table.add_row(*totals, style="bold")
    return table


def caption(document: PlanDocument, moved_by: str = "accounts", *, miles: bool = False) -> str:
    """What the table leaves out, and how much moved; ``moved_by`` is what the share moved counts."""
    k = document.problem.n_territories
    parts = []
    if k > SHOWN:
        parts.append(f"The {WORST} territories farthest from their share; all {k:,} are in territories.csv.")
    parts += filter(None, [compactness(document, miles=miles)])
    if document.plan.moved is not None:
        parts.append(_moved(document, document.plan.moved, moved_by))
    return " ".join(parts)


def compactness(document: PlanDocument, *, miles: bool) -> str:
    """The figure that was minimized, in words, where it is not a sum over the accounts; else ""."""
    problem, plan = document.problem, document.plan
    if problem.objective == "diameter":
        planar = problem.metric == "plane"
        far = plan.score.total / (KM_PER_MILE if miles and not planar else 1.0)
        unit = "" if planar else " miles" if miles else " km"
        return f"The two accounts of one territory that are farthest apart are {length(far)}{unit} from each other."
    if problem.objective == "cut_edges" and problem.adjacency is not None:
        return (
            f"{amount(plan.score.total)} of {len(problem.adjacency.indices) // 2:,} pairs of neighbors "
            "are in different territories."
        )
    return ""


def _moved(document: PlanDocument, share: float, moved_by: str) -> str:
    problem = document.problem
    assert problem.present is not None
    held = problem.present >= 0
    moved = int((held & (document.plan.assignment != problem.present)).sum())
    if moved_by == "accounts":
        return f"{share * 100:.1f}% of the accounts moved ({moved:,})."
    ratio = moved / max(int(held.sum()), 1)
    return (
        f"{share * 100:.1f}% of {spelled(moved_by)} moved: "
        f"{counted(moved, 'account')}, {ratio * 100:.1f}% of those held."
    )


def worst(document: PlanDocument) -> list[int]:
    """Territories by their largest deviation in tolerances, largest first."""
    strain = (np.abs(document.plan.deviations) / document.problem.tolerances).max(axis=1)
    return [int(j) for j in np.argsort(-strain, kind="stable")]


def _changes(document: PlanDocument) -> tuple[np.ndarray, np.ndarray]:
    """Units that came to and left each territory."""
    problem, assignment = document.problem, document.plan.assignment
    k = problem.n_territories
    if problem.present is None:
        return np.zeros(k, dtype=np.int64), np.zeros(k, dtype=np.int64)
    changed = assignment != problem.present
    left = problem.present[changed & (problem.present >= 0)]
    return np.bincount(assignment[changed], minlength=k), np.bincount(left, minlength=k)


def deviation(ratio: float, tolerance: float) -> Text:
    out = abs(ratio) > tolerance + 1e-9
    sign = "+" if ratio >= 0 else "-"
    text = sign + percent(abs(ratio), tolerance) if out else f"{ratio * 100:+.1f}%"
    if text in {"+0.0%", "-0.0%"}:
        text = "0.0%"
    return Text(text, style="bold red" if out else "green")


def largest(deviations: np.ndarray, tolerance: float) -> Text:
    """The largest deviation to either side. It has no sign: a total is neither over nor under."""
    most = float(np.abs(deviations).max())
    out = most > tolerance + 1e-9
    shown = percent(most, tolerance) if out else f"{most * 100:.1f}%"
    return Text(f"max {shown}", style="bold red" if out else "green")


def amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:,.2f}"


def length(value: float) -> str:
    return "–" if not np.isfinite(value) else f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"
