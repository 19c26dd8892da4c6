"""Sums by group, the one reduction that everything here is made of, and the keys of groups."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Keys = TypeVar("Keys", NDArray[np.int32], NDArray[np.int64])


def sums(groups: NDArray[np.integer], values: Floats, n_groups: int) -> Floats:
    """Sum the values of each group: (n,) → (n_groups,), or (n, c) → (n_groups, c)."""
    if values.ndim == 1:
        return np.bincount(groups, values, n_groups).astype(np.float64, copy=False)
    return np.column_stack([np.bincount(groups, column, n_groups) for column in values.T])


def distinct(keys: Keys) -> Keys:
    """The different numbers among many, in order: what `np.unique` says, which hashes and takes a hundred times as long."""
    ordered = np.sort(keys, kind="stable")  # quick where lists in order follow each other
    # The first one, where there is one, differs from nothing.
    found: Keys = ordered[np.append(ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1])]
    return found


def at_least_a_little(scales: Floats) -> Floats:
    """Territories of one place have no size; give them a thousandth of the usual, to divide by and to compare with."""
    return np.maximum(scales, 1e-3 * float(scales.mean()) + 1e-12)
