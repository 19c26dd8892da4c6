"""Hand-overs: which pairs of people exchange accounts, to either side, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Handovers:
    """pairs : (q, 2) territories, the lower number first; each pair once, whoever gives.

    units : (q,) how many move between them, to either side. moved : (q,) their share of the move weight.
    """

    pairs: NDArray[np.int32]
    units: NDArray[np.int64]
    moved: NDArray[np.float64]

    @property
    def n_pairs(self) -> int:
        return len(self.pairs)

    @property
    def units_per_pair(self) -> float:
        return float(self.units.mean()) if len(self.units) else 0.0


def handovers(problem: Problem, assignment: NDArray[np.int32]) -> Handovers:
    """The pairs of territories between which units move; largest share first. Units in no territory today do not count."""
    if problem.present is None:
        return Handovers(np.empty((0, 2), np.int32), np.empty(0, np.int64), np.empty(0))
    held = problem.present >= 0
    total = max(float(problem.move_weights[held].sum()), np.finfo(float).tiny)
    left = np.flatnonzero(held & (assignment != problem.present))
    key = pair_keys(problem.present[left], assignment[left], problem.n_territories)
    pairs, which = np.unique(key, return_inverse=True)
    moved = np.bincount(which.ravel(), problem.move_weights[left], len(pairs)) / total
    units = np.bincount(which.ravel(), minlength=len(pairs))
    order = np.lexsort((pairs, -units, -moved))
    both = np.column_stack([pairs // problem.n_territories, pairs % problem.n_territories])
    return Handovers(both[order].astype(np.int32), units[order], moved[order])


def pair_keys(one: NDArray[np.int32], other: NDArray[np.int32], n_territories: int) -> NDArray[np.int64]:
    """(n,) a number for each pair of territories, the same whichever of the two comes first: lower × k + higher."""
    return np.minimum(one, other).astype(np.int64) * n_territories + np.maximum(one, other)
