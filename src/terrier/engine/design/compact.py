"""Objectives without centers: the largest diameter, and the edges cut. From a balanced plan, by annealed flips."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import coo_array

from terrier.engine.design.champion import Champion, excess_of, search_rounds
from terrier.engine.design.cut import CutSearch, cut_weight
from terrier.engine.design.diameter import DiameterSearch, Fresh
from terrier.engine.design.geometry import EARTH_RADIUS_KM, from_xyz
from terrier.engine.design.graph import Graph
from terrier.engine.design.instance import Floats, Instance, Ints, contract
from terrier.engine.design.neighbours import point_adjacency
from terrier.engine.design.packed import ground_of, pack, widest
from terrier.engine.design.params import Params
from terrier.engine.design.problem import Problem
from terrier.engine.design.reach import beyond_asked, within_reach
from terrier.engine.design.side_by_side import each
from terrier.engine.design.stop import Stop

Report = Callable[[int, float, float, float | None], None]
"""Called with the rounds done, the objective, the largest deviation beyond its tolerance (a ratio), and the share moved."""


def improve(
    problem: Problem, first: Ints, params: Params, stop: Stop, seed: int, report: Report, fresh: Fresh
) -> Ints:
    """Return an assignment (n,) no worse than ``first`` by the problem's objective, "diameter" or "cut_edges".

    ``params.lanes`` searches with chances of their own go on side by side. Those for edges cut learn after each round of the best that one
    of them met; those for a diameter do not, for one layout more is worth more to them.

    ``fresh`` makes plans from scratch, over search units, to start from again.
    """
    asked = contract(problem)
    instance = within_reach(problem, asked)
    by_pairs = problem.objective == "diameter"
    graph, weight = ground_graph(problem, instance)
    ground = ground_of(problem, instance, graph, weight, by_pairs=by_pairs)
    assignment = np.empty(instance.n_units, dtype=np.int32)
    assignment[instance.member] = first
    state = pack(ground, assignment)
    value = widest(state) if by_pairs else cut_weight(ground, assignment)
    champion = Champion(assignment, excess_of(ground, state), value)

    # What must leave in any case counts as moved, but not in the search.
    forced = max(0.0, 1.0 - float(instance.move_weights.sum())) if instance.move_weights.any() else 0.0

    def tell(rounds: int) -> None:
        now = pack(ground, champion.assignment)
        off = beyond_asked(asked, now.loads)
        figure = _kilometers(problem, champion.value) if by_pairs else champion.value
        report(rounds, figure, off, None if problem.present is None else forced + float(now.moved[0]))

    def lane(rng: np.random.Generator) -> DiameterSearch | CutSearch:
        own = champion.copy()
        return (
            DiameterSearch(ground, own, params, rng, fresh)
            if by_pairs
            else CutSearch(ground, own, params, rng)
        )

    lanes = [lane(rng) for rng in np.random.default_rng(seed).spawn(params.lanes)]

    def round_() -> None:
        each(lambda search: search.round(), lanes)
        for search in lanes:
            champion.take(search.champion)
        for search in lanes if not by_pairs else ():
            search.champion.take(champion)

    search_rounds(champion, round_, stop, tell)
    return champion.assignment[instance.member]


def _kilometers(problem: Problem, squared_chord: float) -> float:
    chord = float(np.sqrt(squared_chord))
    if problem.metric == "plane":
        return chord
    return 2 * EARTH_RADIUS_KM * float(np.arcsin(min(1.0, chord / (2 * EARTH_RADIUS_KM))))


def ground_graph(problem: Problem, instance: Instance) -> tuple[Graph, Floats]:
    """The edges along which units flip, over search units, and the weight of each: the adjacency, or who is beside whom."""
    if problem.adjacency is None or (problem.objective == "diameter" and not problem.contiguous):
        graph = point_adjacency(from_xyz(instance.points, problem.metric), problem.metric)
        return graph, np.ones(len(graph.indices))
    edges = instance.member[problem.adjacency.edges()]
    weights = np.ones(len(edges)) if problem.edge_weights is None else problem.edge_weights
    kept = edges[:, 0] != edges[:, 1]
    pairs = np.concatenate([edges[kept], edges[kept][:, ::-1]])
    doubled = np.concatenate([weights[kept], weights[kept]])
    matrix = coo_array((doubled, (pairs[:, 0], pairs[:, 1])), shape=(instance.n_units,) * 2).tocsr()
    matrix.sum_duplicates()
    matrix.sort_indices()
    return Graph(matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)), matrix.data
