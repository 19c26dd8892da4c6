"""The best plan made of territories met before: set partitioning, piece by piece of the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from terrier.engine.design.instance import Ints
from terrier.engine.design.kernels.bisect import bisect
from terrier.engine.design.site_instance import SiteInstance, travel_of
from terrier.engine.design.site_state import SiteState, site_state

USEFUL_BELOW = 50
"""With more units than this in a territory, hardly ever do territories of different plans fit together."""

NODES = 50
"""Of the branch and bound, for each piece. A limit of time would make the plan depend on the machine."""


class Territory(NamedTuple):
    """One that was met: its site, its search units in order, and its cost."""

    site: int
    units: Ints
    cost: float


class Pool:
    """Territories met, at most ``most`` of them; those met last replace those met first."""

    def __init__(self, instance: SiteInstance, most: int) -> None:
        self._instance, self._most = instance, most
        self._useful = interchangeable(instance) and (
            instance.base.n_units <= USEFUL_BELOW * instance.base.n_territories
        )
        self._met: dict[bytes, Territory] = {}

    def add(self, state: SiteState) -> None:
        """Remember the territories of a state that is inside all limits."""
        if not self._useful or (state.sites < 0).any():
            return
        group = state.assignment[self._instance.owner]
        travel = travel_of(self._instance, state.sites[group])
        costs = np.bincount(group, travel, minlength=len(state.sites))
        order = np.argsort(state.assignment, kind="stable").astype(np.int32)
        parts = np.split(order, np.cumsum(state.counts)[:-1])
        for site, units, cost in zip(state.sites.tolist(), parts, costs.tolist(), strict=True):
            key = site.to_bytes(4, "little") + units.tobytes()
            self._met.pop(key, None)
            self._met[key] = Territory(site, units, cost)
        while len(self._met) > self._most:
            self._met.pop(next(iter(self._met)))

    def best(self, state: SiteState, size: int, left: Callable[[], float] = lambda: np.inf) -> SiteState:
        """The state with each piece, of about ``size`` neighboring territories, made up as well as those met allow.

        left : the seconds there are, asked before each piece.
        """
        self.add(state)
        if not self._met:
            return state
        k = len(state.sites)
        n_pieces = max(1, round(k / size))
        piece = bisect(self._instance.points[state.sites], np.ones(k), np.ones(n_pieces))
        met = list(self._met.values())
        starts = np.cumsum([0] + [len(one.units) for one in met[:-1]])
        piece_of = piece[state.assignment][np.concatenate([one.units for one in met])]
        least, most = np.minimum.reduceat(piece_of, starts), np.maximum.reduceat(piece_of, starts)
        assignment, sites = state.assignment.copy(), state.sites.copy()
        for p in range(n_pieces):
            inside = [met[c] for c in np.flatnonzero((least == p) & (most == p))]
            seconds = left()
            if seconds <= 0:
                break
            chosen = partition(inside, np.flatnonzero(piece == p).size, seconds)
            if chosen:
                for j, one in zip(np.flatnonzero(piece == p), chosen, strict=True):
                    sites[j], assignment[one.units] = one.site, j
        return site_state(self._instance, assignment, sites)


def interchangeable(instance: SiteInstance) -> bool:
    """Whether what one territory holds any other may hold at the same cost, in any company."""
    base = instance.base
    alike = (instance.low == instance.low[0]).all() and (instance.high == instance.high[0]).all()
    bound = (base.home >= 0).any() or (base.fixed >= 0).any() or base.pull.any()
    return bool(alike and not bound and not base.eligible.size and not base.conflicts.indices.size)


def partition(met: list[Territory], k: int, seconds: float = np.inf) -> list[Territory]:
    """The k territories of least cost that hold every unit just once, of those met; none where so many seconds find no such."""
    lengths = [len(one.units) for one in met]
    units, rows = np.unique(np.concatenate([one.units for one in met]), return_inverse=True)
    columns = np.arange(len(met))
    at = (
        np.concatenate([rows, np.full(len(met), len(units))]),
        np.concatenate([np.repeat(columns, lengths), columns]),
    )
    times = np.append(np.ones(len(units)), k)
    found = milp(
        np.array([one.cost for one in met]),
        integrality=np.ones(len(met), dtype=np.int32),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(csc_array((np.ones(len(at[0])), at)), times, times),
        options={"node_limit": NODES, "mip_rel_gap": 1e-6, "time_limit": seconds},
    )
    return [] if found.x is None else [met[c] for c in np.flatnonzero(found.x > 0.5)]
