"""Sites: centers that must be one of the territory's own units, and what a territory may hold there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.geometry import distance
from terrier.engine.design.problem import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

AT_ONCE = 2_000_000
"""Distances held in memory at a time."""


def best_sites(problem: Problem, assignment: Ints, loads: Floats) -> Ints:
    """(k,) the best center of each territory among its units, -1 where it is empty.

    The least weighted travel among units that may hold the territory's load. Where none may, the unit that is overloaded
    least, counted in shares of the measures' totals. Ties go to the lower number.
    """
    too_much = np.zeros(problem.n_units)
    if problem.site_capacities is not None:
        beyond = loads[assignment] - problem.site_capacities
        too_much = np.where(beyond > slack(problem), beyond / problem.measures.sum(axis=0), 0.0).sum(axis=1)
    sites = np.full(problem.n_territories, -1, dtype=np.int32)
    for j, units in enumerate(members_of(assignment, problem.n_territories)):
        if len(units):
            allowed = units[too_much[units] == too_much[units].min()]
            sites[j] = allowed[np.argmin(travel_to(problem, units, allowed))]
    sites.flags.writeable = False
    return sites


def over_capacity(problem: Problem, sites: Ints | None, loads: Floats) -> list[tuple[int, int]]:
    """The (territory, measure) pairs that hold more than their center may, worst first."""
    if problem.site_capacities is None or sites is None:
        return []
    held = np.flatnonzero(sites >= 0)
    beyond = np.where(np.isnan(room := problem.site_capacities[sites[held]]), 0.0, loads[held] - room)
    over = np.argwhere(beyond > slack(problem))
    share = beyond[over[:, 0], over[:, 1]] / problem.measures.sum(axis=0)[over[:, 1]]
    return [(int(held[j]), int(m)) for j, m in over[np.argsort(-share, kind="stable")]]


def slack(problem: Problem) -> Floats:
    """(m,) what a sum may miss a capacity by without being over it: rounding, in parts of a usual load."""
    usual: Floats = problem.measures.sum(axis=0) / problem.n_territories
    return 1e-9 * usual


def travel_to(problem: Problem, units: NDArray[np.integer], candidates: NDArray[np.integer]) -> Floats:
    """(c,) Σ weight · distance (to the objective's power) from the units to each candidate."""
    power = 1 if problem.objective == "distance" else 2
    weights = problem.weights[units]
    step = max(1, AT_ONCE // len(units))
    parts = [
        weights @ between(problem, units, candidates[at : at + step]) ** power
        for at in range(0, len(candidates), step)
    ]
    return np.concatenate(parts)


def between(problem: Problem, units: NDArray[np.integer], sites: NDArray[np.integer]) -> Floats:
    """(u, s) distances from units to sites: the travel matrix's, or the coordinates'."""
    if problem.travel is not None:
        given: Floats = problem.travel[np.ix_(units, sites)]
        return given
    pairs = np.broadcast_to(units[:, None], (len(units), len(sites))).ravel(), np.tile(sites, len(units))
    far: Floats = distance(problem.coordinates[pairs[0]], problem.coordinates[pairs[1]], problem.metric)
    return far.reshape(len(units), len(sites))


def usual_travel(problem: Problem, today: Ints, held: NDArray[np.bool_]) -> float:
    """Mean weighted distance (to the objective's power) from the held units to the best unit of their territory of today."""
    total = 0.0
    for units in members_of(np.where(held, today, -1), problem.n_territories):
        if len(units):
            total += float(travel_to(problem, units, units).min())
    return total / float(problem.weights[held].sum())


def members_of(assignment: Ints, k: int) -> list[NDArray[np.int64]]:
    """The units of each territory, in order; those in territory -1 are left out."""
    order = np.argsort(assignment, kind="stable")
    return np.split(order, np.searchsorted(assignment[order], np.arange(k + 1)))[1:-1]
