"""Cut a patch anew: spanning trees whose best edges part it into balanced connected pieces."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from terrier.engine.design.instance import Floats, Ints
from terrier.engine.design.patch import Patch


def cut_along_trees(patch: Patch, targets: Floats, rng: np.random.Generator) -> Ints | None:
    """(n,) the patch's units parted among its territories, each connected, as near (p, M) ``targets`` as its tree allows.

    A random spanning tree (of the edges in random order) is cut p - 1 times, each time where the piece that falls off
    comes nearest to a multiple of targets (DeFord, Duchin & Solomon 2021, ReCom, cut one territory at a time). None where
    the patch is not connected, or a piece would be empty.
    """
    p = patch.n_territories
    where = np.full(patch.n_units, -1, dtype=np.int32)
    waiting = list(rng.permutation(p))
    while len(waiting) > 1:
        rest = np.flatnonzero(where < 0).astype(np.int32)
        found = _cut_off(patch, rest, targets[waiting], rng)
        if found is None:
            return None
        which, units = found
        where[units] = waiting.pop(which)
    where[where < 0] = waiting[0]
    return where


def _cut_off(patch: Patch, rest: Ints, targets: Floats, rng: np.random.Generator) -> tuple[int, Ints] | None:
    """The territory (position among ``targets``) and the units of the piece of a random tree over ``rest`` that fits best."""
    order, parent = _random_tree(patch, rest, rng)
    if len(order) < len(rest) or len(rest) < len(targets):
        return None
    below = patch.activity[rest].copy()
    size = np.ones(len(rest), dtype=np.int64)
    for i in order[:0:-1]:
        below[parent[i]] += below[i]
        size[parent[i]] += size[i]
    enough = (size <= len(rest) - len(targets) + 1) & (size >= 1)
    enough_above = size >= len(targets) - 1
    whole = below[order[0]]
    # Either the piece below an edge becomes the territory, or the piece above it.
    off_below = np.abs(below[:, None, :] - targets[None]).sum(axis=2)
    off_above = np.abs(whole - below[:, None, :] - targets[None]).sum(axis=2)
    off_below[~enough] = np.inf
    off_above[~enough_above] = np.inf
    off_below[order[0]] = off_above[order[0]] = np.inf
    both = np.stack([off_below, off_above])
    side, root, which = np.unravel_index(int(np.argmin(both)), both.shape)
    if not np.isfinite(both[side, root, which]):
        return None
    under = np.zeros(len(rest), dtype=bool)
    under[root] = True
    for i in order[1:]:
        under[i] |= under[parent[i]]
    return int(which), rest[under if side == 0 else ~under]


def _random_tree(patch: Patch, rest: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    graph = patch.graph
    matrix = csr_array(
        (rng.random(len(graph.indices)) + 0.01, graph.indices, graph.indptr),
        shape=(patch.n_units, patch.n_units),
    )
    tree = minimum_spanning_tree(matrix[rest][:, rest])
    order, parent = breadth_first_order(tree, int(rng.integers(len(rest))), directed=False)
    return order.astype(np.int32), parent.astype(np.int32)
