"""Patches: some whole territories and their units as a small problem of its own, with costs in a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from terrier.engine.design.border import moved_of
from terrier.engine.design.graph import Graph
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.kernels.exchange import exchange
from terrier.engine.design.sums import at_least_a_little, sums

NOBODY = -2
"""A home that is not among the territories of the patch."""

KEPT_UP_TO = 2_000
"""Units up to which `trade` returns the best balanced assignment it met, not the last."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """n units in p territories, numbered within the patch; ``units`` and ``territories`` say who they are outside.

    lower, upper : (p, M) what a load may be, less where the caller aims inside. spare : what may still move from home.
    """

    units: Ints
    territories: Ints
    activity: Floats
    lower: Floats
    upper: Floats
    fixed: Ints
    home: Ints
    move_weights: Floats
    spare: float
    graph: Graph
    foes: Graph

    @property
    def n_units(self) -> int:
        return len(self.units)

    @property
    def n_territories(self) -> int:
        return len(self.territories)


def patch_of(instance: Instance, assignment: Ints, territories: Ints, lower: Floats, upper: Floats) -> Patch:
    """Cut ``territories`` and the units they hold out of the instance; lower, upper (k, M) for all territories."""
    inside = np.full(instance.n_territories + 1, NOBODY, dtype=np.int32)  # the last one answers for -1
    inside[territories] = np.arange(len(territories), dtype=np.int32)
    inside[-1] = -1
    units = np.flatnonzero(inside[assignment] >= 0).astype(np.int32)
    return Patch(
        units=units,
        territories=territories,
        activity=np.ascontiguousarray(instance.activity[units]),
        lower=lower[territories],
        upper=upper[territories],
        fixed=inside[instance.fixed[units]],
        home=inside[instance.home[units]],
        move_weights=instance.move_weights[units],
        spare=instance.max_moved - moved_of(instance, assignment),
        graph=_part(instance.neighbours, units),
        foes=_part(instance.conflicts, units),
    )


def can_be_cut(instance: Instance, patch: Patch) -> bool:
    """Whether any unit may go to any territory of the patch, so that it can be cut anywhere."""
    held = (patch.fixed >= 0).any() or len(patch.foes.indices) or len(instance.eligible)
    return not held and instance.max_moved == np.inf


@dataclass(frozen=True, slots=True)
class Pace:
    """One run of `trade`: proposals, first and last temperature, how steep prices get, and what shares are no single move."""

    proposals: int
    hot: float
    cold: float
    ramp_from: float = 1.0
    ramp_to: float = 4.0
    chain_share: float = 0.6
    branch_share: float = 0.05


def trade(
    patch: Patch, assignment: Ints, cost: Floats, anchors: Ints, prices: Floats, pace: Pace, rng: np.random.Generator
) -> Floats:  # fmt: skip
    """Anneal ``assignment`` (n,) in place with ``cost`` (n, p) and prices (p, M); returns the loads it ends with."""
    p, n = patch.n_territories, patch.n_units
    loads = sums(assignment, patch.activity, p)
    counts = np.bincount(assignment, minlength=p).astype(np.int32)
    spent = np.bincount(assignment, cost[np.arange(n), assignment], p)
    left = (patch.home >= 0) & (assignment != patch.home)
    moved = np.array([patch.move_weights[left].sum()])
    cheapest = np.full(n if n <= KEPT_UP_TO else 0, -1, dtype=np.int32)
    exchange(
        cost, patch.activity, patch.lower, patch.upper, anchors, patch.fixed, patch.home, patch.move_weights,
        float(moved[0]) + patch.spare, patch.graph.indptr, patch.graph.indices, patch.foes.indptr, patch.foes.indices,
        assignment, loads, counts, moved, at_least_a_little(spent / np.maximum(counts, 1)), prices,
        pace.proposals, pace.hot, pace.cold, pace.ramp_from, pace.ramp_to, pace.chain_share, pace.branch_share,
        rng.integers(1, 2**64, size=1, dtype=np.uint64),  # xorshift needs a state other than 0
        cheapest, np.empty(n, dtype=np.int64), *np.empty((5, n), dtype=np.int32), np.empty(n), np.empty((2, loads.shape[1])),
    )  # fmt: skip
    if cheapest.size and cheapest[0] >= 0:
        assignment[:] = cheapest
    return sums(assignment, patch.activity, p)


def violation(loads: Floats, lower: Floats, upper: Floats, targets: Floats) -> float:
    """Σ load outside its bounds, in territories' worth."""
    beyond = np.maximum(0.0, np.maximum(lower - loads, loads - upper))
    beyond[beyond < 1e-9] = 0.0
    return float((beyond / targets).sum())


def _part(graph: Graph, units: NDArray[np.integer]) -> Graph:
    if len(units) == graph.n_units:
        return graph
    position = np.full(graph.n_units, -1, dtype=np.int32)
    position[units] = np.arange(len(units), dtype=np.int32)
    matrix = csr_array(
        (np.ones(len(graph.indices), dtype=np.int8), graph.indices, graph.indptr),
        shape=(graph.n_units, graph.n_units),
    )[units][:, units]
    matrix.sort_indices()
    return Graph(matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32))
