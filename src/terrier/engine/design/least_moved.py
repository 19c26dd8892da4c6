"""What must move, whatever the plan: a lower bound by linear programming, exact for splits when there is one measure."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, eye_array, hstack, vstack

from terrier.engine.design.flow import Costs, Flow, held_moves, relax
from terrier.engine.design.instance import Floats, Instance, contract, may_serve
from terrier.engine.design.problem import Problem
from terrier.errors import ProblemError

PENALTY = 20.0
"""Of widening all bands by their half-width, in whole books of accounts moved."""
REFINED = 5
"""Rounds of column generation that tighten the bound."""
SHARP = 1e-3
"""Share moved between the rough bound and a split that moves little, below which tightening is not worth its seconds."""


def least_moved(problem: Problem) -> float:
    """Share of the move weight that every plan within the tolerances must move: a proven lower bound.

    Takes locks and groups into account, neither contiguity nor pairs apart. inf when no plan can be within the tolerances
    even if units could be split.

    Raises
    ------
    ProblemError
        There is no present plan.
    """
    if problem.present is None:
        raise ProblemError("present: there is no present plan to move from")
    instance = contract(problem)
    return least_moved_bound(instance, held_moves(problem, instance.member))


def least_moved_bound(
    instance: Instance, held: csr_array, similar: Flow | None = None, scale: float = 1.0
) -> float:
    """The same for an instance, ``held`` (N, k) being what each unit holds where today (`flow.held_moves`).

    With several measures a ``similar`` flow, one in which moves cost ``scale`` and travel little, makes the bound tighter.
    """
    rough, _ = pooled(instance, held)
    if instance.n_measures == 1 or similar is None or not np.isfinite(rough):
        return rough
    if similar.widening <= 0 and similar.moved - rough <= SHARP:
        return rough
    costs = Costs(instance, np.zeros((instance.n_territories, 3)), 0.0, 1.0, held)
    near = relax(costs, similar.prices / scale, PENALTY, columns=similar.columns, rounds=REFINED)
    return max(rough, near.bound)


def pooled(instance: Instance, held: csr_array) -> tuple[float, Floats]:
    """Lower bound and (k, M) prices when all that leaves is thrown together and handed out by measure.

    With one measure that is no relaxation of the flow; with several, what one territory takes could be made of
    no unit's mix. A program of one column a unit and one a band.
    """
    k, m = instance.n_territories, instance.n_measures
    moves = np.asarray(held.sum(axis=1)).ravel()
    place = np.where(instance.fixed >= 0, instance.fixed, instance.home)
    at = np.arange(instance.n_units)
    stays = np.where(place >= 0, np.asarray(held[at, np.maximum(place, 0)]).ravel(), 0.0)
    loads = np.zeros((k, m))
    settled = place >= 0
    np.add.at(loads, place[settled], instance.activity[settled])
    spare = instance.activity[~settled].sum(axis=0)
    free = np.flatnonzero((instance.fixed < 0) & settled)
    elsewhere = _most_held_elsewhere(instance, held)
    cost = np.concatenate([stays[free] - elsewhere[free], np.zeros(k * m)])
    columns = np.arange(len(free))
    rows = (place[free, None].astype(np.int64) * m + np.arange(m)).ravel()
    leaving = coo_array(
        (-instance.activity[free].ravel(), (rows, np.repeat(columns, m))), shape=(k * m, len(free))
    )
    change = hstack([leaving, eye_array(k * m)])
    taken = hstack([csr_array(-instance.activity[free].T), csr_array(np.tile(np.eye(m), k))])
    targets, bands, here = instance.targets.ravel(), instance.bands.ravel(), loads.ravel()
    upper = np.concatenate([np.ones(len(free)), np.full(k * m, np.inf)])
    within: Any = csr_array(vstack([change, -change]))  # SciPy's stubs know dense ones only
    given: Any = csr_array(taken)
    limits: Any = np.column_stack([np.zeros(len(upper)), upper])
    result = linprog(
        cost,
        A_ub=within,
        b_ub=np.concatenate([targets + bands - here, here - targets + bands]),
        A_eq=given,
        b_eq=spare,
        bounds=limits,
        method="highs",
    )
    base = float((moves - np.where(settled, stays, elsewhere)).sum())
    if result.status == 2:
        return np.inf, np.zeros((k, m))
    dual = -np.asarray(result.ineqlin.marginals)
    return base + float(result.fun or 0.0), (dual[: k * m] - dual[k * m :]).reshape(k, m)


def _most_held_elsewhere(instance: Instance, held: csr_array) -> Floats:
    """(N,) the most that a unit holds today in any territory but its home: a group can be split today."""
    entries = coo_array(held)
    row, column = entries.coords
    away = (column != instance.home[row]) & may_serve(instance, row, column)
    most = np.zeros(instance.n_units)
    np.maximum.at(most, row[away], entries.data[away])
    return most
