"""The few figures and sentences everybody reads first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from terrier.engine.design import Plan, Shortfall
from terrier.report.document import PlanDocument
from terrier.report.figures import Figures, in_digits, overall_mean, unit_of_length

TELLING = 1.0
"""A gap above this, the best possible being perhaps half the score, tells a reader nothing."""

Kind = Literal["percent", "whole", "length", "score"]


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure, before (None without a present plan) and after; percents are ratios."""

    label: str
    kind: Kind
    before: float | None
    after: float | None
    remark: str = ""


def headlines(document: PlanDocument, known: Figures) -> list[Headline]:
    """Balance of each measure, mean distance, units, territories, moves and the score."""
    problem, plan, before = document.problem, document.plan, known.before
    found = []
    for m, name in enumerate(document.measure_names):
        old = None if before is None else worst_before(known, m)
        asked = (
            f"±{problem.tolerances[m] * 100:g}% asked"
            if np.isfinite(problem.tolerances[m])
            else "not balanced"
        )
        remark = f"largest deviation from its share; {asked}"
        found.append(Headline(f"Balance of {name}", "percent", old, float(plan.balance[m]), remark))
    unit = unit_of_length(problem)
    old = None if before is None else overall_mean(problem, before.mean_distance, before.held_by)
    new = overall_mean(problem, plan.mean_distance, plan.assignment)
    label = f"Mean distance to center{f', {unit}' if unit else ''}"
    found.append(Headline(label, "length", _known(old), _known(new), "weighted as the plan weighs its units"))
    held = None if before is None else float((before.held_by >= 0).sum())
    found.append(Headline("Accounts in a territory", "whole", held, float(problem.n_units)))
    names = None if before is None else float((before.counts > 0).sum())
    found.append(Headline("Territories", "whole", names, float(problem.n_territories)))
    if before is not None:
        moved = int(known.moved.sum())
        found.append(Headline("Accounts that change hands", "whole", None, float(moved)))
        found.append(Headline("Share that changes hands", "percent", None, known.moved_share))
        if known.n_of_closed:
            remark = "of territories that close; outside the cap on moves"
            found.append(Headline("Accounts shared out", "whole", None, float(known.n_of_closed), remark))
    if plan.moved is not None and abs(plan.moved - known.moved_share) > 5e-4:
        remark = "by move weight, without closed territories"
        found.append(Headline("Share moved", "percent", None, plan.moved, remark))
    found.append(_minimized(document))
    if document.plan.gap is not None and document.plan.gap <= TELLING:
        remark = bound_sentence(document.plan)
        found.append(Headline("Gap to the best possible, at most", "percent", None, plan.gap, remark))
    return found


def bound_sentence(plan: Plan) -> str:
    """How near the best possible the plan is proved to be, with the gap rounded up; "" where nothing telling is proved."""
    gap = plan.gap
    if plan.bound is None or gap is None or gap > TELLING:
        return ""
    kept = " with these centers" if plan.bound.scope == "centers" else ""
    share = f"within {math.ceil(gap * 1000 - 1e-6) / 10:g}% of" if gap > 0 else ""
    best = f"The plan is {share} the best possible{kept}".replace("  ", " ")
    return f"{best}: no plan{kept} can score below {plan.bound.value:,.0f}."


def _minimized(document: PlanDocument) -> Headline:
    """The objective in words of its own, or as a score where a sum over all accounts says nothing by itself."""
    problem, plan = document.problem, document.plan
    if problem.objective == "diameter":
        unit = unit_of_length(problem)
        label = f"Largest distance within a territory{f', {unit}' if unit else ''}"
        return Headline(label, "length", None, plan.score.total, "between its two accounts farthest apart")
    if problem.objective == "cut_edges":
        label = "Neighbors in different territories"
        return Headline(label, "whole", None, plan.score.total, "pairs of neighbors; fewer is better")
    remark = f"{problem.objective.replace('_', ' ')}; less is better"
    return Headline("Score", "score", None, plan.score.total, remark)


def worst_before(known: Figures, measure: int) -> float | None:
    """Today's largest deviation among the territories that continue, of one measure."""
    if known.before is None:
        return None
    deviations = known.before.deviations[:, measure]
    deviations = np.abs(deviations[np.isfinite(deviations)])
    return float(deviations.max()) if len(deviations) else None


def shortfall_sentences(document: PlanDocument) -> list[str]:
    """What could not be met and why, one sentence each, worst first."""
    return [_sentence(document, shortfall) for shortfall in document.plan.shortfalls]


def _sentence(document: PlanDocument, found: Shortfall) -> str:
    territory = _named(document.territory_names, found.territory)
    measure = _named(document.measure_names, found.measure)
    unit = _named(document.unit_ids, found.unit)
    match found.kind:
        case "tolerance":
            side = "over" if found.value > 0 else "under"
            return (
                f"{territory} is {abs(found.value) * 100:,.1f}% {side} its share of {measure}; "
                f"±{found.bound * 100:g}% was asked."
            )
        case "unit_too_large":
            return (
                f"{unit} alone is {found.value * 100:,.0f}% of {territory}'s share of {measure}; "
                f"at most {found.bound * 100:,.0f}% fits."
            )
        case "contiguity":
            return f"{territory} is in {found.value:,.0f} pieces; one was asked."
        case "max_moved":
            return f"{found.value * 100:,.1f}% moves; at most {found.bound * 100:,.1f}% was asked."
        case "apart":
            return f"{unit} and {document.unit_ids[int(found.value)]} share {territory}; they were to be kept apart."
        case "empty":
            return f"{territory} holds no accounts."
        case "capacity":
            holder = "it" if found.unit is None else f"its center {unit}"
            return f"{territory} holds {in_digits(found.value)} of {measure}; {holder} may hold {in_digits(found.bound)}."


def _named(names: Sequence[str], index: int | None) -> str:
    return "" if index is None else str(names[index])


def _known(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None
