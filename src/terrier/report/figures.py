"""What every writer needs to know about a plan beyond the plan itself: what was before, what moved, how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design import Problem
from terrier.engine.design.geometry import distance, from_xyz, to_xyz
from terrier.report.document import PlanDocument

Change = Literal["stayed", "moved", "new"]


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """Today's plan, over b territories named ``names``: those of the new plan first come in any order, closed ones too.

    held_by : (n,) index into ``names``, -1 where in none. continues : (b,) the new territory of the same name, -1 where
    closed. loads, deviations : (b, m), measured against the new target of the territory that continues, NaN where
    closed. counts : (b,). centres : (b, 2). mean_distance : (b,) weighted, NaN where empty. far : (n,) to today's centre,
    NaN where in none.
    """

    names: tuple[str, ...]
    held_by: NDArray[np.int32]
    continues: NDArray[np.int32]
    loads: NDArray[np.float64]
    deviations: NDArray[np.float64]
    counts: NDArray[np.int64]
    centres: NDArray[np.float64]
    mean_distance: NDArray[np.float64]
    far: NDArray[np.float64]

    def index_of(self, k: int) -> NDArray[np.int32]:
        """(k,) which of today's territories each new one continues, -1 where it is new."""
        found = np.full(k, -1, dtype=np.int32)
        kept = np.flatnonzero(self.continues >= 0)
        found[self.continues[kept]] = kept
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """far : (n,) distance to the new centre. moved, new : (n,) bool; a unit in no territory before is new, not moved."""

    far: NDArray[np.float64]
    before: Before | None
    moved: NDArray[np.bool_]
    new: NDArray[np.bool_]

    @property
    def changed(self) -> NDArray[np.intp]:
        """Positions of the units whose holder changes, the formerly unheld among them."""
        return np.flatnonzero(self.moved | self.new)

    @property
    def n_of_closed(self) -> int:
        """How many of the moved units had to, because their territory closes."""
        if self.before is None:
            return 0
        return int((self.moved & (self.before.continues[self.before.held_by] < 0)).sum())

    @property
    def moved_share(self) -> float:
        """Share of the units held today that go elsewhere, those of closed territories too."""
        held = len(self.moved) - int(self.new.sum())
        return float(self.moved.sum() / held) if held else 0.0


def figures(document: PlanDocument) -> Figures:
    """Derive every figure the writers share, once."""
    problem, plan = document.problem, document.plan
    far = distance(problem.coordinates, plan.centres[plan.assignment], problem.metric)
    before = _before(document)
    nowhere = np.zeros(problem.n_units, dtype=bool)
    if before is None:
        return Figures(far=far, before=None, moved=nowhere, new=nowhere)
    held = before.held_by >= 0
    continued = np.where(held, before.continues[before.held_by], -1)
    return Figures(far=far, before=before, moved=held & (continued != plan.assignment), new=~held)


def unit_of_length(problem: Problem) -> str:
    """ "km" on the sphere; on a plane the coordinates' own unit, which has no name."""
    return "km" if problem.metric == "sphere" else ""


def overall_mean(
    problem: Problem, mean_distance: NDArray[np.float64], assignment: NDArray[np.int32]
) -> float:
    """Mean distance over all units, from the territories' weighted means."""
    held = assignment >= 0
    weight = np.bincount(assignment[held], problem.weights[held], len(mean_distance))
    known = weight > 0
    if not known.any():
        return float("nan")
    return float(np.average(mean_distance[known], weights=weight[known]))


def _before(document: PlanDocument) -> Before | None:
    problem = document.problem
    held_by, names = document.before, tuple(document.before_names)
    if held_by is None:
        if problem.present is None:
            return None
        held_by, names = problem.present, tuple(document.territory_names)
    held_by = np.asarray(held_by, dtype=np.int32)
    position = {name: j for j, name in enumerate(document.territory_names)}
    continues = np.array([position.get(name, -1) for name in names], dtype=np.int32)
    b = len(names)
    held = held_by >= 0
    own = held_by[held]
    loads = np.zeros((b, problem.n_measures))
    for m, measure in enumerate(problem.measures.T):
        loads[:, m] = np.bincount(own, measure[held], b)
    deviations = np.full_like(loads, np.nan)
    kept = continues >= 0
    on = continues[kept]
    deviations[kept] = (loads[kept] - problem.targets[on]) / problem.scales[on]
    weights = problem.weights[held]
    total = np.bincount(own, weights, b)
    points = to_xyz(problem.coordinates[held], problem.metric)
    sums = np.column_stack([np.bincount(own, weights * axis, b) for axis in points.T])
    with np.errstate(invalid="ignore", divide="ignore"):
        centres = from_xyz(sums / total[:, None], problem.metric)
        centres[total == 0] = np.nan
        far = np.full(problem.n_units, np.nan)
        far[held] = distance(problem.coordinates[held], centres[own], problem.metric)
        mean_distance = np.bincount(own, weights * far[held], b) / total
    return Before(
        names=names,
        held_by=held_by,
        continues=continues,
        loads=loads,
        deviations=deviations,
        counts=np.bincount(own, minlength=b),
        centres=centres,
        mean_distance=mean_distance,
        far=far,
    )


def in_digits(value: float) -> str:
    """An amount to compare with another: whole where it is large, and never in scientific notation."""
    return f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:,.6g}"
