"""The state of a search without centers: who is where, and each territory's places packed side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.geometry import to_xyz
from terrier.engine.design.graph import Graph
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.kernels.flip import far_pairs, flip
from terrier.engine.design.problem import Problem
from terrier.engine.design.sums import sums


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What does not change while flips are searched; see `kernels.flip` for the shapes.

    graph : over search units, along whose edges units flip; edge_weight : aligned with graph.indices.
    by_pairs : whether pairs too far apart are what counts, or edges cut.
    """

    instance: Instance
    places: Floats
    place_ptr: Ints
    unit_of: Ints
    graph: Graph
    edge_weight: Floats
    lower: Floats
    upper: Floats
    by_pairs: bool


@dataclass(slots=True, eq=False)
class Packed:
    """An assignment of search units and what the kernel keeps up to date with it."""

    assignment: Ints
    loads: Floats
    counts: Ints
    moved: Floats
    slots: Ints
    column: Ints
    filled: Ints
    xs: Floats
    ys: Floats
    zs: Floats


def ground_of(
    problem: Problem, instance: Instance, graph: Graph, edge_weight: Floats, *, by_pairs: bool
) -> Ground:
    """Lay the ground: places by search unit, bounds of every load."""
    order = np.argsort(instance.member, kind="stable").astype(np.int32)
    count = np.bincount(instance.member, minlength=instance.n_units)
    return Ground(
        instance=instance,
        places=to_xyz(problem.coordinates[order], problem.metric),
        place_ptr=np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
        unit_of=instance.member[order],
        graph=graph,
        edge_weight=edge_weight,
        lower=instance.targets - instance.bands - 1e-10,
        upper=instance.targets + instance.bands + 1e-10,
        by_pairs=by_pairs,
    )


def pack(ground: Ground, assignment: Ints) -> Packed:
    """Compute the state of an assignment. A row has room for twice the largest territory."""
    instance = ground.instance
    k = instance.n_territories
    a = np.array(assignment, dtype=np.int32)
    owner = a[ground.unit_of]
    filled = np.bincount(owner, minlength=k).astype(np.int32)
    capacity = int(min(len(owner), 2 * filled.max() + 16))
    order = np.argsort(owner, kind="stable")
    start = np.concatenate([[0], np.cumsum(filled)[:-1]])
    column = np.empty(len(owner), dtype=np.int32)
    column[order] = np.arange(len(owner)) - start[owner[order]]
    slots = np.zeros((k, capacity), dtype=np.int32)
    slots[owner, column] = np.arange(len(owner))
    axes = []
    for axis in range(3):
        packed = np.zeros((k, capacity))
        packed[owner, column] = ground.places[:, axis]
        axes.append(packed)
    left = (instance.home >= 0) & (a != instance.home)
    return Packed(
        assignment=a,
        loads=sums(a, instance.activity, k),
        counts=np.bincount(a, minlength=k).astype(np.int32),
        moved=np.array([instance.move_weights[left].sum()]),
        slots=slots,
        column=column,
        filled=filled,
        xs=axes[0],
        ys=axes[1],
        zs=axes[2],
    )


def widest(state: Packed) -> float:
    """The largest squared distance (of chords, km²) between two places of one territory."""
    return float(far_pairs(state.xs, state.ys, state.zs, state.filled, np.inf)[1])


def beyond(ground: Ground, state: Packed) -> Floats:
    """(k, M) load outside its bounds."""
    over: Floats = np.maximum(0.0, np.maximum(state.loads - ground.upper, ground.lower - state.loads))
    return over


@dataclass(frozen=True, slots=True)
class Anneal:
    """One run of the kernel: proposals, temperatures, growth of the prices, share of swaps; see `kernels.flip.flip`."""

    proposals: int
    hot: float
    cold: float
    ramp: float = 4.0
    swap_share: float = 0.3
    shrink: float = 0.9999
    pair_price: float = 0.0
    patience: int = 2**62


def run_flips(
    ground: Ground, state: Packed, prices: Floats, heat: Anneal, best: Ints, record: NDArray[np.float64],
    rng: np.random.Generator, free: Ints,
) -> int:  # fmt: skip
    """Anneal the ``free`` units of ``state`` in place; ``best`` and ``record`` change with each better plan. Returns how many were found."""
    instance = ground.instance
    chance = rng.integers(1, 2**64, size=1, dtype=np.uint64)
    locked = instance.fixed >= 0
    return int(
        flip(
            ground.places, ground.place_ptr, ground.unit_of, instance.activity, instance.home, instance.move_weights,
            instance.max_moved, locked, instance.kinds, instance.eligible, free, ground.lower, ground.upper, prices,
            instance.contiguous, ground.by_pairs, ground.graph.indptr, ground.graph.indices, ground.edge_weight,
            instance.conflicts.indptr, instance.conflicts.indices,
            state.assignment, state.loads, state.counts, state.moved, state.slots, state.column, state.filled,
            state.xs, state.ys, state.zs, best, record, heat.shrink, heat.pair_price, heat.proposals, heat.hot, heat.cold, heat.ramp,
            heat.swap_share, heat.patience, chance,
        )
    )  # fmt: skip
