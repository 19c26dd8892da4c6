"""Sums by group, the one reduction that everything here is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def sums(groups: NDArray[np.integer], values: Floats, n_groups: int) -> Floats:
    """Sum the values of each group: (n,) → (n_groups,), or (n, c) → (n_groups, c)."""
    if values.ndim == 1:
        return np.bincount(groups, values, n_groups).astype(np.float64, copy=False)
    return np.column_stack([np.bincount(groups, column, n_groups) for column in values.T])


def at_least_a_little(scales: Floats) -> Floats:
    """Territories of one place have no size; give them a thousandth of the usual, to divide by and to compare with."""
    return np.maximum(scales, 1e-3 * float(scales.mean()) + 1e-12)
