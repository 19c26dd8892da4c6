"""How far from home: whom the engine may send where, so that no plan is balanced by people who would have to move house."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.geometry import distance
from terrier.office.alignment.workload import Floats, Ints

CELL_DEGREES = 0.5
"""Accounts this near to one another are within the reach of the same people: a table of places, not of accounts."""
NEAREST = 3
"""As many home bases of a region reach everywhere: what is far from all of them has to be somebody's."""


def reach_of(
    coordinates: Floats, seats: Floats, most_km: float, territory_groups: Ints | None, serving: Ints
) -> tuple[Ints, NDArray[np.bool_]]:
    """(q,) the place of each account, and (c, k) which territories may serve which place.

    A place is served by those whose home base lies within ``most_km``, by the nearest few of each region, by those without a known
    home base, and by whoever serves it today.

    Parameters
    ----------
    coordinates, seats : (q, 2) and (k, 2), longitude and latitude; NaN where a home base is not known.
    territory_groups : (k,) the region of each territory, or None where there is but one.
    serving : (q,) the territory that holds an account, or -1.
    """
    cells = np.floor(coordinates / CELL_DEGREES).astype(np.int64)
    codes = np.unique(cells, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int32)
    n_in = np.bincount(codes)
    middles = np.column_stack([np.bincount(codes, column) / n_in for column in coordinates.T])
    km = np.column_stack(
        [distance(middles, np.broadcast_to(seat, middles.shape), "sphere") for seat in seats]
    )
    km[:, np.isnan(seats).any(axis=1)] = 0.0
    may = km <= most_km
    groups = np.zeros(len(seats), dtype=np.int32) if territory_groups is None else territory_groups
    for group in np.unique(groups):
        of = np.flatnonzero(groups == group)
        near = of[np.argsort(km[:, of], axis=1, kind="stable")[:, :NEAREST]]
        np.put_along_axis(may, near, True, axis=1)
    inside = serving >= 0
    may[codes[inside], serving[inside]] = True
    return codes, may
