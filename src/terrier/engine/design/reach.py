"""Bands that can be met together, where capacities leave no room for all there is.

Somebody has to hold what is over. A search that is told of bands which cannot all be kept sees no difference between everybody a
little over and one person far over, so one ends with twice the work and the map in pieces. It is therefore told what everybody
should hold instead.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from terrier.engine.design.instance import LEAST_TARGET, Floats, Instance
from terrier.engine.design.problem import Problem

WIDTH = 0.05
"""Of what a territory should hold: the half-width of its new band at most."""
ROUNDING = 1e-10
"""Of an average territory's load: what sums of many parts may be off by."""
STEPS = 100
"""Of halving; a float has no more digits."""


def within_reach(problem: Problem, instance: Instance) -> Instance:
    """The instance with other bands for measures whose capacities and tolerances have not room for all; else as given.

    Capacities are harder than tolerances: as long as there is room, those who have some take the rest, all at the same ratio to
    their targets. Where all capacities together are too small, everybody is over by the same factor. What is reported as missed
    stays what was asked.
    """
    if problem.capacities is None:
        return instance
    scale = instance.n_territories / problem.measures.sum(axis=0)
    rooms = np.where(np.isnan(problem.capacities), np.inf, problem.capacities * scale)
    targets, bands = instance.targets.copy(), instance.bands.copy()
    free = np.ones(instance.n_territories, dtype=np.bool_) if problem.frozen is None else ~problem.frozen
    held = np.isin(instance.fixed, np.flatnonzero(~free))
    for m in range(instance.n_measures):
        rest = float(instance.activity[~held, m].sum())
        high = instance.targets[free, m] + instance.bands[free, m]
        if high.sum() >= rest:
            continue
        share = problem.targets[free, m] * scale[m]
        fair = _fair(share, high, rooms[free, m], rest)
        capped = (fair >= rooms[free, m]) & (rooms[free, m].sum() >= rest)
        width = np.minimum(problem.tolerances[m], WIDTH) * fair
        # Who is at a capacity stays below it.
        targets[free, m] = np.maximum(fair - np.where(capped, width / 2, 0.0), LEAST_TARGET)
        bands[free, m] = np.where(capped, width / 2, width)
    return replace(instance, targets=targets, bands=bands)


def beyond_asked(asked: Instance, loads: Floats) -> float:
    """The largest deviation beyond a band as it was asked, as a ratio of the target; 0 where there is none."""
    beyond = (np.abs(loads - asked.targets) - asked.bands - ROUNDING) / asked.targets
    return max(0.0, float(beyond.max()))


def _fair(share: Floats, high: Floats, room: Floats, rest: float) -> Floats:
    """What each of the free territories should hold of ``rest``, the sum of it all."""
    if room.sum() < rest:
        given = room if room.sum() > 0 else share
        fair: Floats = given * (rest / given.sum())
        return fair
    low, most = 0.0, rest / share.sum() + float(np.max(rest / share))
    for _ in range(STEPS):
        ratio = (low + most) / 2
        if _held(share, high, room, ratio).sum() < rest:
            low = ratio
        else:
            most = ratio
    return _held(share, high, room, most)


def _held(share: Floats, high: Floats, room: Floats, ratio: float) -> Floats:
    held: Floats = np.maximum(np.minimum(share * ratio, room), np.minimum(high, room))
    return held
