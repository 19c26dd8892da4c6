"""A bound on every plan whose centers are units: the capacitated p-median problem, relaxed.

Each unit must be taken once, by one of k sites. Let a unit that is taken by none or by two pay for it instead, and every site
can be judged alone: what it would earn at those prices, by a fractional knapsack. The k best sites together then cost no
more than any plan (Lagrangian relaxation; Lorena & Senne 2004, A column generation approach to capacitated p-median
problems). Prices rise where a unit is not taken and fall where it is taken twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.kernels.median import site_values
from terrier.engine.design.problem import Problem
from terrier.engine.design.relaxation import ROOM, ROUNDING, Floats
from terrier.engine.design.sites import between
from terrier.engine.design.threads import each_of

WORK, LEAST_STEPS, MOST_STEPS = 300_000_000, 30, 300
"""Pairs of unit, site and measure looked at in all, and so many steps."""
SELECTING = 4
"""Looks that one counts for where there is a least that territories must hold: most sites select among all units then."""
PARTS = 4
"""Of the sites, judged side by side."""
PATIENCE = 20
"""Steps without a better bound after which they are halved."""


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """cost : (n, n) of site (row) for unit (column). activity : (M, n). low : (M,), high : (n, M) of each site's load."""

    cost: Floats
    activity: Floats
    low: Floats
    high: Floats
    n_territories: int


def sites_of(problem: Problem) -> Sites:
    """What every unit would cost at every site, and what a site may hold at most in any territory; O(n²).

    Home bases, what moves cost, locks and groups are left out, and with home bases the travel to them too.
    """
    everyone = np.arange(problem.n_units)
    power = 1 if problem.objective == "distance" else 2
    pull = problem.seat_pull if problem.seats is not None else 0.0
    cost = (1.0 - pull) * (between(problem, everyone, everyone) ** power).T * problem.weights
    total = problem.measures.sum(axis=0)
    band = np.minimum(problem.tolerances + ROOM, 1e9) * problem.scales
    low = np.maximum(problem.targets - band, 0.0).min(axis=0)
    most = np.minimum(problem.targets + band, total * (1 + ROOM))
    if problem.capacities is not None:
        most = np.fmin(most, problem.capacities + ROOM * total)
    high = np.tile(most.max(axis=0), (problem.n_units, 1))
    if problem.site_capacities is not None:
        high = np.fmin(high, problem.site_capacities + ROOM * total)
    return Sites(
        np.ascontiguousarray(cost), np.ascontiguousarray(problem.measures.T), np.minimum(low, high.max(axis=0)),
        np.ascontiguousarray(high), problem.n_territories,
    )  # fmt: skip


def steps_for(problem: Problem) -> int:
    """Subgradient steps that take some seconds; 0 where so few would tell nothing."""
    tolerances = np.asarray(problem.tolerances)
    looks = problem.n_units**2 * problem.n_measures * (SELECTING if (tolerances < 1).any() else 1)
    steps = min(MOST_STEPS, WORK // looks)
    return steps if steps >= LEAST_STEPS else 0


def median_bound(sites: Sites, earned: Floats, aim: float, steps: int = MOST_STEPS) -> float:
    """The best bound met by subgradient steps from the prices ``earned`` (n,), towards ``aim``, a score that can be had."""
    n = len(sites.cost)
    best, at_best, reach, stale = -np.inf, earned, 1.5, 0
    parts = np.array_split(np.arange(n), min(n, PARTS))

    def values_of(part: NDArray[np.int64]) -> Floats:
        return site_values(part, False, sites.cost, sites.activity, sites.low, sites.high, earned)[0]  # type: ignore[no-any-return]

    for _ in range(steps):
        values = np.concatenate(each_of(parts, values_of))
        chosen = np.argpartition(values, sites.n_territories - 1)[: sites.n_territories]
        taken = site_values(chosen, True, sites.cost, sites.activity, sites.low, sites.high, earned)[1]
        magnitude = float(np.abs(earned).sum() * 2 + np.abs(values[chosen]).sum())
        value = float(earned.sum() + values[chosen].sum()) - ROUNDING * magnitude
        if value > best:
            best, at_best, stale = value, earned, 0
        else:
            stale += 1
            if stale >= PATIENCE:
                reach, stale, earned = reach / 2, 0, at_best
                continue
        slope = 1.0 - taken.sum(axis=0)
        length = float((slope**2).sum())
        if length < 1e-12 or aim <= best:
            break
        earned = earned + reach * (aim - value) / length * slope
    return best
