"""What each territory should hold of each measure: by employment and ramp, within its region, around what is frozen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.intake.groups import Groups
from terrier.intake.roster import Roster

Floats = NDArray[np.float64]

LEAST = 1e-15
"""A share of what a region lacks, or what is held by frozen territories alone: nothing, but to divide by."""


def territory_shares(
    roster: Roster, groups: Groups | None, measures: Floats, frozen: NDArray[np.bool_] | None
) -> Floats | None:
    """(k,) or (k, m), None where all share alike.

    A frozen territory's share is what it holds; the others of its region share the rest of what the region holds, each
    measure on its own, by their people's shares.
    """
    if (groups is None or roster.groups is None) and (frozen is None or not frozen.any()):
        return roster.shares
    k, m = len(roster.names), measures.shape[1]
    parts = measures / measures.sum(axis=0)
    own = np.ones((k, m)) if roster.shares is None else np.broadcast_to(roster.shares.reshape(k, -1), (k, m))
    of_unit = np.zeros(len(measures), dtype=np.int32) if groups is None else groups.of_unit
    of_territory = np.zeros(k, dtype=np.int32) if roster.groups is None else roster.groups
    held = np.zeros((k, m))
    fixed = np.zeros(k, dtype=bool) if frozen is None else frozen
    if roster.present is not None and fixed.any():
        np.add.at(held, roster.present[roster.present >= 0], parts[roster.present >= 0])
    shares = np.where(fixed[:, None], held, 0.0)
    for g in range(int(of_territory.max()) + 1):
        here = of_territory == g
        rest = parts[of_unit == g].sum(axis=0) - shares[here].sum(axis=0)
        free = here & ~fixed
        if free.any():
            shares[free] = own[free] / own[free].sum(axis=0) * rest
    return np.maximum(shares, LEAST)
