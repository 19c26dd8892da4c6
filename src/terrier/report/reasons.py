"""Why each unit is where it is, in plain words, from figures before and after. Nothing here guesses at the solver."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrier.report.document import PlanDocument
from terrier.report.figures import Figures, unit_of_length


class Reason(IntFlag):
    """What is true of a change of holder; several may be. The page has the same bits in `model/reason.ts`."""

    LOCKED = 1
    UNHELD = 2  # was in no territory
    CLOSED = 4  # its territory is not in the new plan
    OPENED = 8  # its territory was not in the old plan
    GROUP = 16  # goes with others by rule
    BALANCE = 32  # the old territory was over and the new one under, or by less
    CLOSER = 64  # nearer to its centre than before
    ROOM = 128  # none of these: it lets its neighbors even out
    UNSERVED = 256  # its old territory may not serve it


@dataclass(frozen=True, slots=True, eq=False)
class Reasons:
    """codes : (n,) `Reason` bits, 0 where nothing changes. measure : (n,) which measure BALANCE or ROOM speaks of."""

    codes: NDArray[np.uint16]
    measure: NDArray[np.int8]


def reasons(document: PlanDocument, known: Figures) -> Reasons:
    """Find what is true of every change of holder; those that stay have no reason, unless locked or in a group."""
    problem, plan, before = document.problem, document.plan, known.before
    n = problem.n_units
    codes = np.zeros(n, dtype=np.int64)
    measure = np.zeros(n, dtype=np.int8)
    if problem.locks is not None:
        codes[problem.locks >= 0] |= int(Reason.LOCKED)
    if problem.together is not None:
        codes[_in_group(problem.together)] |= int(Reason.GROUP)
    if before is None:
        return Reasons(codes.astype(np.uint16), measure)
    codes[known.new] |= int(Reason.UNHELD)
    moved = np.flatnonzero(known.moved)
    source, target = before.held_by[moved], plan.assignment[moved]
    if problem.kinds is not None and problem.eligible is not None:
        went_on = before.continues[source]
        codes[moved[(went_on >= 0) & ~problem.eligible[problem.kinds[moved], went_on]]] |= int(
            Reason.UNSERVED
        )
    codes[moved[before.continues[source] < 0]] |= int(Reason.CLOSED)
    continued = before.index_of(problem.n_territories)[target]
    codes[moved[continued < 0]] |= int(Reason.OPENED)
    both = (before.continues[source] >= 0) & (continued >= 0)
    moved, source, continued = moved[both], source[both], continued[both]
    relief, which = _relief(problem.tolerances, before.deviations, source, continued, problem.measures[moved])
    measure[moved] = which
    codes[moved[relief]] |= int(Reason.BALANCE)
    codes[moved[known.far[moved] < 0.95 * before.far[moved]]] |= int(Reason.CLOSER)
    codes[moved[(codes[moved] & ~int(Reason.LOCKED)) == 0]] |= int(Reason.ROOM)
    return Reasons(codes.astype(np.uint16), measure)


def cause(code: int) -> str:
    """The one word for the cause of a placement: lock, rule or engine."""
    if code & Reason.LOCKED:
        return "lock"
    return "rule" if code & Reason.GROUP else "engine"


def causes(found: Reasons) -> pl.Series:
    """The cause of each placement."""
    return pl.Series("cause", [cause(code) for code in range(2 * max(Reason))]).gather(found.codes)


def explain(document: PlanDocument, known: Figures, found: Reasons, unit: int) -> str:
    """Say why this unit is held by its territory; empty when nothing changed and nothing forced it."""
    code = Reason(int(found.codes[unit]))
    parts: list[str] = []
    new = document.territory_names[document.plan.assignment[unit]]
    if Reason.LOCKED in code:
        parts.append(f"locked to {new}")
    if Reason.UNHELD in code:
        parts.append("was held by nobody")
    before = known.before
    if before is not None and known.moved[unit]:
        parts += _change(document, known, before.names[before.held_by[unit]], new, found, unit)
    if Reason.GROUP in code:
        parts.append("goes with its group")
    return "; ".join(parts)


def _change(
    document: PlanDocument, known: Figures, old: str, new: str, found: Reasons, unit: int
) -> list[str]:
    code = Reason(int(found.codes[unit]))
    before, plan = known.before, document.plan
    assert before is not None
    parts: list[str] = []
    if Reason.CLOSED in code:
        near = _length(float(known.far[unit]), unit_of_length(document.problem))
        parts.append(f"{old} is closed; {near} to {new}")
    if Reason.OPENED in code:
        parts.append(f"{new} is a new territory")
    source, target = int(before.held_by[unit]), int(plan.assignment[unit])
    if Reason.UNSERVED in code:
        parts.append(f"{old} may not serve it")
    m = int(found.measure[unit])
    share = f"its share of {document.measure_names[m]}"
    if Reason.BALANCE in code:
        continued = int(before.index_of(document.problem.n_territories)[target])
        was, other = before.deviations[source, m], before.deviations[continued, m]
        parts.append(f"{old} was {deviation_words(was)} {share}; {new} was {deviation_words(other)}")
    if Reason.CLOSER in code:
        unit_name = unit_of_length(document.problem)
        parts.append(
            f"closer: {_length(before.far[unit], unit_name)} to {old} before, "
            f"{_length(known.far[unit], unit_name)} now"
        )
    if Reason.ROOM in code:
        here, there = plan.deviations[before.continues[source], m], plan.deviations[target, m]
        parts.append(
            f"evens out its neighbors: {old} is now {deviation_words(here)} {share}, "
            f"{new} {deviation_words(there)}"
        )
    return parts


def deviation_words(ratio: float) -> str:
    """18.2 % over, 9.1 % under, or level with."""
    if abs(ratio) < 0.0005:
        return "level with"
    return f"{abs(ratio) * 100:,.1f}% {'over' if ratio > 0 else 'under'}"


def _length(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}".strip() if value >= 10 else f"{value:,.1f} {unit}".strip()


def _in_group(together: NDArray[np.int32]) -> NDArray[np.bool_]:
    sizes = np.bincount(together[together >= 0], minlength=1)
    return (together >= 0) & (sizes[np.maximum(together, 0)] > 1)


def _relief(
    tolerances: NDArray[np.float64],
    deviations: NDArray[np.float64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    brought: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], NDArray[np.int8]]:
    """Of each move, the measure it relieves most (in tolerances), and whether it relieves any.

    It does when the unit brings some of the measure and the source was out of tolerance above, or the target below,
    and the target had less than the source.
    """
    if not len(source):
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=np.int8)
    was, other = deviations[source] / tolerances, deviations[target] / tolerances
    helps = ((was > 1) | (other < -1)) & (was > other) & (brought > 0)
    gap = np.where(helps, was - other, -np.inf)
    any_help: NDArray[np.bool_] = np.asarray(helps.any(axis=1))
    best = np.where(any_help, gap.argmax(axis=1), (was - other).argmax(axis=1))
    return any_help, best.astype(np.int8)
