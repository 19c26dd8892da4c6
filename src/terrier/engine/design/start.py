"""A balanced start: weighted recursive bisection along the principal axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def bisect(
    points: NDArray[np.float64], activity: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.int32]:
    """Cut the units into ``len(shares)`` compact pieces whose activity follows the shares; O(n log n log k).

    Each cut is across the direction in which the units spread most, where the activity on both sides is in proportion
    to the territories that each side gets. Every piece gets at least one unit.

    points : (n, 3). activity : (n,) ≥ 0, what is halved. shares : (k,) > 0 with k ≤ n. Returns (n,) piece of each unit.
    """
    assignment = np.empty(len(points), dtype=np.int32)
    stack = [(np.arange(len(points)), 0, len(shares))]
    while stack:
        units, low, high = stack.pop()
        if high - low == 1:
            assignment[units] = low
            continue
        middle = (low + high) // 2
        left_share = shares[low:middle].sum() / shares[low:high].sum()
        order = units[np.argsort(_along_widest(points[units]), kind="stable")]
        filled = np.cumsum(activity[order])
        cut = int(np.searchsorted(filled - activity[order] / 2, left_share * filled[-1]))
        cut = min(max(cut, middle - low), len(units) - (high - middle))
        stack.append((order[:cut], low, middle))
        stack.append((order[cut:], middle, high))
    return assignment


def _along_widest(points: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = points - points.mean(axis=0)
    axis = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    along: NDArray[np.float64] = centred @ axis
    return along
