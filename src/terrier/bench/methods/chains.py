"""gerrychain: ReCom in short bursts (Cannon, Goldbloom-Helzner, Gupta, Matthews & Suwal 2020)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import networkx
import numpy as np
from gerrychain import Graph, Partition
from gerrychain.constraints import within_percent_of_ideal_population
from gerrychain.optimization import SingleMetricOptimizer
from gerrychain.proposals import recom
from gerrychain.tree import bipartition_tree
from gerrychain.updaters import Tally, cut_edges

from terrier.bench.methods.answer import Answer, Step, Watch
from terrier.engine.design import Problem
from terrier.engine.design.geometry import to_xyz

BURST = 10
SUMS = ("weight", "x", "y", "z", "square")


def solve(problem: Problem, seed: int, seconds: float) -> Answer:
    """Short bursts until the time is up, on the first measure. The tolerance is that of the problem."""
    k = problem.n_territories
    graph = Graph.from_networkx(_graph(problem))
    target, epsilon = float(problem.measures[:, 0].sum()) / k, float(problem.tolerances[0])
    watch = Watch()
    start = Partition.from_random_assignment(graph, k, epsilon, "size", updaters=_updaters(), rng=seed)
    # A pair that cannot be cut evenly in a hundred trees gives way to another, rather than hold up the chain for minutes.
    patient = partial(bipartition_tree, max_attempts=100, allow_pair_reselection=True)
    optimizer = SingleMetricOptimizer(
        partial(
            recom,
            pop_col="size",
            pop_target=target,
            epsilon=epsilon,
            bipartition_tree_fn=patient,
        ),
        within_percent_of_ideal_population(start, epsilon),
        start,
        _inertia if problem.objective == "squared_distance" else _n_cut,
        maximize=False,
        rng=seed,
    )
    trace: list[Step] = []
    best = np.inf
    for _ in optimizer.short_bursts(BURST, 10**9):
        score = optimizer.best_score
        if score is not None and score < best:
            best = score
            trace.append(Step(watch.seconds(), float(score), 0.0))
        if watch.seconds() >= seconds:
            break
    found = optimizer.best_part
    assert found is not None
    answer = watch.stop(Answer(np.empty(0, dtype=np.int32), trace=trace))
    labels = np.array([found.assignment[i] for i in range(problem.n_units)])
    answer.assignment = np.unique(labels, return_inverse=True)[1].astype(np.int32)
    return answer


def _graph(problem: Problem) -> networkx.Graph:
    assert problem.adjacency is not None
    points = to_xyz(problem.coordinates, problem.metric)
    weights = problem.weights
    graph = networkx.Graph()
    for i in range(problem.n_units):
        moments = (weights[i], *(weights[i] * points[i]), weights[i] * points[i] @ points[i])
        graph.add_node(
            i, size=float(problem.measures[i, 0]), **dict(zip(SUMS, map(float, moments), strict=True))
        )
    graph.add_edges_from(problem.adjacency.edges().tolist())
    return graph


def _updaters() -> dict[str, Callable[..., object]]:
    """Sums that follow the units that moved, so that a score costs O(moved)."""
    return {"population": Tally("size", alias="population"), "cut_edges": cut_edges} | {
        name: Tally(name, alias=name) for name in SUMS
    }


def _inertia(plan: Partition) -> float:
    """Σ weight · |x - mean|² = Σ w|x|² - |Σ wx|² / Σ w for each part."""
    sums = {name: plan[name] for name in SUMS}
    return float(
        sum(
            sums["square"][j]
            - (sums["x"][j] ** 2 + sums["y"][j] ** 2 + sums["z"][j] ** 2) / sums["weight"][j]
            for j in plan.parts
        )
    )


def _n_cut(plan: Partition) -> float:
    return float(len(plan["cut_edges"]))
