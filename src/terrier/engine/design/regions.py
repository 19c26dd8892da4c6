"""Designing regions on their own: no territory crosses a border. The pieces are solved alone and judged together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.graph import Graph
from terrier.engine.design.params import Params
from terrier.engine.design.plan import Bound, Plan, evaluate
from terrier.engine.design.problem import Problem
from terrier.engine.design.solve import Progress, solve
from terrier.engine.design.stop import Stop

Integers = NDArray[np.int32]


def solve_by_group(
    problem: Problem,
    groups: Integers,
    territory_groups: Integers,
    params: Params | None = None,
    stop_for: Callable[[float], Stop] | None = None,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Solve each region with its own territories and merge the answers into one plan of the whole problem.

    Within a region every territory aims at its part of what the region holds, each measure on its own. A frozen territory
    must hold units of its own region only.

    Parameters
    ----------
    groups : (n,) int
        Region of each unit, 0 to g - 1, each with at least one unit and one territory.
    territory_groups : (k,) int
        Region of each territory.
    stop_for : callable, optional
        Makes the stopping rule of a region from its share of all units.
    on_progress : callable, optional
        Called with the sums over the regions: the finished ones and the best so far of the present one.
    """
    assignment = np.empty(problem.n_units, dtype=np.int32)
    caps = _caps(problem, groups, territory_groups)
    parts: list[Plan] = []
    done = _Sums(on_progress, problem)
    for g in range(int(groups.max()) + 1):
        units = np.flatnonzero(groups == g)
        territories = np.flatnonzero(territory_groups == g).astype(np.int32)
        part = subproblem(problem, units, territories, caps[g])
        stop = stop_for(len(units) / problem.n_units) if stop_for else None
        plan = solve(part, params, stop, seed, done.listen(part))
        done.add(part, plan)
        assignment[units] = territories[plan.assignment]
        parts.append(plan)
    plan = evaluate(problem, assignment)
    return replace(plan, bound=_bound(plan, parts))


def _bound(plan: Plan, parts: list[Plan]) -> Bound | None:
    """The sum of the regions' bounds, where each has one and their scores add up to the whole plan's."""
    bounds = [part.bound for part in parts if part.bound is not None]
    apart = abs(sum(part.score.total for part in parts) - plan.score.total)
    if plan.shortfalls or len(bounds) < len(parts) or apart > 1e-9 * plan.score.total:
        return None
    everywhere = all(bound.scope == "all" for bound in bounds)
    return Bound(sum(bound.value for bound in bounds), "all" if everywhere else "centers")


def subproblem(
    problem: Problem, units: NDArray[np.intp], territories: Integers, max_moved: float | None
) -> Problem:
    """The problem of some units and territories alone. A present territory that is not among them counts as none."""
    position = np.full(problem.n_territories + 1, -1, dtype=np.int32)  # the last one answers for -1
    position[territories] = np.arange(len(territories))
    measures = problem.measures[units].copy()
    lacking = measures.sum(axis=0) <= 0
    measures[:, lacking] = 1.0  # a measure the region lacks cannot be balanced; count units instead
    capacities = None if problem.capacities is None else problem.capacities[territories].copy()
    if capacities is not None:
        capacities[:, lacking] = np.nan
    room = None if problem.site_capacities is None else problem.site_capacities[units].copy()
    if room is not None:
        room[:, lacking] = np.nan
    present = None if problem.present is None else position[problem.present[units]]
    return replace(
        problem,
        coordinates=problem.coordinates[units],
        measures=measures,
        n_territories=len(territories),
        shares=problem.shares[territories],
        weights=problem.weights[units],
        adjacency=None if problem.adjacency is None else _part(problem.adjacency, units),
        seats=None if problem.seats is None else problem.seats[territories],
        present=present,
        max_moved=max_moved,
        move_weights=problem.move_weights[units],
        stay_weights=problem.stay_weights[units],
        locks=None if problem.locks is None else position[problem.locks[units]],
        together=None if problem.together is None else problem.together[units],
        apart=None if problem.apart is None else _pairs(problem.apart, units, problem.n_units),
        kinds=None if problem.kinds is None else problem.kinds[units],
        eligible=None if problem.eligible is None else problem.eligible[:, territories],
        frozen=None if problem.frozen is None else problem.frozen[territories],
        capacities=capacities,
        site_capacities=room,
        edge_weights=_part_weights(problem, units),
        travel=None if problem.travel is None else problem.travel[np.ix_(units, units)],
    )


def _part(graph: Graph, units: NDArray[np.intp]) -> Graph:
    return Graph.from_edges(len(units), _pairs(graph.edges(), units, graph.n_units))


def _part_weights(problem: Problem, units: NDArray[np.intp]) -> NDArray[np.float64] | None:
    """The weights of the edges within ``units``: these keep their order, for units do."""
    if problem.edge_weights is None or problem.adjacency is None:
        return None
    inside = np.isin(problem.adjacency.edges(), units).all(axis=1)
    return problem.edge_weights[inside]


def _pairs(pairs: Integers, units: NDArray[np.intp], n_units: int) -> Integers:
    """Those of the pairs that lie within ``units``, by position among them."""
    position = np.full(n_units, -1, dtype=np.int32)
    position[units] = np.arange(len(units))
    local = position[pairs].reshape(-1, 2)
    return local[(local >= 0).all(axis=1)]


def _caps(problem: Problem, groups: Integers, territory_groups: Integers) -> list[float | None]:
    """The share that may move in each region. Units held from another region must move and come off the top."""
    n_groups = int(groups.max()) + 1
    if problem.max_moved is None or problem.present is None:
        return [None] * n_groups
    held = problem.present >= 0
    at_home = held & (territory_groups[np.maximum(problem.present, 0)] == groups)
    total = float(problem.move_weights[held].sum())
    free = float(problem.move_weights[at_home].sum())
    budget = max(0.0, problem.max_moved * total - (total - free))
    return [min(1.0, budget / free) if free > 0 else 1.0] * n_groups


class _Sums:
    """Adds up the regions' progress."""

    def __init__(self, on_progress: Callable[[Progress], None] | None, problem: Problem) -> None:
        self._tell = on_progress
        self._held = 0.0
        if problem.present is not None:
            self._held = float(problem.move_weights[problem.present >= 0].sum())
        self._rounds, self._total, self._excess, self._moved = 0, 0.0, 0.0, 0.0
        # The largest diameter of all regions is that of one of them; everything else adds up.
        self._with: Callable[[float, float], float] = max if problem.objective == "diameter" else _sum
        self._latest = 0

    def listen(self, part: Problem) -> Callable[[Progress], None] | None:
        if self._tell is None:
            return None
        tell, weight = self._tell, _held_weight(part)

        def heard(progress: Progress) -> None:
            self._latest = progress.rounds
            moved = self._moved + (progress.moved or 0.0) * weight
            tell(
                Progress(
                    rounds=self._rounds + progress.rounds,
                    total=self._with(self._total, progress.total),
                    excess=max(self._excess, progress.excess),
                    moved=None if part.present is None else moved / max(self._held, 1e-300),
                )
            )

        return heard

    def add(self, part: Problem, plan: Plan) -> None:
        over = (np.abs(plan.deviations) - part.tolerances).max()
        self._rounds += self._latest
        self._latest = 0
        self._total = self._with(self._total, plan.score.total)
        self._excess = max(self._excess, float(over))
        self._moved += (plan.moved or 0.0) * _held_weight(part)


def _sum(a: float, b: float) -> float:
    return a + b


def _held_weight(part: Problem) -> float:
    return 0.0 if part.present is None else float(part.move_weights[part.present >= 0].sum())
